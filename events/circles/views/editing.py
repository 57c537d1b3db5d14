"""Changing and deleting what was written down: items of the agenda, questions, tasks. Decisions stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.circles import mails
from events.circles.access import Visit, for_members
from events.circles.dates import MeetingDate, list_dates
from events.circles.minutes import delete_question
from events.circles.refusing import Refused
from events.circles.views.frame import frame, typed
from events.circles.views.meetings import find, may_edit_item
from events.circles.work_forms import (
    AgendaForm,
    OfMeetingForm,
    QuestionForm,
    Row,
    TaskForm,
    name_stand,
    read_stand,
)
from events.models import AgendaItem, OpenQuestion, Task


@dataclass(frozen=True)
class Editing:
    """One row in its form. ``back`` is the page it stands on, ``delete`` what deletes it, where they may.

    Templates do not get it: they would call what can be called.
    """

    form: forms.ModelForm[Any]
    title: str
    back: str
    save: Callable[[], object]
    delete: Callable[[], object] | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
@transaction.atomic
def edit_item(request: HttpRequest, visit: Visit, series: int, stamp: str, item: int) -> HttpResponse:
    """An item of the agenda; for whoever proposed it, and those who keep the minutes."""
    found = find(visit, series, stamp)
    rows = AgendaItem.objects.filter(meeting=found.meeting, meeting__isnull=False)
    row = get_object_or_404(_hold(request, rows), pk=item)
    if not may_edit_item(visit, row):
        raise PermissionDenied
    form = AgendaForm(_sent(request), instance=row)
    back = reverse("events:circle_meeting", args=[visit.key, series, stamp])
    editing = Editing(form, _("Change the item of the agenda"), back, form.save, row.delete)
    return _answer(request, visit, editing)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
@transaction.atomic
def edit_question(request: HttpRequest, visit: Visit, question: int) -> HttpResponse:
    """A question; everybody who takes part words it better, those who keep the minutes delete it."""
    row = get_object_or_404(_hold(request, visit.circle.open_questions.all()), pk=question)
    dates = list_dates(visit.circle, visit.viewer, inside=True)
    form = QuestionForm(_sent(request), instance=row, dates=dates, initial=_name_meeting(row, dates))
    back = reverse("events:circle_questions", args=[visit.key])

    def delete() -> None:
        delete_question(visit.circle, row, request.user if visit.leads else None)

    title, may_delete = _("Change the question"), delete if visit.records else None
    return _answer(request, visit, Editing(form, title, back, lambda: _keep(form), may_delete))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
@transaction.atomic
def edit_task(request: HttpRequest, visit: Visit, task: int) -> HttpResponse:
    """A task, also to give it to somebody else, who hears of it."""
    row = get_object_or_404(_hold(request, visit.circle.tasks.all()), pk=task)
    before, dates = row.member_id, list_dates(visit.circle, visit.viewer, inside=True)
    sent, initial = _sent(request), _name_meeting(row, dates)
    form = TaskForm(sent, instance=row, circle=visit.circle, dates=dates, initial=initial)

    def save() -> None:
        _keep(form)
        if row.member_id != before and not row.done:
            mails.tell_task(row, request.user)

    back = reverse("events:circle_tasks", args=[visit.key])
    may_delete = row.delete if visit.records else None
    return _answer(request, visit, Editing(form, _("Change the task"), back, save, may_delete))


def _answer(request: HttpRequest, visit: Visit, editing: Editing) -> HttpResponse:
    form, deletes = editing.form, request.POST.get("action") == "delete"
    if deletes and editing.delete is None:
        raise PermissionDenied
    outdated = _refuse_outdated(request, form)
    if request.method == "POST" and (deletes or form.is_valid()):
        try:
            (editing.delete if deletes and editing.delete else editing.save)()
        except Refused as refused:
            messages.error(request, refused.sentence)
            return redirect(request.get_full_path())
        messages.success(request, _("It is deleted.") if deletes else _("The change is saved."))
        return redirect(editing.back)
    context = {
        "title": editing.title,
        "form": form,
        "back": editing.back,
        "may_delete": editing.delete is not None,
        "stand": name_stand(form),
        "stands_now": read_stand(form) if outdated else [],
    }
    status = 409 if outdated else 200
    return render(request, "events/circles/edit.html", frame(visit) | context, status=status)


def _refuse_outdated(request: HttpRequest, form: forms.ModelForm[Any]) -> bool:
    """Whether the row changed since the form was read, to something else than was typed; the form says so."""
    if not form.is_bound or request.POST.get("stand") == name_stand(form) or not form.has_changed():
        return False
    form.full_clean()
    said = _("It was changed meanwhile. See what stands there now, then save your version or go back.")
    form.add_error(None, said)
    return True


def _hold(request: HttpRequest, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Whoever saves or deletes one of them has it alone; looking at it locks nothing."""
    return rows.select_for_update(of=("self",)) if request.method == "POST" else rows


def _sent(request: HttpRequest) -> Any:
    return None if request.POST.get("action") == "delete" else typed(request)


def _name_meeting(row: OpenQuestion | Task, dates: list[MeetingDate]) -> dict[str, str]:
    found = (each for each in dates if each.meeting and each.meeting.pk == row.meeting_id)
    return {"meeting": next((each.name for each in found), "")}


def _keep(form: forms.ModelForm[Any]) -> None:
    """What the form asks for alone. Its meeting stays where nothing else was chosen, also if not offered."""
    if isinstance(form, OfMeetingForm) and "meeting" in form.changed_data:
        form.instance.meeting = form.read_meeting()
    form.instance.save(update_fields=[*form.fields])
