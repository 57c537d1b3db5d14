"""What the site does when something happens on a lower floor."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import translation
from wagtail.models import Page

from content.models import BodyPage
from content.services import open_section
from hub.accounts.roles import roles_opened
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.rendering import entry_shown
from hub.municipalities.models import Body
from hub.site.models import HomePage
from hub.site.reach.counting import count_view
from hub.site.services import open_body

logger = structlog.get_logger("hub.site")


@receiver(roles_opened, dispatch_uid="site.open_section")
def open_section_of_body(body: Body, **kwargs: Any) -> None:
    """A body whose first member joins gets its page, groups and library, with no operator's hand.

    Called in the transaction that makes the groups.
    """
    # Pages and libraries are numbered in their trees: two bodies may not be opened at the same moment.
    Page.objects.select_for_update().get(depth=1)
    page = BodyPage.objects.filter(body=body, alias_of=None).order_by("pk").first()
    home = HomePage.objects.first()
    if page is not None:
        open_section(page)
    elif home is not None:
        with translation.override(settings.LANGUAGE_CODE):
            open_body(home, body.key)
    else:
        logger.warning("a body has roles but no page: run manage.py init_site", body=body.key)


@receiver(entry_shown, dispatch_uid="site.count_view")
def count_shown(request: HttpRequest, entry: CatalogueEntry, **kwargs: Any) -> None:
    """Count the page of a document, wherever it is served."""
    count_view(request, entry)
