"""Which pages of Wagtail's admin have to do with an office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page

from events.models import EventDesk, EventPage


def is_event_to_organise(page: Page, user: Any) -> bool:
    """Whether it is an event, as it was written first, that this person may publish."""
    if page.alias_of_id or page.specific_class is not EventPage:
        return False
    return not page.specific_deferred.is_translation and page.permissions_for_user(user).can_publish()


def desks_below(pages: Iterable[Page]) -> QuerySet[EventDesk]:
    """The desks of these pages and of all below them."""
    found = Q(pk__in=[])
    for page in pages:
        found |= Q(event__path__startswith=page.path)
    return EventDesk.objects.filter(found).select_related("event")
