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


def person_of(desk: EventDesk, request: HttpRequest) -> Person | None:
    """The person of the account that is signed in, if it takes part in this event."""
    if not request.user.is_authenticated:
        return None
    return desk.people.filter(user=request.user.pk).first()


def participation_url(person: Person) -> str:
    """The whole address of the page on which a person sees and changes all that is theirs."""
    return env.origin + reverse("events:participation", args=[write_token(person)])
