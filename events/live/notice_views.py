"""Announcements, for organisers: what everybody sees on boards and projectors at once."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.live.notices import end_notice, list_notices, write_notice
from events.models import EventDesk, Notice
from events.office.views.frame import for_organisers

LENGTH = Notice._meta.get_field("text").max_length
LASTING = (
    ("15", gettext_lazy("15 minutes")),
    ("60", gettext_lazy("1 hour")),
    ("", gettext_lazy("until the event ends, or you end it")),
)
PAST = 20
"""How many that are over are listed."""


class NoticeForm(forms.Form):
    """What is announced, and for how long."""

    text = forms.CharField(
        label=pgettext_lazy("notice", "Announcement"),
        max_length=LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LENGTH}),
        help_text=gettext_lazy("One or two sentences: what is different, and what to do."),
    )
    lasts = forms.ChoiceField(label=gettext_lazy("Shown for"), choices=LASTING, required=False, initial="60")

    def clean_text(self) -> str:
        """In one line, as boards show it."""
        return " ".join(str(self.cleaned_data["text"]).split())


@for_organisers
def notices(request: HttpRequest, desk: EventDesk) -> HttpResponse:
    """What is announced now, and a form for more. A POST announces; with ``end`` it takes one off."""
    now = timezone.now()
    if request.method == "POST" and "end" in request.POST:
        return _end(request, desk, now)
    form = NoticeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        until = _until(desk, form.cleaned_data["lasts"], now)
        write_notice(desk, form.cleaned_data["text"], until, request.user, now)
        messages.success(request, _("Announced. Everybody who has the board open sees it."))
        return redirect("events:notices", desk.event.translation_key)
    shown = list(list_notices(desk, now))
    past = desk.notices.filter(until__lte=now).order_by("-until")[:PAST]
    context = {"here": "notices", "desk": desk, "event": desk.event, "key": desk.event.translation_key}
    return render(
        request, "events/live/notices.html", {**context, "form": form, "shown": shown, "past": past}
    )


def _until(desk: EventDesk, lasts: str, now: dt.datetime) -> dt.datetime | None:
    if lasts:
        return now + dt.timedelta(minutes=int(lasts))
    ends: dt.datetime | None = desk.event.ends
    return ends if ends and ends > now else None


def _end(request: HttpRequest, desk: EventDesk, now: dt.datetime) -> HttpResponse:
    number = request.POST["end"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    if end_notice(desk, int(number), now):
        messages.success(request, _("The announcement is off the board."))
    else:
        messages.info(request, _("This announcement was over already."))
    return redirect("events:notices", desk.event.translation_key)
