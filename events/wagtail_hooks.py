"""The office in Wagtail's admin: its button at an event, and no deleting of what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.models import Page

from events.circles.access import circles_below, is_group_to_lead
from events.models import EventPage, Person
from events.office.keeping import desks_below, is_event_to_organise


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_office(page: Page, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """The way to the office, for those who organise the event."""
    if is_event_to_organise(page, user):
        address = reverse("events:office_open", args=[page.translation_key])
        yield Button(gettext_lazy("Event office"), address, icon_name="group", priority=61)


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def offer_circle(page: Page, user: Any, next_url: str | None = None, view_name: str = "") -> Iterator[Button]:
    """The way to the workspace of a published focus group, for those who lead it."""
    if is_group_to_lead(page, user):
        address = reverse("events:circle_open", args=[page.translation_key])
        yield Button(gettext_lazy("Workspace"), address, icon_name="group", priority=61)


@hooks.register("before_delete_page")
def keep_organised(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A page with an office, or above one, is not deleted; it is said what to do instead."""
    return _refuse(request, [page])


@hooks.register("after_unpublish_page")
def warn_of_silence(request: HttpRequest, page: Page) -> None:
    """Whoever took an event offline reads that nobody was told by it."""
    _warn_of_silence(request, [page])


@hooks.register("after_bulk_action")
def warn_of_silence_among(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> None:
    """The same for several pages at once, where Wagtail calls no hook for each."""
    if action_type == "unpublish":
        _warn_of_silence(request, [each for each in objects if isinstance(each, Page)])


def _warn_of_silence(request: HttpRequest, pages: list[Page]) -> None:
    """Not of events that were cancelled before: of these everybody was told."""
    silent = desks_below(pages).filter(event__live=False, pk__in=Person.objects.values("desk"))
    for desk in silent.exclude(event__status=EventPage.Status.CANCELLED):
        said = _(
            "People take part in “%(title)s”. That the page is offline now, nobody was told, and calendars "
            "keep the date. If the event does not take place, publish the page again and cancel the event in "
            "its office."
        )
        messages.warning(request, said % {"title": desk.event.title})


@hooks.register("before_bulk_action")
def keep_organised_among(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> HttpResponse | None:
    """The same for several pages at once."""
    pages = [each for each in objects if isinstance(each, Page)]
    return _refuse(request, pages) if action_type == "delete" else None


def _refuse(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    if desk := desks_below(pages).first():
        kept: Page = desk.event
        said = _(
            "“%(title)s” has an event office, with participants and their data, and so is not deleted. "
            "Cancel the event in its office: everybody is told. Unpublishing the page tells nobody. An "
            "office that nobody has used can be closed on its first page; then the page can be deleted."
        )
    elif circle := circles_below(pages).first():
        kept = circle.group
        said = _(
            "“%(title)s” has a workspace, with members, minutes and decisions, and so is not deleted. "
            "Unpublish the page instead: then nobody sees the group or its workspace."
        )
    else:
        return None
    messages.error(request, said % {"title": kept.title})
    return redirect("wagtailadmin_explore", Page.objects.get(pk=kept.pk).get_parent().pk)
