"""The organisers' pages: what stays of each date, and what was said of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from content.models import KnowledgeFormatPage
from events.dates import EventDate, find_event_date, read_event_dates
from events.formats.feedback import FEWEST, count_answers, read_voices
from events.formats.forms import RecordingForm
from events.formats.recordings import find_recorded, keep_recording
from events.models import EventDesk, Recorded
from events.office.addresses import address_of
from events.office.views.frame import for_organisers
from events.planning.refusing import Refused

PER_PAGE = 20


@dataclass(frozen=True)
class Row:
    """A date that is over, the page made of it, and the number of answers if they may be read."""

    date: EventDate
    page: KnowledgeFormatPage | None
    answers: int


@for_organisers
def list_recordings(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """All dates that are over, newest first."""
    now = timezone.now()
    dates = [each for each in read_event_dates(desk.event.build_schedule()) if not each.is_cancelled]
    over = sorted((each for each in dates if each.date.ends <= now), key=lambda each: each.date.starts)
    page = Paginator(over[::-1], PER_PAGE).get_page(request.GET.get("seite"))
    shown = [each.date.at for each in page]
    kept = {
        each.at: each.page for each in Recorded.objects.filter(desk=desk, at__in=shown).select_related("page")
    }
    answers = count_answers(desk, page)
    context = {
        "page": page,
        "rows": [_row(each, kept.get(each.date.at), answers.get(each.date.at, 0)) for each in page],
        "is_ahead": len(dates) > len(over),
    }
    return _show(request, desk, "recordings", context)


@for_organisers
def edit_recording(request: HttpRequest, desk: EventDesk, stamp: str) -> HttpResponse:
    """One date: the form for what stays of it, and the feedback. A POST makes or changes the draft."""
    date = find_event_date(desk.event.build_schedule(), stamp)
    if date is None or date.is_cancelled or timezone.now() < date.date.ends:
        raise Http404
    recorded = find_recorded(desk, date)
    page = recorded.page if recorded else None
    draft = page.get_latest_revision_as_object() if page else None
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordingForm(*given, draft=draft, date=date, event=desk.event.title)
    if form.is_valid() and _keep(request, desk, date, form):
        messages.success(request, _("The draft is saved. Look through it, say what it led to, publish it."))
        return redirect(address_of("recording", desk, stamp))
    context = {"date": date, "form": form, "page": page, "draft": draft, "fewest": FEWEST}
    context["voices"] = read_voices(desk, date.date.at)
    return _show(request, desk, "recording", context, 422 if form.is_bound else 200)


def _keep(request: HttpRequest, desk: EventDesk, date: EventDate, form: RecordingForm) -> bool:
    """Whether it was kept; else the form says why not."""
    try:
        keep_recording(desk, date, form.read_given(), request.user, timezone.now())
    except Refused as refused:
        form.add_error(None, refused.text)
        return False
    return True


def _row(date: EventDate, page: KnowledgeFormatPage | None, answers: int) -> Row:
    return Row(date, page, answers if answers >= FEWEST else 0)


def _show(
    request: HttpRequest, desk: EventDesk, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    given = {"desk": desk, "event": desk.event, "key": desk.event.translation_key, "here": "recordings"}
    return render(request, f"events/formats/{template}.html", given | context, status=status)
