"""The participants of an event as organisers look for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import (
    Answer,
    CheckIn,
    Consent,
    ConsentText,
    EventDesk,
    Letter,
    Person,
    Question,
    Registration,
)
from theme.sheets import Value

PER_PAGE = 50
WORDS_AT_MOST = 5
State = Registration.State

FAILED, UNREGISTERED = "unzustellbar", "ohne"
STATES: dict[str, str | Promise] = {
    **{state.value: state.label for state in State},
    UNREGISTERED: _("only proposes or hosts"),
    FAILED: _("mails do not arrive"),
}
"""What can be filtered by, and its name."""

COLUMNS: dict[str, str | Promise] = {
    "family_name": _("family name"),
    "given_name": _("given name"),
    "affiliation": _("municipality or organisation"),
    "state": _("state"),
    "email": _("e-mail address"),
    "registered": _("registered on"),
    "town": _("registered by"),
    "checked_in": _("checked in"),
}
"""What the table to download can hold besides questions and consents."""

PRESET = ("family_name", "given_name", "affiliation", "state")


@dataclass(frozen=True)
class Wanted:
    """Which people are looked for: words that all occur, and a state or nothing."""

    words: str = ""
    state: str = ""


def find_people(desk: EventDesk, wanted: Wanted) -> QuerySet[Person]:
    """Those wanted, by name, with their registration and whether mails ``fails`` to reach them."""
    found = desk.people.select_related("registration").annotate(fails=_failing())
    for word in wanted.words.split()[:WORDS_AT_MOST]:
        found = found.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(affiliation__icontains=word)
            | Q(email__icontains=word)
        )
    if wanted.state == FAILED:
        found = found.filter(Q(fails=True) | ~Q(unreachable=""))
    elif wanted.state == UNREGISTERED:
        found = found.filter(registration=None)
    elif wanted.state:
        found = found.filter(registration__state=wanted.state)
    if wanted.state in (State.WAITING, State.OFFERED):
        return found.order_by("registration__place", "pk")
    return found.order_by("family_name", "given_name", "pk")


def count_states(desk: EventDesk) -> dict[str, int]:
    """How many there are in each state that has any; two queries."""
    rows = desk.people.values("registration__state").annotate(n=Count("pk")).order_by()
    counts = {row["registration__state"] or UNREGISTERED: row["n"] for row in rows}
    failed = desk.people.annotate(fails=_failing()).filter(Q(fails=True) | ~Q(unreachable="")).count()
    return {name: n for name in STATES if (n := failed if name == FAILED else counts.get(name, 0))}


@dataclass(frozen=True)
class Choice:
    """What a table is to hold of each person: columns, then answers, then consents."""

    columns: Sequence[str]
    questions: Sequence[Question] = ()
    consents: Sequence[ConsentText] = ()


def build_rows(desk: EventDesk, wanted: Wanted, choice: Choice) -> Iterator[Iterable[Value]]:
    """The table to download, its head first: what was chosen alone.

    One query, and one more each for questions, consents and check-ins.
    """
    yield [
        *(COLUMNS[name] for name in choice.columns),
        *(question.label for question in choice.questions),
        *(head_of(text) for text in choice.consents),
    ]
    people = find_people(desk, wanted).select_related("registration__registered_by")
    if choice.questions:
        answers = Answer.objects.filter(question__in=choice.questions)
        people = people.prefetch_related(Prefetch("registration__answers", answers))
    if choice.consents:
        given = Consent.objects.filter(text__in=choice.consents, withdrawn=None)
        people = people.prefetch_related(Prefetch("consents", given))
    if "checked_in" in choice.columns:
        standing = CheckIn.objects.filter(undone=None, repeats=False).order_by("at")
        people = people.prefetch_related(Prefetch("registration__check_ins", standing))
    for person in people:
        yield _row(person, choice)


def head_of(text: ConsentText) -> str:
    """A consent as the head of a column: what it is for; another wording of it is another column."""
    head = (
        gettext("consent: %(purpose)s, earlier wording") if text.retired else gettext("consent: %(purpose)s")
    )
    return head % {"purpose": text.get_purpose_display()}


def _row(person: Person, choice: Choice) -> list[Value]:
    registration: Registration | None = getattr(person, "registration", None)
    by = registration.registered_by if registration else None
    values: dict[str, Value] = {
        "family_name": person.family_name,
        "given_name": person.given_name,
        "affiliation": person.affiliation,
        "state": registration.get_state_display() if registration else STATES[UNREGISTERED],
        "email": person.email if person.has_address else "",
        "registered": timezone.localtime(registration.created).date() if registration else "",
        "town": by.name if by else "",
        "checked_in": _tell_arrivals(registration) if "checked_in" in choice.columns else "",
    }
    asked = registration.answers.all() if registration and choice.questions else []
    answers = {each.question_id: each.text for each in asked}
    told = [", ".join(answers.get(question.pk, "").splitlines()) for question in choice.questions]
    given = {each.text_id for each in person.consents.all()} if choice.consents else set()
    agreed = [gettext("yes") if text.pk in given else gettext("no") for text in choice.consents]
    return [*(values[name] for name in choice.columns), *told, *agreed]


def _tell_arrivals(registration: Registration | None) -> str:
    """When they came, by the clock of the event; of a series each time. Nothing for who was not there."""
    came = registration.check_ins.all() if registration else []
    return ", ".join(date_format(timezone.localtime(each.at), "SHORT_DATETIME_FORMAT") for each in came)


def _failing() -> Exists:
    return Exists(Letter.objects.filter(person=OuterRef("pk"), sent=None).exclude(failed=""))
