"""The log of decisions, the open questions and the tasks of a group."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from events.circles import work
from events.circles.access import Visit, for_leaders, for_members
from events.circles.forms import AnswerForm, DecisionForm, QuestionForm, TaskForm
from events.circles.minutes import publish_log
from events.circles.queries import list_decisions, list_questions, list_tasks
from events.circles.refusing import Refused
from events.circles.views.frame import frame, say, typed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_log(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All decisions; those who keep the minutes add one."""
    today = timezone.localdate()
    form = DecisionForm(typed(request), circle=visit.circle, initial={"decided": today})
    if request.method == "POST":
        if not visit.records:
            raise PermissionDenied
        if form.is_valid():
            try:
                work.log_decision(visit.circle, form.save(commit=False))
            except Refused as refused:
                say(form, refused)
            else:
                messages.success(request, _("The decision is in the log."))
                return redirect("events:circle_log", visit.key)
    context = frame(visit, "circle_log") | {"form": form, "decisions": list(list_decisions(visit.circle))}
    return render(request, "events/circles/log.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_questions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All questions; everybody who takes part asks and answers."""
    named = request.POST.get("question", "")
    form = QuestionForm(typed(request) if not named else None)
    answer = AnswerForm(request.POST if named else None)
    if named and answer.is_valid():
        question = get_object_or_404(visit.circle.open_questions, pk=named if named.isdecimal() else 0)
        work.answer_question(question, answer.cleaned_data["answer"], timezone.localdate())
        messages.success(request, _("The answer is saved."))
        return redirect("events:circle_questions", visit.key)
    if request.method == "POST" and not named and form.is_valid():
        question = form.save(commit=False)
        question.circle = visit.circle
        question.save()
        messages.success(request, _("The question is on the list."))
        return redirect("events:circle_questions", visit.key)
    context = {
        "form": form,
        "answer": answer,
        "named": named,
        "questions": list(list_questions(visit.circle)),
    }
    return render(request, "events/circles/questions.html", frame(visit, "circle_questions") | context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def show_tasks(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who does what until when; everybody who takes part adds tasks and ticks them off."""
    named = request.POST.get("task", "")
    form = TaskForm(typed(request) if not named else None, circle=visit.circle)
    if named:
        task = get_object_or_404(visit.circle.tasks, pk=named if named.isdecimal() else 0)
        work.set_done(task, timezone.now(), done=request.POST.get("done") == "1")
        return redirect("events:circle_tasks", visit.key)
    if request.method == "POST" and form.is_valid():
        task = form.save(commit=False)
        task.circle = visit.circle
        task.save()
        messages.success(request, _("The task is on the list."))
        return redirect("events:circle_tasks", visit.key)
    context = {"form": form, "tasks": list(list_tasks(visit.circle)), "today": timezone.localdate()}
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
