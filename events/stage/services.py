"""The line of those who present their session, one at a time. All of it under the lock of the plan.

Each press carries a key that the phone gives: the same one again does nothing. Who presses says whom they
saw on stage, so that of two who press „next“ at once the second does not send away whom the first called.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.translation import gettext

from events.models import Person, Pitch, Plan, Session, StagePress
from events.models.session import OPEN
from events.planning.locking import locked_plans, note_change
from events.proposing.reviewing import accept
from events.stage.queries import standing
from events.stage.refusing import StageRefused

State = Pitch.State

WAITING_EACH = 5
"""How many pitches of one person may wait at the same time."""

HANDS_AT_MOST = 9_999


@dataclass(frozen=True)
class Turn:
    """Who is called: ``name`` as it is called aloud; ``person`` if they are known here."""

    name: str = ""
    person: Person | None = None


@transaction.atomic
def queue_up(session: Session, turn: Turn, now: dt.datetime) -> Pitch:
    """A place in the line for a session that stands; one that has its place, or was presented, keeps it.

    Whoever had no turn yet comes before those who had one. Raises :class:`StageRefused` for a session that
    was taken back, and beyond ``WAITING_EACH`` of one person.
    """
    plan = lock_stage(session.plan_id)
    return _queue(plan, session, turn, now)


@transaction.atomic
def queue_new(
    plan_id: int, key: uuid.UUID, title: str, turn: Turn, now: dt.datetime, *, shows_name: bool = False
) -> Pitch:
    """The same for a session nobody proposed before, under the id ``key``; sent twice it is one.

    Whoever is no participant is named by ``turn.name`` as its host.
    """
    plan = lock_stage(plan_id)
    if held := Pitch.objects.filter(session=key, plan=plan).select_related("session").first():
        return held
    if Session.objects.filter(pk=key).exists():
        key = uuid.uuid4()
    session = Session.objects.create(
        pk=key,
        plan=plan,
        title=title,
        proposer=turn.person,
        shows_name=shows_name and turn.person is not None,
        co_hosts="" if turn.person else turn.name,
    )
    note_change(plan)
    return _queue(plan, session, turn, now)


@transaction.atomic
def call_next(
    plan_id: int, key: uuid.UUID, seen: uuid.UUID | None, now: dt.datetime, *, hands: int | None = None
) -> Pitch | None:
    """Whoever is first in the line comes on stage; whoever stands there, ``seen``, has ended with ``hands``.

    None if this press was carried out before. Raises :class:`StageRefused` if somebody else is on stage
    than the presser saw, and if nobody waits.
    """
    plan = lock_stage(plan_id)
    if not note_press(plan, key, now):
        return None
    held = require_on_stage(plan, seen)
    following = standing(plan.pk).filter(state=State.WAITING).first()
    if following is None:
        raise StageRefused(gettext("Nobody waits at the moment."))
    if held:
        _end(held, hands, now)
    following.state, following.called, following.hands = State.ON_STAGE, now, None
    following.save(update_fields=["state", "called", "hands"])
    return following


@transaction.atomic
def end(
    plan_id: int, key: uuid.UUID, seen: uuid.UUID, now: dt.datetime, *, hands: int | None = None
) -> Pitch | None:
    """The pitch is over, with so many hands, else those that were counted; its session can be placed.

    None if this press was carried out before. Raises :class:`StageRefused` if it is not on stage any more.
    """
    plan = lock_stage(plan_id)
    if not note_press(plan, key, now):
        return None
    pitch = require_on_stage(plan, seen)
    if pitch is not None:
        _end(pitch, hands, now)
    return pitch


@transaction.atomic
def count_hands(plan_id: int, key: uuid.UUID, seen: uuid.UUID, step: int, now: dt.datetime) -> Pitch | None:
    """So many hands more, or fewer; several may count at once. Returns and raises as :func:`end`."""
    plan = lock_stage(plan_id)
    if not note_press(plan, key, now):
        return None
    pitch = require_on_stage(plan, seen)
    if pitch is not None:
        pitch.hands = limit_hands((pitch.hands or 0) + step)
        pitch.save(update_fields=["hands"])
    return pitch


@transaction.atomic
def put_back(plan_id: int, key: uuid.UUID, seen: uuid.UUID, now: dt.datetime) -> Pitch | None:
    """Whoever was called is not there: they wait behind all others. Returns and raises as :func:`end`."""
    plan = lock_stage(plan_id)
    if not note_press(plan, key, now):
        return None
    pitch = require_on_stage(plan, seen)
    if pitch is not None:
        last = standing(plan.pk).filter(state=State.WAITING).aggregate(last=Max("round"))["last"] or 1
        pitch.round, pitch.turn, pitch.ahead = max(pitch.round, last), _next_turn(plan), 0
        pitch.state, pitch.hands, pitch.called = State.WAITING, None, None
        pitch.save()
    return pitch


@transaction.atomic
def withdraw(pitch: Pitch, now: dt.datetime) -> Pitch:
    """Out of the line; the session stays proposed. What the same person presents later moves up.

    Withdrawn already, it stays so. Raises :class:`StageRefused` once it was called.
    """
    plan = lock_stage(pitch.plan_id)
    pitch = Pitch.objects.select_related("session").get(pk=pitch.pk, plan=plan)
    if pitch.state == State.WITHDRAWN:
        return pitch
    if pitch.state != State.WAITING:
        raise StageRefused(gettext("It was called already, so it cannot be taken out of the line."))
    later = _pitches_of(plan, Turn(pitch.caller, pitch.person))
    pitch.state, pitch.ended = State.WITHDRAWN, now
    pitch.save(update_fields=["state", "ended"])
    later = later.filter(state=State.WAITING, created__gt=pitch.created, round__gt=1)
    later.update(round=F("round") - 1)
    return pitch


def _queue(plan: Plan, session: Session, turn: Turn, now: dt.datetime) -> Pitch:
    session = Session.objects.get(pk=session.pk, plan=plan)
    if session.state not in OPEN:
        raise StageRefused(gettext("This session is no longer offered, so it cannot be presented."))
    pitch = Pitch.objects.filter(session=session).first() or Pitch(plan=plan, session=session)
    if not pitch._state.adding and pitch.state != State.WITHDRAWN:
        return pitch
    others = _pitches_of(plan, turn)
    if turn.person and others.filter(state=State.WAITING).count() >= WAITING_EACH:
        words = gettext("%(number)s of your sessions wait already. Please present one of them first.")
        raise StageRefused(words % {"number": WAITING_EACH})
    pitch.person, pitch.caller, pitch.state = turn.person, turn.name, State.WAITING
    pitch.round, pitch.turn, pitch.ahead = others.count() + 1, _next_turn(plan), 0
    pitch.ended, pitch.created = None, now
    pitch.save()
    return pitch


def _pitches_of(plan: Plan, turn: Turn) -> QuerySet[Pitch]:
    """What somebody presents or presented: by who they are, else by the name that is called."""
    found = Pitch.objects.filter(plan=plan).exclude(state=State.WITHDRAWN)
    if turn.person:
        return found.filter(person=turn.person)
    return found.filter(person=None, caller__iexact=turn.name) if turn.name else found.none()


def _next_turn(plan: Plan) -> int:
    return (Pitch.objects.filter(plan=plan).aggregate(last=Max("turn"))["last"] or 0) + 1


def require_on_stage(plan: Plan, seen: uuid.UUID | None) -> Pitch | None:
    """Whoever is on stage, if it is whom the presser saw there."""
    held = Pitch.objects.filter(plan=plan, state=State.ON_STAGE).select_related("session").first()
    if held is None and seen is not None:
        raise StageRefused(gettext("This pitch is over already: somebody else was quicker."))
    if held is not None and held.pk != seen:
        words = gettext("“%(title)s” is on stage meanwhile: somebody else was quicker.")
        raise StageRefused(words % {"title": held.session.title})
    return held


def _end(pitch: Pitch, hands: int | None, now: dt.datetime) -> None:
    pitch.hands = pitch.hands if hands is None else limit_hands(hands)
    pitch.state, pitch.ended = State.DONE, now
    pitch.save(update_fields=["state", "ended", "hands"])
    if pitch.session.state == Session.State.PROPOSED:
        accept(pitch.session)


def note_press(plan: Plan, key: uuid.UUID, now: dt.datetime) -> bool:
    """Whether this press is a new one; it is noted."""
    return StagePress.objects.get_or_create(key=key, defaults={"plan": plan, "at": now})[1]


def lock_stage(plan_id: int) -> Plan:
    """The plan, for this transaction alone."""
    return locked_plans().get(pk=plan_id)


def limit_hands(hands: int) -> int:
    """A number of hands that can be raised."""
    return min(max(hands, 0), HANDS_AT_MOST)
