"""One address for people and for the Fediverse: who asks for ActivityPub is led from a page to its object."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers

from federation.activitypub import addresses
from federation.activitypub.actors import publishing_bodies
from federation.activitypub.models import PublicObject
from hub.catalogue.models import CatalogueEntry

PROFILE = 'profile="https://www.w3.org/ns/activitystreams"'
STREAMS_JSON = re.compile(r"application/(activity\+json|ld\+json\s*;[^,]*" + re.escape(PROFILE) + ")")
BY_ID = re.compile(r"/id/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
OF_BODY = re.compile(r"/kommunen/([0-9a-z-]{2,20})/")

GetResponse = Callable[[HttpRequest], HttpResponse]


def asks_for_object(request: HttpRequest) -> bool:
    """Whether ActivityPub is asked for by name (ActivityPub, section 3.2)."""
    return STREAMS_JSON.search(request.headers.get("Accept", "")) is not None


def prefers_page(request: HttpRequest) -> bool:
    """Whether a browser asks: it wants a page, and no ActivityPub."""
    return "text/html" in request.headers.get("Accept", "") and not asks_for_object(request)


class LeadsToObjects:
    """Redirects from pages to objects and actors. Who asks for pages costs no query and no time."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle one request."""
        if request.method not in {"GET", "HEAD"} or not asks_for_object(request):
            return self.get_response(request)
        target = _target(request.path_info)
        if target is None:
            return self.get_response(request)
        response = HttpResponseRedirect(target, status=303)
        patch_vary_headers(response, ["Accept"])
        return response


def _target(path: str) -> str | None:
    """The object or actor that the page at ``path`` shows; at most two queries."""
    if path == "/":
        return addresses.actor("")
    if body := OF_BODY.fullmatch(path):
        return addresses.actor(body[1]) if publishing_bodies().filter(key=body[1]).exists() else None
    if path.startswith("/federation/"):
        return None
    named = BY_ID.fullmatch(path)
    own = CatalogueEntry.objects.filter(source="")
    found = own.filter(uuid=named[1]) if named else own.filter(path=path)
    known = PublicObject.objects.filter(uuid__in=found.values("uuid")).first()
    return addresses.object_address(known.uuid, known.life) if known else None
