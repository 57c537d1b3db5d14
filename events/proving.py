"""Whose address it is: proven by the link that was sent there, and by nothing that somebody typed."""

from __future__ import annotations

import datetime as dt

from events.models import Letter, Person


def confirm_address(person: Person, now: dt.datetime, account: int | None = None) -> None:
    """The address is theirs: they hold the link that was sent to it. Call it with the desk locked.

    An account that typed the address proves nothing by that: it stays theirs only if it is ``account``, which
    is signed in while they confirm.
    """
    if person.confirmed is None:
        person.refresh_from_db(fields=["confirmed", "user"])
    if person.confirmed is not None:
        return
    person.confirmed = now
    if person.user_id != account:
        person.user = None
    person.save(update_fields=["confirmed", "user"])


def end_links(person: Person) -> None:
    """Links that went out end, and letters that hold one go out no more: they may be a stranger's."""
    Letter.objects.filter(person=person, sent=None).delete()
    person.link_version += 1
    person.save(update_fields=["link_version"])


def disown(person: Person) -> None:
    """Somebody else gives this address too: until it is proven it is no account's, and its links end."""
    if person.confirmed is None and person.user_id is not None:
        end_links(person)
        person.user = None
        person.save(update_fields=["user"])
