"""What everybody in the Fediverse may read here: actors, their outboxes, objects, and how to find them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from federation.activitypub import addresses, discovery, outbox
from federation.activitypub.actors import body_actor, instance_actor, publishing_bodies
from federation.activitypub.models import PublicObject
from federation.activitypub.negotiation import prefers_page
from federation.activitypub.objects import build_object, can_be_announced, tombstone, with_context
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import is_gone
from hub.documents import canonical
from hub.env import env
from hub.municipalities.models import Body
from theme.topics import read_vocabulary

MAX_NUMBER = 2**63 - 1
JRD = "application/jrd+json"
View = Callable[..., HttpResponse]


def in_german(view: View) -> View:
    """Answer everybody in the same language: what is sent is written in it, too."""

    @wraps(view)
    def answer(*arguments: Any, **values: Any) -> HttpResponse:
        with translation.override(settings.LANGUAGE_CODE):
            return view(*arguments, **values)

    return answer


@require_safe
@in_german
def actor(request: HttpRequest) -> HttpResponse:
    """The instance's actor; people are led to its start page."""
    return _page_or(request, env.origin + "/") or _answer(instance_actor())


@require_safe
@in_german
def body(request: HttpRequest, key: str) -> HttpResponse:
    """A body's actor; people are led to its page."""
    found = _body(key)
    return _page_or(request, discovery.page_of(found)) or _answer(body_actor(found))


@require_safe
@in_german
def outbox_of(request: HttpRequest, key: str = "") -> HttpResponse:
    """What the instance or a body has published, page by page with ``?page=``."""
    if key:
        _body(key)
    page = request.GET.get("page")
    if page is None:
        return _answer(outbox.outbox(key))
    if not (page.isascii() and page.isdecimal()) or len(page) > 19 or int(page) > MAX_NUMBER:
        raise Http404
    return _answer(outbox.outbox_page(key, int(page)))


@require_safe
def followers_of(request: HttpRequest, key: str = "") -> HttpResponse:
    """How many follow the instance or a body."""
    if key:
        _body(key)
    return _answer(outbox.followers(key))


@require_safe
@in_german
def document(request: HttpRequest, key: uuid.UUID, life: int) -> HttpResponse:
    """A document in its current life; what is left of it afterwards with 410; people are led to its page."""
    known = get_object_or_404(PublicObject, pk=key)
    entry = get_object_or_404(CatalogueEntry, source="", uuid=key)
    if life < 1 or life > known.life:
        raise Http404
    if life < known.life or not known.digest:
        return _answer(with_context(tombstone(known, life, entry)), status=410)
    if not can_be_announced(entry) or is_gone(entry):
        raise Http404  # withdrawn this very moment: followers are not told yet
    if page := _page_or(request, env.origin + entry.get_absolute_url()):
        return page
    return _answer(with_context(build_object(entry, known, read_vocabulary())))


@require_safe
def webfinger(request: HttpRequest) -> HttpResponse:
    """Who is behind a handle: ``?resource=acct:mainz@wissen.mainz.de`` (RFC 7033)."""
    resource = request.GET.get("resource", "")
    if not resource:
        return _for_scripts(JsonResponse({"error": "name a resource"}, status=400))
    described = discovery.describe(resource)
    if described is None:
        return _for_scripts(JsonResponse({"error": "nobody of that name is here"}, status=404))
    return _for_scripts(JsonResponse(described, content_type=JRD))


@require_safe
def nodeinfo_links(request: HttpRequest) -> HttpResponse:
    """Where to read what runs here."""
    link = {"rel": discovery.NODEINFO, "href": f"{env.origin}/nodeinfo/2.1"}
    return _for_scripts(JsonResponse({"links": [link]}))


@require_safe
def nodeinfo(request: HttpRequest) -> HttpResponse:
    """What runs here (NodeInfo 2.1)."""
    kind = f'application/json; profile="{discovery.NODEINFO}#"'
    return _for_scripts(JsonResponse(discovery.nodeinfo(), content_type=kind))


def _body(key: str) -> Body:
    found: Body = get_object_or_404(publishing_bodies(), pk=key)
    return found


def _page_or(request: HttpRequest, page: str) -> HttpResponse | None:
    """To the page for people, if one asks who prefers that."""
    if not prefers_page(request):
        return None
    response = HttpResponseRedirect(page)
    patch_vary_headers(response, ["Accept"])
    return response


def _answer(built: Mapping[str, Any], status: int = 200) -> HttpResponse:
    response = HttpResponse(canonical(built), content_type=addresses.ACTIVITY_JSON, status=status)
    patch_vary_headers(response, ["Accept"])
    return _for_scripts(response)


def _for_scripts(response: HttpResponse) -> HttpResponse:
    """Public, so the scripts of any site may read it."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
