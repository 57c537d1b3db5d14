"""„Which town like mine runs this, at what cost, and who answers?“"""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.belonging import own_bodies
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry
from hub.documents import Viewer
from hub.municipalities.bands import BANDS
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies
from hub.municipalities.similarity import WEIGHTS, Profile, similarity
from hub.site.similar.directory import OFFERED, Known
from hub.site.similar.listing import SimilarListing, read_text
from hub.site.similar.wording import tell_parts
from theme.topics import vocabulary_of

PER_PAGE = 20
EXAMPLE = similarity(
    Profile(24_600, Body.Kind.TOWN, 410, frozenset({"nextcloud", "allris", "formularserver"})),
    Profile(17_200, Body.Kind.TOWN, 328, frozenset({"nextcloud", "geoportal"})),
)
"""The two towns that the page about the formula tells of."""


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the body one looks from: one's own, or one that a search finds; the only one found at once."""
    viewer = viewer_of(request)
    text = read_text(request.GET)
    found = search_bodies(text).select_related("district", "association") if text else None
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("seite")) if found is not None else None
    subject = _read_subject(request, viewer)
    if page is not None and page.paginator.count == 1:
        query = f"?dokument={subject.uuid}" if subject else ""
        return redirect(reverse("site:similar", args=[page.object_list[0].key]) + query)
    context = {
        "viewer": viewer,
        "text": text,
        "own": own_bodies(request.user),
        "subject": subject,
        "page": page,
    }
    return render(request, "site/similar/choose.html", context)


@require_safe
def similar(request: HttpRequest, key: str) -> HttpResponse:
    """Bodies like the one of ``key``, with what they run."""
    viewer = viewer_of(request)
    known = Known.load(viewer, with_summaries=bool(read_text(request.GET)))
    town = known.towns.get(known.successors.get(key, key))
    if town is None:
        return render(request, "site/body_unknown.html", {"key": key[:40]}, status=404)
    subject = _read_subject(request, viewer)
    listing = SimilarListing(town, request.GET, known, viewer, subject, vocabulary_of(request))
    context = {"viewer": viewer, "town": town, "listing": listing, "page": listing.page, "subject": subject}
    return render(request, "site/similar/similar.html", context)


@require_safe
def formula(request: HttpRequest) -> HttpResponse:
    """How it is worked out who is alike, with an example."""
    context = {"weights": WEIGHTS, "bands": BANDS, "example": tell_parts(EXAMPLE), "score": EXAMPLE.score}
    return render(request, "site/similar/formula.html", context)


def _read_subject(request: HttpRequest, viewer: Viewer) -> CatalogueEntry | None:
    """The document asked about. Raises :class:`Http404` for one that cannot be read or taken over."""
    wanted = request.GET.get("dokument")
    if not wanted:
        return None
    try:
        entry = find_entry(uuid.UUID(wanted), viewer)
    except ValueError:
        entry = None
    if entry is None or entry.kind not in OFFERED:
        raise Http404(_("There is no such document."))
    return entry
