"""The site's own pages: lists, documents by their id, and the pages the law asks for."""

from __future__ import annotations

import uuid

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries, find_entry, find_gone, find_moved, has_moved_to, speaks_of_readable
from hub.catalogue.rendering import LANGUAGE_PARAMETER, render_entry
from hub.site.listing import PER_PAGE, Listing
from hub.site.queries import past_events, upcoming_events
from search.answers.log import KEPT, TEXT_KEPT
from theme.facets import active_options
from theme.topics import vocabulary_of


@require_safe
def knowledge(request: HttpRequest) -> HttpResponse:
    """All contributions, filtered by the address."""
    viewer = viewer_of(request)
    listing = Listing(request.GET, viewer, vocabulary_of(request))
    context = {"viewer": viewer, "listing": listing, "page": listing.page, "facets": listing.facets}
    return render(request, "site/knowledge.html", context | {"active": active_options(listing.facets)})


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Events to come, and those that were."""
    viewer, now = viewer_of(request), timezone.now()
    past = Paginator(past_events(viewer, now), PER_PAGE).get_page(request.GET.get("seite"))
    context = {"viewer": viewer, "upcoming": list(upcoming_events(viewer, now)), "page": past}
    return render(request, "site/events.html", context)


@require_safe
def received(request: HttpRequest, source: str, key: uuid.UUID, slug: str = "") -> HttpResponse:
    """A document of another hub. The address ends in its title, so a corrected title moves it."""
    viewer = viewer_of(request)
    entry = entries(viewer).filter(source=source, uuid=key).first()
    if entry is None or not speaks_of_readable(entry, viewer):
        known = CatalogueEntry.objects.filter(source=source, uuid=key)
        if moved := find_moved(known, viewer):
            return _redirect_to(request, moved, permanent=True)
        return _absent(request, known)
    if request.path != entry.get_absolute_url():
        return _redirect_to(request, entry)
    return render_entry(request, entry, viewer)


@require_safe
def by_id(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """From a document's permanent id to where it stands now."""
    viewer = viewer_of(request)
    entry = find_entry(key, viewer)
    if entry is None:
        return _absent(request, CatalogueEntry.objects.filter(uuid=key))
    if request.path == entry.get_absolute_url():
        return render_entry(request, entry, viewer)
    return _redirect_to(request, entry, permanent=has_moved_to(entry))


def entrance(request: HttpRequest) -> HttpResponse:
    """Where the admin sends whoever may not be there: to sign in, or, signed in, to what would help."""
    if request.user.is_authenticated:
        return render(request, "site/no_editing.html", status=403)
    return redirect_to_login(request.GET.get("next", "/admin/"), reverse("account_login"))


@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    """Who is responsible (§ 5 DDG, § 18 MStV)."""
    return render(request, "site/legal_notice.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored about whom (Art. 13 DSGVO)."""
    kept = {"answers_kept": KEPT.days, "answers_text_kept": TEXT_KEPT.days}
    return render(request, "site/privacy.html", kept)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (BITV RP, EN 301 549)."""
    return render(request, "site/accessibility.html")


def _redirect_to(request: HttpRequest, entry: CatalogueEntry, *, permanent: bool = False) -> HttpResponse:
    """To where it stands, in the language the address names."""
    named = request.GET.get(LANGUAGE_PARAMETER)
    query = f"?{urlencode({LANGUAGE_PARAMETER: named})}" if named else ""
    return redirect(f"{entry.get_absolute_url()}{query}", permanent=permanent)


def _absent(request: HttpRequest, known: QuerySet[CatalogueEntry]) -> HttpResponse:
    """410 where something public was published and is no more, else 404, which says nothing."""
    if gone := find_gone(known):
        return render(request, "410.html", {"gone": gone}, status=410)
    raise Http404
