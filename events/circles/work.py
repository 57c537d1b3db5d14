"""What a group works with: items of the agenda, decisions, open questions, tasks."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from events.circles.refusing import Refused
from events.circles.seats import lock_circle
from events.models import AgendaItem, Circle, CircleMember, Decision, Meeting, OpenQuestion, Task

UP, DOWN = "up", "down"


def propose_item(meeting: Meeting, item: AgendaItem, by: CircleMember | None) -> None:
    """At the end of the agenda."""
    with transaction.atomic():
        Meeting.objects.select_for_update().get(pk=meeting.pk)
        highest = meeting.agenda.aggregate(n=Max("position"))["n"]
        item.meeting, item.by = meeting, by
        item.position = 0 if highest is None else highest + 1
        item.save()


def shift_item(meeting: Meeting, item: int, direction: str) -> None:
    """One place up or down; the first stays the first, and one that is gone moves nothing."""
    with transaction.atomic():
        Meeting.objects.select_for_update().get(pk=meeting.pk)
        order = list(meeting.agenda.all())
        at = next((n for n, each in enumerate(order) if each.pk == item), None)
        if at is None:
            return
        to = max(0, min(len(order) - 1, at + (-1 if direction == UP else 1)))
        order.insert(to, order.pop(at))
        for position, each in enumerate(order):
            each.position = position
        AgendaItem.objects.bulk_update(order, ["position"])


def log_decision(circle: Circle, decision: Decision) -> Decision:
    """The next number of the log. It is never edited; a later one may replace it. Raises :class:`Refused`."""
    with transaction.atomic():
        held = lock_circle(circle.pk)
        replaced = decision.replaces_id
        if replaced and Decision.objects.filter(replaces=replaced).exists():
            raise Refused(gettext("This decision has been replaced already. Choose the one that holds now."))
        decision.circle = held
        decision.number = (held.decisions.aggregate(n=Max("number"))["n"] or 0) + 1
        decision.save()
    return decision


def answer_question(question: OpenQuestion, answer: str, today: dt.date) -> None:
    """What the group knows now; a later answer takes the place of an earlier one."""
    OpenQuestion.objects.filter(pk=question.pk).update(answer=answer, answered=today)


def reopen_question(question: OpenQuestion) -> None:
    """It is open again; what was answered is kept for whoever answers next."""
    OpenQuestion.objects.filter(pk=question.pk).update(answered=None)


def set_done(task: Task, now: dt.datetime, *, done: bool) -> None:
    """It is done, or was not after all. The moment it was done first stays."""
    if done:
        Task.objects.filter(pk=task.pk, done=None).update(done=now)
    else:
        Task.objects.filter(pk=task.pk).update(done=None)
