"""The log of decisions, the open questions and the tasks of a group."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from events.circles import mails, work
from events.circles.access import Visit, for_leaders, for_members
from events.circles.dates import MeetingDate, list_dates
from events.circles.minutes import publish_log
from events.circles.queries import list_decisions, list_questions, list_tasks, with_dates
from events.circles.refusing import Refused
from events.circles.views.frame import frame, say, typed
from events.circles.work_forms import AnswerForm, DecisionForm, OfMeetingForm, QuestionForm, TaskForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_log(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All decisions; those who keep the minutes add one."""
    dates, today = list_dates(visit.circle, visit.viewer, inside=True), timezone.localdate()
    chosen = _find_chosen(request, dates)
    held = chosen or next((each for each in dates if each.day == today and not each.is_cancelled), None)
    initial = {"decided": min(chosen.day, today) if chosen else today, "meeting": held.name if held else ""}
    form = DecisionForm(typed(request), circle=visit.circle, dates=dates, initial=initial)
    if request.method == "POST":
        if not visit.records:
            raise PermissionDenied
        if form.is_valid():
            try:
                decision = form.save(commit=False)
                decision.meeting = form.read_meeting()
                work.log_decision(visit.circle, decision)
            except Refused as refused:
                say(form, refused)
            else:
                messages.success(request, _("The decision is in the log."))
                return _go_back(visit, chosen, "events:circle_log")
    decisions = with_dates(list_decisions(visit.circle), dates)
    context = frame(visit, "circle_log") | {"form": form, "decisions": decisions, "chosen": chosen}
    return render(request, "events/circles/log.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_questions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All questions; everybody who takes part asks, answers, and opens an answered one again."""
    named = request.POST.get("question", "")
    if named and "reopen" in request.POST:
        work.reopen_question(get_object_or_404(visit.circle.open_questions, pk=_number(named)))
        messages.success(request, _("The question is open again."))
        return redirect("events:circle_questions", visit.key)
    answer = AnswerForm(request.POST if named else None)
    if named and answer.is_valid():
        question = get_object_or_404(visit.circle.open_questions, pk=_number(named))
        work.answer_question(question, answer.cleaned_data["answer"], timezone.localdate())
        messages.success(request, _("The answer is saved."))
        return redirect("events:circle_questions", visit.key)
    dates = list_dates(visit.circle, visit.viewer, inside=True)
    chosen = _find_chosen(request, dates)
    form = QuestionForm(typed(request) if not named else None, dates=dates, initial=_of(chosen))
    if request.method == "POST" and not named and form.is_valid():
        _save(form, visit)
        messages.success(request, _("The question is on the list."))
        return _go_back(visit, chosen, "events:circle_questions")
    context = {
        "form": form,
        "answer": answer,
        "named": named,
        "chosen": chosen,
        "questions": with_dates(list_questions(visit.circle), dates),
    }
    return render(request, "events/circles/questions.html", frame(visit, "circle_questions") | context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_tasks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who does what until when; everybody who takes part adds tasks and ticks them off."""
    if named := request.POST.get("task", ""):
        task = get_object_or_404(visit.circle.tasks, pk=_number(named))
        work.set_done(task, timezone.now(), done=request.POST.get("done") == "1")
        return redirect("events:circle_tasks", visit.key)
    dates = list_dates(visit.circle, visit.viewer, inside=True)
    chosen = _find_chosen(request, dates)
    form = TaskForm(typed(request), circle=visit.circle, dates=dates, initial=_of(chosen))
    if request.method == "POST" and form.is_valid():
        mails.tell_task(_save(form, visit), request.user)
        messages.success(request, _("The task is on the list."))
        return _go_back(visit, chosen, "events:circle_tasks")
    context = {
        "form": form,
        "chosen": chosen,
        "tasks": with_dates(list_tasks(visit.circle), dates),
        "today": timezone.localdate(),
    }
    return render(request, "events/circles/tasks.html", frame(visit, "circle_tasks") | context)


@require_POST
@for_leaders
def publish(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Put what holds and what is open on the group's page, for all hubs."""
    try:
        publish_log(visit.circle, request.user)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The page of the group shows what holds and what is open, on all hubs."))
    return redirect("events:circle_log", visit.key)


def _find_chosen(request: HttpRequest, dates: list[MeetingDate]) -> MeetingDate | None:
    """The meeting from whose page somebody comes."""
    return next((each for each in dates if each.name == request.GET.get("treffen", "")), None)


def _of(chosen: MeetingDate | None) -> dict[str, str]:
    return {"meeting": chosen.name} if chosen else {}


def _save(form: OfMeetingForm[Any], visit: Visit) -> Any:
    row = form.save(commit=False)
    row.circle, row.meeting = visit.circle, form.read_meeting()
    row.save()
    return row


def _go_back(visit: Visit, chosen: MeetingDate | None, usual: str) -> HttpResponse:
    """To the meeting from whose page somebody came, else to the list."""
    if chosen is None:
        return redirect(usual, visit.key)
    return redirect("events:circle_meeting", visit.key, chosen.series.pk, chosen.stamp)


def _number(named: str) -> int:
    return int(named) if named.isascii() and named.isdecimal() and len(named) < len(str(2**31)) else 0
