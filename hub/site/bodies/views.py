"""The directory of bodies, and the page of each."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.statements.queries import uses_of
from hub.accounts.viewer import viewer_of
from hub.municipalities.models import Body
from hub.municipalities.queries import resolve_successor
from hub.site.bodies.listing import BodyListing
from hub.site.bodies.profile import Profile
from hub.site.bodies.region import Surroundings
from hub.site.bodies.taking_part import TakingPart
from theme.facets import active_options

KEY = re.compile(r"[0-9a-z][0-9a-z-]{1,19}")


@require_safe
def municipalities(request: HttpRequest) -> HttpResponse:
    """All bodies as list and map, searched and filtered by the address."""
    viewer = viewer_of(request)
    listing = BodyListing(request.GET, viewer)
    context = {
        "viewer": viewer,
        "listing": listing,
        "page": listing.page,
        "facets": listing.facets,
        "active": active_options(listing.facets),
    }
    return render(request, "site/municipalities.html", context)


@require_safe
def body(request: HttpRequest, key: str) -> HttpResponse:
    """The page of a body, whether or not it publishes.

    A dissolved one answers with a notice that names its successor, not with a redirect: documents
    go on naming it as their publisher, and who follows that link should learn what became of it.
    """
    bodies = Body.objects.select_related("district", "association", "successor")
    found = bodies.filter(pk=key).first() if KEY.fullmatch(key) else None
    if found is None:
        return render(request, "site/body_unknown.html", {"key": key[:40]}, status=404)
    if found.successor_id:
        gone = {"body": found, "successor": resolve_successor(found)}
        return render(request, "site/body_dissolved.html", gone)
    viewer = viewer_of(request)
    around = Surroundings(found, viewer)
    profile = Profile(found, around.keys, viewer, timezone.now())
    context = {
        "viewer": viewer,
        "body": found,
        "profile": profile,
        "around": around,
        "part": TakingPart(request.user, found),
        "uses": uses_of(around.keys, viewer),
    }
    return render(request, "site/body.html", context)
