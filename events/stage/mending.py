"""What was pressed by mistake on stage is put right: an end, a number of hands, the order of the line."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from events.models import Pitch, Plan
from events.models.session import OPEN
from events.stage.queries import find_last, list_presented, standing
from events.stage.refusing import StageRefused
from events.stage.services import limit_hands, lock_stage, note_press, require_on_stage

State = Pitch.State


@transaction.atomic
def resume(
    plan_id: int, key: uuid.UUID, pitch_id: uuid.UUID, seen: uuid.UUID | None, now: dt.datetime
) -> Pitch | None:
    """The pitch that ended last is on stage again with its hands; whoever was called since waits again.

    Its session stays accepted. None if this press was carried out before. Raises :class:`StageRefused` if
    another ended since, its session is not offered any more, somebody else is on stage than the presser
    ``seen``, or hands were counted for them.
    """
    plan = lock_stage(plan_id)
    if not note_press(plan, key, now):
        return None
    held = require_on_stage(plan, seen)
    pitch = find_last(list_presented(plan.pk))
    if pitch is None or pitch.pk != pitch_id or pitch.session.state not in OPEN:
        raise StageRefused(gettext("Only the pitch that ended last can go on."))
    if held is not None:
        if held.hands:
            words = gettext("Hands were counted for “%(title)s” already. Please end that pitch instead.")
            raise StageRefused(words % {"title": held.session.title})
        held.state, held.called, held.hands = State.WAITING, None, None
        held.save(update_fields=["state", "called", "hands"])
    pitch.state, pitch.ended = State.ON_STAGE, None
    pitch.save(update_fields=["state", "ended"])
    return pitch


@transaction.atomic
def correct_hands(
    plan_id: int, key: uuid.UUID, pitch_id: uuid.UUID, hands: int, now: dt.datetime
) -> Pitch | None:
    """So many hands were raised. None if this press was carried out before.

    Raises :class:`StageRefused` for a session that was not presented.
    """
    plan = lock_stage(plan_id)
    if not note_press(plan, key, now):
        return None
    pitch = _find(plan, pitch_id, State.DONE)
    if pitch is None:
        raise StageRefused(gettext("This session was not presented, so no hands were raised for it."))
    pitch.hands = limit_hands(hands)
    pitch.save(update_fields=["hands"])
    return pitch


@transaction.atomic
def move_ahead(plan_id: int, key: uuid.UUID, pitch_id: uuid.UUID, now: dt.datetime) -> Pitch | None:
    """Whoever has to leave early comes next. None if this press was carried out before.

    Raises :class:`StageRefused` if they do not wait any more.
    """
    plan = lock_stage(plan_id)
    if not note_press(plan, key, now):
        return None
    pitch = _find(plan, pitch_id, State.WAITING)
    if pitch is None:
        raise StageRefused(gettext("This is not in the line any more."))
    pitch.ahead = (standing(plan.pk).aggregate(most=Max("ahead"))["most"] or 0) + 1
    pitch.save(update_fields=["ahead"])
    return pitch


def _find(plan: Plan, pitch_id: uuid.UUID, state: State) -> Pitch | None:
    return Pitch.objects.filter(plan=plan, pk=pitch_id, state=state).select_related("session").first()
