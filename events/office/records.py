"""What is stored about an account that takes part in events: for the copy of somebody's data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from events.models import (
    AgendaItem,
    AnnouncedHost,
    Answer,
    CheckIn,
    CircleMember,
    Consent,
    FeedbackGiven,
    Helper,
    Host,
    Interest,
    Letter,
    NoteAuthor,
    NoteRevision,
    Notice,
    Outcome,
    Person,
    Pitch,
    PlanChange,
    Registration,
    Release,
    Session,
    Task,
    Vote,
)
from events.noting.writers import lines_of
from hub.accounts.models import User

Rows = list[dict[str, Any]]
TITLE = "person__desk__event__title"
COPY_LETTER = "data_copy"
"""The letter with the link to a copy over all events, for whoever reads what goes to the address."""


def people_of(user: User, addresses: Iterable[str]) -> QuerySet[Person]:
    """What an account is in events: by itself, and as a guest under one of its confirmed ``addresses``.

    Whoever only typed such an address has no right to it: it need not be confirmed for the event as well.
    """
    own = [address.lower() for address in addresses]
    unproven = Q(user=None) | Q(confirmed=None)
    return Person.objects.filter(Q(user=user) | Q(unproven, email__in=own))


def read_participation(user: User, addresses: Iterable[str]) -> dict[str, Rows]:
    """Each table of an event that names the person, with the title of the event; 16 queries.

    Whoever registered others is told so by their names, which they typed themselves. Mails to an address that
    the account has only typed are left out: they hold a link for its owner alone.
    """
    addresses = [address.lower() for address in addresses]
    people = people_of(user, addresses)
    return _read(people, NoteAuthor.objects.filter(Q(person__in=people) | Q(user=user)), addresses)


def read_people(people: QuerySet[Person], address: str) -> dict[str, Rows]:
    """The same of guests, who have no account; ``address`` is the one they proved."""
    return _read(people, NoteAuthor.objects.filter(person__in=people), [address.lower()])


def _read(people: QuerySet[Person], authors: QuerySet[NoteAuthor], addresses: list[str]) -> dict[str, Rows]:
    return {
        **_read_registered(people),
        **_read_programme(people),
        **_read_day(people, authors),
        "mails": _read_mails(people, addresses),
    }


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


def _read_day(people: QuerySet[Person], authors: QuerySet[NoteAuthor]) -> dict[str, Rows]:
    """Four tables: when they came, what they presented, which notes they wrote, that they gave feedback."""
    of = {"person__in": people}
    return {
        "check_ins": list(
            CheckIn.objects.filter(registration__person__in=people).order_by("at", "pk").values(
                "registration__person__desk__event__title", "at", "undone"
            )
        ),
        "pitches": list(
            Pitch.objects.filter(**of).order_by("pk").values(
                TITLE, "session__title", "caller", "state", "hands"
            )
        ),
        "notes": _read_notes(authors),
        "feedback_given": list(FeedbackGiven.objects.filter(**of).order_by("pk").values(TITLE, "at")),
    }  # fmt: skip


def _read_notes(authors: QuerySet[NoteAuthor]) -> Rows:
    """What they answered, and their lines as they stand in the note now; two queries."""
    columns = (
        "pk", "note", "note__session__title", "note__meeting__at", "name", "is_named", "asked", "agreed",
        "agreed_version", "declined",
    )  # fmt: skip
    rows: Rows = list(authors.order_by("pk").values(*columns))
    notes = {row["note"] for row in rows}
    newest = NoteRevision.objects.filter(note__in=notes, number=F("note__version"))
    texts = {each.note_id: each for each in newest}
    for row in rows:
        key, text = row.pop("pk"), texts.get(row.pop("note"))
        row["lines"] = lines_of(text.text, text.writers, key) if text else []
    return rows


def _read_mails(people: QuerySet[Person], addresses: list[str]) -> Rows:
    """One query. Without the words of :data:`COPY_LETTER`: its link is for whoever reads the mail itself."""
    found = Letter.objects.filter(
        Q(person__confirmed__isnull=False) | Q(person__email__in=addresses), person__in=people
    )
    columns = (TITLE, "name", "address", "subject", "text", "created", "sent", "failed")
    rows: Rows = list(found.order_by("pk").values(*columns))
    for row in rows:
        if row.pop("name") == COPY_LETTER:
            row["text"] = ""
    return rows


def read_organising(user: User) -> dict[str, Rows]:
    """What somebody changed and released in programmes, and did on the day; six queries."""
    title, event = "plan__desk__event__title", "desk__event__title"
    door, session = "registration__person__desk__event__title", "session__title"
    return {
        "announcements": list(Notice.objects.filter(user=user).order_by("pk").values(event, "text", "at")),
        "helpers": list(
            Helper.objects.filter(user=user).order_by("created").values(event, "name", "created")
        ),
        "checked_in": list(CheckIn.objects.filter(user=user).order_by("at", "pk").values(door, "at")),
        "outcomes": list(Outcome.objects.filter(user=user).order_by("pk").values(session, "held", "at")),
        "changes": list(PlanChange.objects.filter(user=user).order_by("pk").values(title, "at", "verb")),
        "releases": list(Release.objects.filter(user=user).order_by("pk").values(title, "name", "at")),
    }


def read_circles(user: User) -> dict[str, Rows]:
    """The focus groups somebody is or was a member of, their tasks and agenda items there; three queries."""
    group = "circle__group__title"
    columns = (group, "body", "role", "asked", "joined", "left")
    tasks = Task.objects.filter(member__user=user).order_by("pk")
    items = AgendaItem.objects.filter(by__user=user).order_by("pk")
    return {
        "memberships": list(CircleMember.objects.filter(user=user).order_by("pk").values(*columns)),
        "tasks": list(tasks.values(group, "text", "due", "done")),
        "agenda": list(items.values("meeting__circle__group__title", "meeting__at", "title", "note")),
    }
