"""The person behind a visit: by account, or by the signed link in a mail."""

from __future__ import annotations

import uuid

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.urls import reverse

from events.models import EventDesk, Person
from hub.env import env

LINK, FEED = "events.person", "events.feed"
"""What a link is good for: all that the person may do, or reading their calendar, which programs pass on."""

KNOWN = "events_person"
"""The key in the browser's session: a signed token for each event in which a link was followed."""


def write_token(person: Person, use: str = LINK) -> str:
    """What stands in a link for that use; it ends with the person, or when ``link_version`` rises."""
    return Signer(salt=use).sign(f"{person.pk.hex}.{person.link_version}").replace(":", "~")


def find_person(token: str, use: str = LINK) -> Person | None:
    """The person of a link, with desk and event; None if it is forged, for another use, or ended."""
    try:
        key, _, version = Signer(salt=use).unsign(token.replace("~", ":")).partition(".")
        found = Person.objects.select_related("desk__event").filter(pk=uuid.UUID(hex=key))
        return found.filter(link_version=int(version)).first()
    except (BadSignature, ValueError):
        return None


def remember_person(request: HttpRequest, person: Person) -> None:
    """Whoever followed their link stays known in this browser until its session ends.

    Somebody else who is known already stays: a link that a stranger sent does not change in whose name the
    next form is filled in. They are forgotten by :func:`forget_person` alone.
    """
    known, desk, token = request.session.get(KNOWN, {}), str(person.desk_id), write_token(person)
    if (held := known.get(desk)) == token:
        return
    other = find_person(held) if held else None
    if other is None or other.pk == person.pk:
        request.session[KNOWN] = {**known, desk: token}


def forget_person(request: HttpRequest, desk: EventDesk) -> None:
    """Whoever sits here is not the one whose link was followed in this browser."""
    known = request.session.get(KNOWN, {})
    if str(desk.pk) in known:
        request.session[KNOWN] = {key: token for key, token in known.items() if key != str(desk.pk)}


def person_of(desk: EventDesk, request: HttpRequest) -> Person | None:
    """Who visits, if they take part in this event: by account, else by the link they followed before.

    Whoever is signed in is never taken for anybody else, whatever link was opened in their browser, and an
    account is nobody by an address it typed and did not prove. At most two queries.
    """
    user = request.user.pk if request.user.is_authenticated else None
    own = desk.people.filter(user=user, confirmed__isnull=False).first() if user else None
    if own or not (token := request.session.get(KNOWN, {}).get(str(desk.pk))):
        return own
    known = find_person(token)
    if known is None or known.desk_id != desk.pk or (user and known.user_id != user):
        return None
    return known


def participation_url(person: Person) -> str:
    """The whole address of the page on which a person sees and changes all that is theirs."""
    return env.origin + reverse("events:participation", args=[write_token(person)])
