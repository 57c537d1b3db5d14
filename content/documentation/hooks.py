"""Documentation in Wagtail's admin: its addresses, and the button that leads there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from content.buttons import is_module_to_change
from content.documentation.views import hand_in, report


@hooks.register("register_admin_urls")
def register_documentation() -> list[URLPattern]:
    """Handing in, and the report before anything is saved."""
    return [
        path("dokumentation/<int:page_id>/", hand_in, name="documentation"),
        path("dokumentation/<int:page_id>/<uuid:key>/", report, name="documentation_report"),
    ]


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_documentation(
    page: Page, user: Any, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    """The button on the pages of building blocks that somebody may change."""
    if is_module_to_change(page, user):
        address = reverse("documentation", args=[page.pk])
        yield Button(_("Documentation"), address, icon_name="doc-full", priority=62)
