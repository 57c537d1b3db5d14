"""What is stored about an account that takes part in events: for the copy of somebody's data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from events.models import (
    AnnouncedHost,
    Answer,
    Consent,
    Host,
    Interest,
    Letter,
    Person,
    PlanChange,
    Registration,
    Release,
    Session,
    Vote,
)
from hub.accounts.models import User

Rows = list[dict[str, Any]]
TITLE = "person__desk__event__title"


def people_of(user: User, addresses: Iterable[str]) -> QuerySet[Person]:
    """What an account is in events: by itself, and as a guest under one of its confirmed ``addresses``.

    Whoever only typed such an address has no right to it: it need not be confirmed for the event as well.
    """
    own = [address.lower() for address in addresses]
    unproven = Q(user=None) | Q(confirmed=None)
    return Person.objects.filter(Q(user=user) | Q(unproven, email__in=own))


def read_participation(user: User, addresses: Iterable[str]) -> dict[str, Rows]:
    """Each table of an event that names the person, with the title of the event; eleven queries.

    Whoever registered others is told so by their names, which they typed themselves. Mails to an address that
    the account has only typed are left out: they hold a link for its owner alone.
    """
    addresses = [address.lower() for address in addresses]
    people = people_of(user, addresses)
    return _read_registered(people) | _read_programme(people) | {"mails": _read_mails(people, addresses)}


def _read_registered(people: QuerySet[Person]) -> dict[str, Rows]:
    """Five tables: who they are and what they said when they registered, themselves or others."""
    of = {"person__in": people}
    return {
        "people": list(
            people.order_by("created", "pk").values(
                "desk__event__title", "email", "given_name", "family_name", "affiliation", "body", "language",
                "confirmed", "unreachable", "created",
            )
        ),
        "registrations": list(
            Registration.objects.filter(**of).order_by("pk").values(
                TITLE, "state", "place", "offered_until", "registered_by__given_name",
                "registered_by__family_name", "created", "changed",
            )
        ),
        "registered_for_others": list(
            Registration.objects.filter(registered_by__in=people).order_by("pk").values(
                TITLE, "person__given_name", "person__family_name"
            )
        ),
        "answers": list(
            Answer.objects.filter(registration__person__in=people).order_by("pk").values(
                "registration__person__desk__event__title", "question__label", "text"
            )
        ),
        "consents": list(
            Consent.objects.filter(**of).order_by("pk").values(TITLE, "text__text", "given", "withdrawn")
        ),
    }  # fmt: skip


def _read_programme(people: QuerySet[Person]) -> dict[str, Rows]:
    """Four tables: what they propose, host, come to and vote for."""
    of = {"person__in": people}
    return {
        "proposals": list(
            Session.objects.filter(proposer__in=people).order_by("pk").values(
                "plan__desk__event__title", "title", "summary", "co_hosts", "remark", "reason", "state",
                "created",
            )
        ),
        "hosts": list(
            Host.objects.filter(**of).order_by("pk").values(TITLE, "name", "affiliation", "email")
        ),
        "announced": list(AnnouncedHost.objects.filter(**of).order_by("pk").values(TITLE, "name")),
        "interests": list(Interest.objects.filter(**of).order_by("pk").values(TITLE, "session__title", "at")),
        "votes": list(Vote.objects.filter(**of).order_by("pk").values(TITLE, "session__title", "at")),
    }  # fmt: skip


def _read_mails(people: QuerySet[Person], addresses: list[str]) -> Rows:
    found = Letter.objects.filter(
        Q(person__confirmed__isnull=False) | Q(person__email__in=addresses), person__in=people
    )
    columns = (TITLE, "address", "subject", "text", "created", "sent", "failed")
    return list(found.order_by("pk").values(*columns))


def read_organising(user: User) -> dict[str, Rows]:
    """What somebody changed and released in programmes; two queries."""
    title = "plan__desk__event__title"
    return {
        "changes": list(PlanChange.objects.filter(user=user).order_by("pk").values(title, "at", "verb")),
        "releases": list(Release.objects.filter(user=user).order_by("pk").values(title, "name", "at")),
    }
