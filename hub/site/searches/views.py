"""``/mein/suchen/``: the searches somebody keeps, and the links of their mails."""

from __future__ import annotations

import uuid
from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from hub.accounts.models import User
from hub.accounts.views.people import for_people
from hub.site.searches import links, services
from hub.site.searches.forms import SavedSearchForm
from hub.site.searches.models import Rhythm, SavedSearch
from hub.site.searches.wording import LONGEST, Words, clean_query
from theme.topics import vocabulary_of

DELETED = "deleted_search"
"""Key of the session with the search that was deleted last."""

ONE_CLICK = "List-Unsubscribe"


@for_people
def searches(request: HttpRequest, user: User) -> HttpResponse:
    """All of them, in words."""
    held = list(SavedSearch.objects.filter(user=user))
    words = Words(*(each.query for each in held))
    context = {
        "rows": [(each, words.of(each.query)) for each in held],
        "deleted": services.Deleted.of(request.session.get(DELETED)),
        "most": services.MOST,
    }
    return render(request, "site/searches/list.html", context)


@for_people
def new_search(request: HttpRequest, user: User) -> HttpResponse:
    """Keep the search whose parameters the address or the form holds."""
    params = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    vocabulary = vocabulary_of(request)
    query = clean_query(params, vocabulary)
    if not query or len(query) > LONGEST:
        return render(request, "site/searches/nothing.html", {"query": query}, status=400 if query else 200)
    wording = Words(query, vocabulary=vocabulary).of(query)
    initial = {"name": wording.short, "rhythm": Rhythm.WEEKLY}
    form = SavedSearchForm(request.POST or None, initial=initial, has_address=bool(user.email))
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, user, form, query)
        except services.TooMany:
            form.add_error(
                None,
                _("You keep %(most)s searches already. Delete one you do not use any more.")
                % {"most": services.MOST},
            )
    return render(request, "site/searches/form.html", {"form": form, "wording": wording, "query": query})


@for_people
def edit_search(request: HttpRequest, user: User, key: uuid.UUID) -> HttpResponse:
    """Another name or rhythm."""
    held = get_object_or_404(SavedSearch, pk=key, user=user)
    initial = {"name": held.name, "rhythm": held.rhythm}
    form = SavedSearchForm(request.POST or None, initial=initial, has_address=bool(user.email))
    if request.method == "POST" and form.is_valid():
        services.change_search(held, form.cleaned_data["name"], form.rhythm_chosen, timezone.now())
        messages.success(request, _("Your changes are saved."))
        return redirect("site:searches")
    context = {"form": form, "wording": Words(held.query).of(held.query), "query": held.query, "search": held}
    return render(request, "site/searches/form.html", context)


@for_people
def delete_search(request: HttpRequest, user: User, key: uuid.UUID) -> HttpResponse:
    """Ask, then delete; until the next sign-out it can be taken back."""
    held = get_object_or_404(SavedSearch, pk=key, user=user)
    if request.method == "POST":
        request.session[DELETED] = asdict(services.delete_search(held))
        return redirect("site:searches")
    return render(request, "site/searches/delete.html", {"search": held})


@require_POST
@for_people
def restore_search(request: HttpRequest, user: User) -> HttpResponse:
    """Take the last deletion back."""
    deleted = services.Deleted.of(request.session.get(DELETED))
    if deleted is None:
        messages.info(request, _("There is nothing to take back any more."))
        return redirect("site:searches")
    try:
        services.restore_search(user, deleted, timezone.now())
    except services.TooMany:
        messages.error(request, _("You keep too many searches. Delete another one first."))
        return redirect("site:searches")
    del request.session[DELETED]
    messages.success(request, _("The search is kept again."))
    return redirect("site:searches")


@csrf_exempt  # mail programs press the button without cookies; the signed link is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails of one search (RFC 8058). Opening the link changes nothing: mail filters open it too.

    Mail programs get an answer without redirect (RFC 8058 section 3.1).
    """
    key = links.read_token(token)
    if key is None:
        return render(request, "site/searches/unsubscribe.html", {"state": "unknown"}, status=404)
    if request.method == "POST":
        services.stop_mails(key)
        if ONE_CLICK not in request.POST:
            return redirect("site:searches-unsubscribe", token)
    on = SavedSearch.objects.filter(pk=key).exclude(rhythm=Rhythm.NONE).exists()
    return render(request, "site/searches/unsubscribe.html", {"state": "on" if on else "off"})


def _keep(request: HttpRequest, user: User, form: SavedSearchForm, query: str) -> HttpResponse:
    """Save and say so. Raises ``TooMany``."""
    name, rhythm = form.cleaned_data["name"], form.rhythm_chosen
    search, is_new = services.save_search(user, name, query, rhythm, timezone.now())
    if not is_new:
        messages.info(request, _("You keep this search already. Here you can change it."))
        return redirect("site:edit-search", search.pk)
    messages.success(request, _("The search is saved."))
    return redirect("site:searches")
