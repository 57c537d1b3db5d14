"""The participants of an event as organisers look for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Answer, EventDesk, Letter, Person, Question, Registration
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
}
"""What the table to download can hold besides the questions."""

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


def build_rows(
    desk: EventDesk, wanted: Wanted, columns: Sequence[str], questions: Sequence[Question]
) -> Iterator[Iterable[Value]]:
    """The table to download, its head first: the chosen columns alone; two queries, three with questions."""
    yield [*(COLUMNS[name] for name in columns), *(question.label for question in questions)]
    people = find_people(desk, wanted).select_related("registration__registered_by")
    if questions:
        answers = Prefetch("registration__answers", Answer.objects.filter(question__in=questions))
        people = people.prefetch_related(answers)
    for person in people:
        yield _row(person, columns, questions)


def _row(person: Person, columns: Sequence[str], questions: Sequence[Question]) -> list[Value]:
    registration: Registration | None = getattr(person, "registration", None)
    by = registration.registered_by if registration else None
    values: dict[str, Value] = {
        "family_name": person.family_name,
        "given_name": person.given_name,
        "affiliation": person.affiliation,
        "state": registration.get_state_display() if registration else STATES[UNREGISTERED],
        "email": person.email,
        "registered": timezone.localtime(registration.created).date() if registration else "",
        "town": by.name if by else "",
    }
    asked = registration.answers.all() if registration and questions else []
    answers = {each.question_id: each.text for each in asked}
    told = [", ".join(answers.get(question.pk, "").splitlines()) for question in questions]
    return [*(values[name] for name in columns), *told]


def _failing() -> Exists:
    return Exists(Letter.objects.filter(person=OuterRef("pk"), sent=None).exclude(failed=""))
