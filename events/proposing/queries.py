"""What is read of proposals, interest and votes."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Model, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import EventDesk, Interest, Person, Placement, Registration, Release, Session, Vote
from events.models.session import OPEN
from events.phases import Phase, Span, is_open, list_spans

NEWEST, BY_INTEREST, BY_VOTES = "neu", "interesse", "stimmen"
ORDERS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    NEWEST: (_("Newest first"), ("-created", "pk")),
    BY_INTEREST: (_("Most interest first"), ("-interested", "-created", "pk")),
    BY_VOTES: (_("Most votes first"), ("-voted", "-created", "pk")),
}

WORDS_AT_MOST = 5
"""How many words are searched; each is looked for in six columns."""


def list_proposals(desk: EventDesk, states: tuple[str, ...] = OPEN, text: str = "") -> QuerySet[Session]:
    """Sessions in these states, with counts, proposer and what was merged into them; two queries.

    The first words of ``text`` stand in the title, the summary, or in what is public of those who run them.
    """
    found = Session.objects.filter(plan__desk=desk, state__in=states)
    for word in text.split()[:WORDS_AT_MOST]:
        found = found.filter(
            Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(co_hosts__icontains=word)
            | Q(proposer__affiliation__icontains=word)
            | Q(shows_name=True, proposer__given_name__icontains=word)
            | Q(shows_name=True, proposer__family_name__icontains=word)
        )
    merged = Prefetch("merged", Session.objects.select_related("proposer"))
    return (
        found.select_related("proposer")
        .prefetch_related(merged)
        .annotate(interested=_counted(Interest), voted=_counted(Vote))
    )


def find_proposal(desk: EventDesk, key: uuid.UUID) -> Session | None:
    """A session of this event, with its proposer, plan and desk; None for those of others."""
    found = Session.objects.filter(pk=key, plan__desk=desk).select_related("proposer", "merged_into", "plan")
    session = found.first()
    if session is not None:
        session.plan.desk = desk
    return session


def is_released(session: Session) -> bool:
    """Whether it stands in the newest programme that was announced; one query."""
    newest = Release.objects.filter(plan=session.plan_id).order_by("-number").values("pk")[:1]
    return Release.objects.filter(pk__in=newest, slots__contains=[{"uid": str(session.pk)}]).exists()


def is_placed(session: Session) -> bool:
    """Whether it has its place in the plan; one query."""
    return Placement.objects.filter(session=session.pk).exists()


@dataclass(frozen=True)
class Ballot:
    """The vote as one visitor finds it: ``left`` of ``each`` votes, None for whoever may not vote."""

    span: Span
    is_open: bool
    each: int
    left: int | None
    shows_tally: bool

    @property
    def is_offered(self) -> bool:
        """Whether there is a vote at all."""
        return self.span.opens is not None


@dataclass(frozen=True)
class Marks:
    """What somebody marked: the sessions they come to and voted for, by id."""

    coming: frozenset[uuid.UUID] = frozenset()
    voted: frozenset[uuid.UUID] = frozenset()
    has_seat: bool = False


def marks_of(person: Person | None) -> Marks:
    """Of sessions that are offered; three queries, none for strangers."""
    if person is None:
        return Marks()
    coming, voted = (
        frozenset(
            model.objects.filter(person=person, session__state__in=OPEN).values_list("session", flat=True)
        )
        for model in (Interest, Vote)
    )
    return Marks(coming, voted, has_seat(person))


def has_seat(person: Person) -> bool:
    """Whether somebody has a confirmed seat: then they vote; one query."""
    return Registration.objects.filter(person=person, state=Registration.State.CONFIRMED).exists()


def read_ballot(desk: EventDesk, marks: Marks, now: dt.datetime, *, organises: bool) -> Ballot:
    """How the vote stands. Its result is shown once it is over: nobody runs after the others before."""
    span = next(each for each in list_spans(desk) if each.phase is Phase.VOTE)
    left = max(0, desk.votes_each - len(marks.voted)) if marks.has_seat else None
    shown = span.opens is not None and (organises or span.is_over(now))
    return Ballot(span, is_open(desk, Phase.VOTE, now), desk.votes_each, left, shown)


def _counted(model: type[Model]) -> Any:
    mine = model._default_manager.filter(session=OuterRef("pk")).order_by().values("session")
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())
