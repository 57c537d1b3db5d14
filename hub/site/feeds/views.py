"""Feeds, as they are fetched: mostly by programs that ask whether there is anything new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, urlencode
from django.views.decorators.http import require_safe

from hub.catalogue.queries import newest_position
from hub.site.feeds.atom import write_atom
from hub.site.feeds.json_feed import write_json
from hub.site.feeds.reading import SHARED, Feed, feed_address, language_of, read_feed

FORM = 1
"""Counts the changes of how feeds are written: raised, readers fetch anew what they hold."""
SHORT = frozenset({"thema", "art", "kommune", "region"})


class Format(NamedTuple):
    """How a feed is written, and its media type."""

    write: Callable[[Feed], bytes]
    media_type: str


FORMATS: Mapping[str, Format] = {
    "atom": Format(write_atom, "application/atom+xml; charset=utf-8"),
    "json": Format(write_json, "application/feed+json; charset=utf-8"),
}


@require_safe
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """The contributions that the parameters ask for. A reader that has them costs one query."""
    return send_feed(request, form, _etag(request, form), read_feed)


@require_safe
def short_feed(request: HttpRequest, name: str, value: str, form: str) -> HttpResponse:
    """A short address for one topic, kind, body or region; leads to the feed itself."""
    if name not in SHORT:
        raise Http404
    return redirect(feed_address(form, urlencode({name: value})), permanent=True)


def send_feed(request: HttpRequest, form: str, etag: str, read: Callable[[QueryDict], Feed]) -> HttpResponse:
    """What ``read`` makes of the parameters, in one of :data:`FORMATS`, unless the reader has it already."""
    response = get_conditional_response(request, etag=etag)
    if response is None:
        found = read(request.GET)
        write, media_type = FORMATS[form]
        response = HttpResponse(write(found), content_type=media_type)
        # For people alone. What peers bring late is older than what stands here, so that readers who go
        # by this time would miss it; whether there is anything new, the ETag says.
        response["Last-Modified"] = http_date(found.updated.timestamp())
    response["ETag"] = etag
    response["Cache-Control"] = SHARED
    response["Access-Control-Allow-Origin"] = "*"
    response["Content-Language"] = language_of(request.GET)
    return response


def _etag(request: HttpRequest, form: str) -> str:
    """Weak, from what the feed is made of: the catalogue, the day on which things expire, the address."""
    parts = (FORM, form, newest_position(), timezone.localdate(), request.META.get("QUERY_STRING", ""))
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
