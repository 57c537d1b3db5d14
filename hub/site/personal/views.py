"""The start page after signing in, the settings, and links that switch mails off."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.users.models import UserProfile

from content.editorial import queries as editorial
from content.queries import reports_due
from content.statements.queries import co_publications_waiting, said_lately
from content.writing import list_drafts, list_openings
from events.registering.queries import list_participations
from hub.accounts.models import BodyRole, User
from hub.accounts.queries import waiting_for
from hub.accounts.roles import ELEVATED, roles_of
from hub.accounts.second_factor import find_lack
from hub.accounts.unsubscribing import read_token, switch_mail, wants_mail
from hub.accounts.viewer import viewer_of
from hub.documents import Viewer
from hub.site.digest.wishes import query_of
from hub.site.messages.queries import count_unanswered
from hub.site.personal import queries
from hub.site.personal.forms import PreferencesForm

SHOWN = 10
"""Rows of one kind on the start page; what is beyond is a link away."""

ONE_CLICK = "List-Unsubscribe"


@never_cache
@require_safe
@login_required
def personal(request: HttpRequest) -> HttpResponse:
    """What waits for the person signed in, their drafts, what is new to them, and their bodies."""
    user, now = _user(request), timezone.now()
    roles, home, preferences = roles_of(user), queries.home_of(user, now), queries.preferences_of(user)
    viewer = viewer_of(request)
    context: dict[str, Any] = {
        "viewer": viewer,
        "roles": roles,
        "home": home,
        "preferences": preferences,
        "digest_query": query_of(preferences.topics, preferences.region_id),
        "news": queries.list_news(preferences, viewer),
        "requests": queries.requests_of(user, now),
        "participations": list_participations(user, now),
        "homeless": not (roles or home or user.is_superuser),
    }
    if home is None:
        lack = find_lack(request)
        context |= _work_of(user, roles) | (_waiting_for(user) if lack is None else {"factor_missing": lack})
    return render(request, "site/personal/start.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Topics, region, mails and language."""
    user = _user(request)
    form = PreferencesForm(request.POST or None, instance=queries.preferences_of(user))
    if not form.is_valid():
        return render(request, "site/personal/preferences.html", {"form": form})
    form.save()
    language = form.cleaned_data["language"]
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = language
    profile.save(update_fields=["preferred_language"])
    with translation.override(language):
        messages.success(request, _("Your settings are saved."))
    response = redirect("site:preferences")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
    )
    return response


@csrf_exempt  # mail programs press the button without cookies; the signed link is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch one kind of mail off, without signing in (RFC 8058).

    Opening the link changes nothing, since mail filters open links too. Mail programs get an answer
    without redirect (RFC 8058 section 3.1), people are led back to the page, which says how it stands.
    """
    subscription = read_token(token)
    if subscription is None:
        return render(request, "site/personal/unsubscribe_unknown.html", status=404)
    if request.method == "POST":
        switch_mail(subscription, on="on" in request.POST)
        if ONE_CLICK not in request.POST:
            return redirect("site:unsubscribe", token)
    on = wants_mail(subscription.user, subscription.kind)
    return render(request, "site/personal/unsubscribe.html", {"kind": subscription.kind, "on": on})


def _work_of(user: User, roles: list[BodyRole]) -> dict[str, Any]:
    """What a person of this instance has to write and to confirm."""
    keys = [row.body_id for row in roles if row.role in ELEVATED]
    due, openings = reports_due(keys, timezone.now()), list_openings(user)
    noted = said_lately(keys, Viewer.local(), timezone.now())[:SHOWN] if keys else []
    submissions, scheduled = editorial.submissions_of(user), editorial.scheduled_for(user, timezone.now())
    return {
        "drafts": list_drafts(user),
        "openings": openings,
        "beginnings": queries.list_beginnings(roles, openings),
        "unanswered": count_unanswered(roles),
        "returned": [each for each in submissions if each.returned],
        "handed_in": [each for each in submissions if not each.returned],
        "late": [each for each in scheduled if each.late],
        "planned": [each for each in scheduled if not each.late],
        "joint": co_publications_waiting(keys, Viewer.local()) if keys else [],
        "noted": noted,
        "statements": [each.said.entry for each in noted],
        "stated": editorial.statements_to_confirm(keys, timezone.localdate()),
        "due": due[:SHOWN],
        "due_number": len(due),
    }


def _waiting_for(user: User) -> dict[str, Any]:
    """What others have asked for or sent in; it names them, and so is for sessions that may decide it."""
    waiting = list(waiting_for(user)[: SHOWN + 1])
    return {
        "waiting": waiting[:SHOWN],
        "more_waiting": len(waiting) > SHOWN,
        "moderation": editorial.reviews_for(user),
    }


def _user(request: HttpRequest) -> User:
    """The account signed in; views that ask require one."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows what login_required grants
    return request.user
