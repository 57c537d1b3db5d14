"""Notes of sessions: for those with a seat, those who run the session, and the organisers."""

from __future__ import annotations

import uuid

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from events.grid.pages import find_readable_desk
from events.models import EventDesk, Note, Session, SessionHost
from events.noting.pages import Place, show_history, show_page, show_state
from events.noting.services import Author, author_of, find_author, open_note
from events.people import find_person, person_of, remember_person
from events.proposing.queries import has_seat
from hub.accounts.second_factor import find_lack


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The note of a session."""
    place = _come(request, key, session_id)
    return place if isinstance(place, HttpResponse) else show_page(request, place)


@require_safe
def note_state(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """The same for scripts."""
    place = _come(request, key, session_id)
    return place if isinstance(place, HttpResponse) else show_state(request, place)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def note_history(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> HttpResponse:
    """Its older versions."""
    place = _come(request, key, session_id)
    return place if isinstance(place, HttpResponse) else show_history(request, place)


@never_cache
@require_safe
def note_link(request: HttpRequest, session_id: uuid.UUID, token: str) -> HttpResponse:
    """The link in the mail that asks for consent: whoever follows it is known and answers on the page.

    Opening it answers nothing, since mail filters open links too.
    """
    person = find_person(token)
    if person is None or not Session.objects.filter(pk=session_id, plan__desk=person.desk_id).exists():
        raise Http404
    if person.confirmed:
        remember_person(request, person)
    return redirect("events:note", person.desk.event.translation_key, session_id)


def _come(request: HttpRequest, key: uuid.UUID, session_id: uuid.UUID) -> Place | HttpResponse:
    """The note as this visitor finds it; a redirect for who could sign in, ``PermissionDenied`` else.

    Whoever lacks the second factor does not organise here. Who wrote and has no seat any more still answers.
    """
    desk, organises = find_readable_desk(request, key)
    organises = organises and find_lack(request) is None
    person = person_of(desk, request)
    if person is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    accepted = Session.objects.filter(state=Session.State.ACCEPTED, plan__desk=desk)
    session = get_object_or_404(accepted.select_related("plan"), pk=session_id)
    hosts = person is not None and SessionHost.objects.filter(session=session, host__person=person).exists()
    writes = organises or hosts or (person is not None and has_seat(person))
    author = author_of(request.user, person)
    if not writes and not _wrote(session, author):
        raise PermissionDenied
    address = [key, session_id]
    return Place(
        note=open_note(session=session),
        author=author,
        leads=organises or hosts,
        title=session.title,
        crumbs=_crumbs(desk),
        page=reverse("events:note", args=address),
        state=reverse("events:note_state", args=address),
        history=reverse("events:note_history", args=address),
        writes=writes,
    )


def _wrote(session: Session, author: Author) -> bool:
    note = Note.objects.filter(session=session).first()
    return note is not None and find_author(note, author) is not None


def _crumbs(desk: EventDesk) -> list[tuple[str, str]]:
    key = desk.event.translation_key
    return [(f"/id/{key}", desk.event.title), (reverse("events:board", args=[key]), _("Programme"))]
