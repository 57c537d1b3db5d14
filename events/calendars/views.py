"""Calendars to subscribe to."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from events.calendars.components import build_meeting
from events.calendars.feeds import Feed, digest_of, list_events
from events.calendars.files import build_feed, read_meeting
from events.calendars.own import list_own
from events.calendars.programme import find_newest, read_told, rise_of
from events.desks import find_desk
from events.live.spans import is_live
from events.people import FEED, find_person
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry, find_gone
from hub.env import env
from theme.topics import vocabulary_of


@require_safe
def show_event_calendar(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One event with its programme. A withdrawn one answers 410, so that readers give up."""
    entry = find_entry(key, viewer_of(request))
    if entry is not None and entry.kind == "event":
        return _show_event(request, entry)
    if not find_gone(_events(key)):
        raise Http404
    gone = HttpResponse(
        _("This event has been withdrawn."), status=410, content_type="text/plain; charset=utf-8"
    )
    gone.headers["Cache-Control"] = "no-cache"
    return gone


def _show_event(request: HttpRequest, entry: CatalogueEntry) -> HttpResponse:
    """What is organised here is told as the plan stands while it goes on, else as its document has it."""
    filename, now = f"{entry.uuid}.ics", timezone.now()
    desk = find_desk(entry.uuid) if not entry.source else None
    release = find_newest(desk) if desk else None
    meeting = read_meeting(entry) if desk and is_live(desk, now) else None
    if desk and meeting:
        told = [each.build(meeting) for each in read_told(desk, release, now)]
        body = build_feed(entry.title, [*build_meeting(meeting), *told])
        return _answer(request, digest_of([body]), lambda: body, filename)
    found = CatalogueEntry.objects.filter(pk=entry.pk)
    feed = Feed(entry.title, found, programme=True, rise=rise_of(release))
    return _answer_feed(request, feed, filename)


@require_safe
def show_all_calendar(request: HttpRequest) -> HttpResponse:
    """The events of all hubs."""
    found = list_events(viewer_of(request), timezone.now())
    return _answer_feed(request, Feed(_("Wissenshub: all events"), found), "alle.ics")


@require_safe
def show_source_calendar(request: HttpRequest, source: str) -> HttpResponse:
    """The events of one hub, named by its short name."""
    origin_source = "" if source == env.slug else source
    if origin_source and not CatalogueEntry.objects.filter(source=origin_source).exists():
        raise Http404
    found = list_events(viewer_of(request), timezone.now()).filter(source=origin_source)
    name = _("Wissenshub: events of %(hub)s") % {
        "hub": env.name if not origin_source else source.capitalize()
    }
    return _answer_feed(request, Feed(name, found), f"{source}.ics")


@require_safe
def show_topic_calendar(request: HttpRequest, topic: str) -> HttpResponse:
    """The events on a topic, of all hubs. That of a merged topic goes on as the one it became."""
    vocabulary = vocabulary_of(request)
    [code] = vocabulary.current([topic])
    found = list_events(viewer_of(request), timezone.now()).filter(topics__contains=[code])
    if code not in vocabulary.names and not found.exists():
        raise Http404
    name = _("Wissenshub: events on %(topic)s") % {"topic": vocabulary.name(code)}
    return _answer_feed(request, Feed(name, found), f"{topic}.ics")


@require_safe
def show_own_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """What one person takes part in; whoever has the link reads it, so it is found by nobody else."""
    person = find_person(token, FEED)
    if person is None:
        raise Http404
    name = _("Wissenshub: my events")
    return answer_secret(request, build_feed(name, list_own(person, timezone.now())), "meine-termine.ics")


def answer_secret(request: HttpRequest, body: bytes, filename: str) -> HttpResponse:
    """A calendar whose address is known to its reader alone: kept by nobody, found by no search engine."""
    response = _answer(request, digest_of([body]), lambda: body, filename)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _events(key: uuid.UUID) -> QuerySet[CatalogueEntry]:
    """The events that have, or had, that uuid; an own entry alone decides, as in ``find_entry``."""
    known = CatalogueEntry.objects.filter(uuid=key)
    own = known.filter(source="")
    return (own if own.exists() else known).filter(kind="event")


def _answer_feed(request: HttpRequest, feed: Feed, filename: str) -> HttpResponse:
    """304 by what the feed holds, before any document of it is read."""
    return _answer(request, feed.digest, feed.build, filename)


def _answer(request: HttpRequest, digest: str, build: Callable[[], bytes], filename: str) -> HttpResponse:
    response = HttpResponse(content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    # Never kept without asking: what is withdrawn must leave shared caches at once, and the ETag is cheap.
    response.headers["Cache-Control"] = "private, no-cache" if _is_signed_in(request) else "no-cache"
    response.headers["ETag"] = f'"{digest}"'
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    if answer is None or answer is response:
        response.content = build()
        return response
    return answer


def _is_signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated)
