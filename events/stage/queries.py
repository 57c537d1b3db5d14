"""Reading the stage: who stands on it, who waits, and who presented."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TypedDict

from django.db.models import Q, QuerySet

from events.live.spans import is_live
from events.models import EventDesk, Person, Pitch, Session
from events.models.session import OPEN
from events.phases import Phase, is_open
from events.proposing.queries import has_seat

State = Pitch.State


class Waiting(TypedDict):
    """Somebody in the line: ``id`` of the pitch, the title, and the name that is called (may be empty)."""

    id: str
    title: str
    caller: str


class OnStage(Waiting):
    """Somebody on stage; ``hands`` is None until somebody counts."""

    hands: int | None


class Stage(TypedDict):
    """The stage as boards show it: who is on it, the line in its order, how many presented already."""

    on_stage: OnStage | None
    waiting: list[Waiting]
    presented: int


def standing(plan_id: int) -> QuerySet[Pitch]:
    """The line in its order, and whoever is on stage; without sessions that were taken back meanwhile."""
    waits = Q(state=State.WAITING, session__state__in=OPEN)
    found = Pitch.objects.filter(waits | Q(state=State.ON_STAGE), plan=plan_id)
    return found.select_related("session")


def read_stage(plan_id: int) -> Stage:
    """The stage as it is now. Two queries."""
    on_stage: OnStage | None = None
    waiting: list[Waiting] = []
    for pitch in standing(plan_id):
        told = Waiting(id=str(pitch.pk), title=pitch.session.title, caller=pitch.caller)
        if pitch.state == State.ON_STAGE:
            on_stage = {**told, "hands": pitch.hands}
        else:
            waiting.append(told)
    presented = Pitch.objects.filter(plan=plan_id, state=State.DONE).count()
    return Stage(on_stage=on_stage, waiting=waiting, presented=presented)


def hide_names(stage: Stage) -> Stage:
    """The same without the names that are called: before the day and after it they concern nobody else."""
    on_stage = stage["on_stage"]
    return Stage(
        on_stage={**on_stage, "caller": ""} if on_stage else None,
        waiting=[Waiting(id=each["id"], title=each["title"], caller="") for each in stage["waiting"]],
        presented=stage["presented"],
    )


def list_presented(plan_id: int) -> list[Pitch]:
    """Who presented, most hands first; one query."""
    found = Pitch.objects.filter(plan=plan_id, state=State.DONE).select_related("session")
    return sorted(found, key=lambda pitch: (-(pitch.hands or 0), pitch.session.title.casefold()))


def find_last(presented: list[Pitch]) -> Pitch | None:
    """Of those who presented the one who ended last; no query."""
    return max(presented, key=lambda pitch: pitch.ended or pitch.created, default=None)


def list_own_pitches(person: Person) -> list[Pitch]:
    """What somebody presents or presented themselves; one query."""
    found = Pitch.objects.filter(person=person).exclude(state=State.WITHDRAWN)
    return list(found.select_related("session"))


def list_presentable(plan_id: int, person: Person | None = None) -> list[Session]:
    """Sessions that may still be presented: all that stand, or those of one person; one query."""
    found = Session.objects.filter(Q(pitch=None) | Q(pitch__state=State.WITHDRAWN), plan=plan_id)
    if person is not None:
        found = found.filter(proposer=person)
    return list(found.filter(state__in=OPEN).select_related("proposer").order_by("title", "pk"))


def may_present(desk: EventDesk, person: Person) -> bool:
    """Whether somebody may queue: they have a seat, or a session of theirs stands. At most two queries."""
    return has_seat(person) or person.proposals.filter(state__in=OPEN, plan__desk=desk).exists()


def takes_pitches(desk: EventDesk, now: dt.datetime) -> bool:
    """Whether participants may queue themselves: the event, of a series its first date, is going on."""
    return is_open(desk, Phase.ON_SITE, now) and is_live(desk, now)


def find_pitch(plan_id: int, key: uuid.UUID) -> Pitch | None:
    """A pitch of this plan with its session; None for those of others."""
    return Pitch.objects.filter(plan=plan_id, pk=key).select_related("session").first()
