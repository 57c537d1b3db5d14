"""The person behind a visit: by account, or by the signed link in a mail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse

from events.models import EventDesk, Person
from events.proving import disown
from hub.accounts.models import HomeAccount, User
from hub.accounts.roles import roles_of
from hub.env import env
from hub.municipalities.models import Body

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
    next form is filled in. They are forgotten by :func:`forget_visitor` alone.
    """
    known, desk, token = request.session.get(KNOWN, {}), str(person.desk_id), write_token(person)
    if (held := known.get(desk)) == token:
        return
    other = find_person(held) if held else None
    if other is None or other.pk == person.pk:
        request.session[KNOWN] = {**known, desk: token}


def forget_visitor(request: HttpRequest, desk: EventDesk) -> None:
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


def body_of(user: User) -> Body | None:
    """The body an account belongs to here or at its home; at most two queries."""
    if roles := roles_of(user):
        return roles[0].body
    home = HomeAccount.objects.filter(user=user).first()
    return Body.objects.filter(pk=home.body).first() if home else None


def lends_address(desk: EventDesk, user: User) -> bool:
    """Whether the address of an account can be that of its person: it has one, and nobody else proved it.

    At most one query.
    """
    if not user.email:
        return False
    others = desk.people.filter(email__iexact=user.email, user__isnull=False, confirmed__isnull=False)
    return not others.exclude(user=user).exists()


def join_account(
    desk: EventDesk, user: User, now: dt.datetime, said: Mapping[str, str] | None = None
) -> Person | None:
    """The person of an account, made where it takes part for the first time.

    ``said`` are fields of the person as they were filled in; what is missing is told by the account. A guest
    with the same address is them, for addresses of accounts are confirmed; what anybody typed of a guest
    before counts no more. None where the account has no address, or somebody else is known by it.
    """
    known = desk.people.filter(user=user).first()
    if known and known.confirmed:
        return known
    if not user.email or not lends_address(desk, user):
        return None
    if known and known.email.lower() != user.email.lower():
        disown(known)
    body = body_of(user)
    values = {
        "given_name": user.first_name[:100],
        "family_name": user.last_name[:100],
        "affiliation": body.name if body else "",
        "body": body.pk if body else "",
    } | dict(said or {})
    person = add_person(desk, user.email, user=user, confirmed=now, **values)
    if person.confirmed is None:
        for name, value in values.items():
            setattr(person, name, value or (person.affiliation if name == "affiliation" else ""))
    person.user, person.confirmed = user, person.confirmed or now
    person.save(update_fields=["user", "confirmed", *values])
    return person


def add_person(desk: EventDesk, email: str, **fields: object) -> Person:
    """The person with that address, whatever its case; a new one with these fields if there is none."""
    found = desk.people.filter(email__iexact=email)
    if person := found.first():
        return person
    try:
        with transaction.atomic():
            return Person.objects.create(desk=desk, email=email.lower(), **fields)
    except IntegrityError:  # they sent something else at the same time
        return found.get()


def participation_url(person: Person) -> str:
    """The whole address of the page on which a person sees and changes all that is theirs."""
    return env.origin + reverse("events:participation", args=[write_token(person)])
