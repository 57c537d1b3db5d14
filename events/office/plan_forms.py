"""The forms of rooms, bands and availabilities."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models import EventDesk, Room
from events.office.bands import MOST_AT_ONCE, Grid, Piece, cut_day
from events.office.moments import MomentField, span_of
from hub.instants import localise, zone_of

MOST_PEOPLE = 100_000


class RoomForm(forms.ModelForm[Room]):
    """A room, or an address where people meet online."""

    name = forms.CharField(label=_("Name"), max_length=80)
    capacity = forms.IntegerField(
        label=_("People it holds"), required=False, min_value=1, max_value=MOST_PEOPLE,
        help_text=_("The grid warns when more people are interested."),
    )  # fmt: skip
    online_url = forms.URLField(
        label=_("Online access"), required=False, assume_scheme="https", max_length=200,
        help_text=_("For sessions that are (also) online: each needs a room of its own."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("How to get there, what is there"), required=False, max_length=200,
        help_text=_("For example: second floor, lift, screen."),
    )  # fmt: skip

    class Meta:
        model = Room
        fields: ClassVar[list[str]] = ["name", "capacity", "online_url", "note"]

    def __init__(self, *args: Any, desk: EventDesk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk

    def clean_name(self) -> str:
        """No name twice, hidden rooms included."""
        name: str = self.cleaned_data["name"]
        others = Room.objects.filter(plan__desk=self.desk, name=name).exclude(pk=self.instance.pk)
        if found := others.first():
            if found.hidden:
                raise forms.ValidationError(
                    _("There is a hidden room of this name. Show it again, or choose another name.")
                )
            raise forms.ValidationError(_("There is a room of this name already."))
        return name


class SpanForm(forms.Form):
    """From when to when."""

    starts = MomentField(label=_("From"))
    ends = MomentField(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        """It lasts."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", gettext("“Until” must lie after “From”."))
        return cleaned


class BandForm(SpanForm):
    """A time in which sessions run side by side, or a break."""

    label = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("For example “Lunch” or “Opening”.")
    )
    is_break = forms.BooleanField(label=_("A break for all: no sessions"), required=False)

    def __init__(self, *args: Any, desk: EventDesk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk

    def clean(self) -> dict[str, Any]:
        """Within the event."""
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends") and not self.errors:
            refuse_outside(self, self.desk, cleaned["starts"], cleaned["ends"], "starts")
        return cleaned

    def piece(self) -> Piece:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        return Piece(data["starts"], data["ends"], data["label"], data["is_break"])


class GridForm(forms.Form):
    """A whole day at once."""

    day = forms.ChoiceField(label=_("Day"))
    first = forms.TimeField(label=_("From"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    last = forms.TimeField(label=_("Until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes of a session"), min_value=10, max_value=480, initial=45)
    changeover = forms.IntegerField(
        label=_("Minutes to change rooms"), min_value=0, max_value=120, initial=15
    )
    pause_from = forms.TimeField(
        label=_("Break from"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    pause_until = forms.TimeField(
        label=_("Break until"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    pause_label = forms.CharField(label=_("Name of the break"), max_length=80, required=False)
    replace = forms.BooleanField(label=_("Replace the times of this day"), required=False)

    def __init__(self, *args: Any, desk: EventDesk, **kwargs: Any) -> None:
        self.desk = desk
        self.grid: Grid | None = None
        starts, ends = (localise(each, desk.event.time_zone) for each in span_of(desk.event))
        proposed = {
            "first": starts.time(), "last": ends.time(), "day": starts.date().isoformat(),
            "pause_from": dt.time(12), "pause_until": dt.time(13), "pause_label": gettext("Lunch"),
        }  # fmt: skip
        kwargs["initial"] = proposed
        super().__init__(*args, **kwargs)
        number = min((ends.date() - starts.date()).days + 1, MOST_AT_ONCE)
        days = [starts.date() + dt.timedelta(days=n) for n in range(number)]
        choices = [(day.isoformat(), date_format(day, "l, j. F Y")) for day in days]
        self.fields["day"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        """A day within the event, cut into a number of bands that fits."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            self._check_pause(cleaned)
        if self.errors:
            return cleaned
        grid = self._build(cleaned)
        if grid.ends <= grid.starts:
            self.add_error("last", gettext("“Until” must lie after “From”."))
        elif not refuse_outside(self, self.desk, grid.starts, grid.ends, "first"):
            self._check_number(grid)
        return cleaned

    def _check_pause(self, cleaned: dict[str, Any]) -> None:
        begins, ends = cleaned["pause_from"], cleaned["pause_until"]
        if bool(begins) != bool(ends):
            self.add_error("pause_until", gettext("Give both times of the break, or neither."))
        elif begins and not cleaned["first"] <= begins < ends <= cleaned["last"]:
            self.add_error(
                "pause_from", gettext("The break must lie within the day and end after it begins.")
            )

    def _check_number(self, grid: Grid) -> None:
        number = sum(1 for piece in cut_day(grid) if not piece.is_break)
        if not number:
            self.add_error("minutes", gettext("No session of this length fits into the day."))
        elif number > MOST_AT_ONCE:
            self.add_error(
                "minutes", gettext("That would be %(n)s bands. Choose longer ones.") % {"n": number}
            )
        else:
            self.grid = grid

    def _build(self, cleaned: dict[str, Any]) -> Grid:
        day = dt.date.fromisoformat(cleaned["day"])
        pause = None
        if cleaned["pause_from"]:
            pause = (self._at(day, cleaned["pause_from"]), self._at(day, cleaned["pause_until"]))
        return Grid(
            self._at(day, cleaned["first"]), self._at(day, cleaned["last"]), cleaned["minutes"],
            cleaned["changeover"], pause, cleaned["pause_label"],
        )  # fmt: skip

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        zone = zone_of(self.desk.event.time_zone)
        return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)


def refuse_outside(
    form: forms.Form, desk: EventDesk, starts: dt.datetime, ends: dt.datetime, field: str
) -> bool:
    """Whether the time lies outside the event, which then is said at that field."""
    first, last = span_of(desk.event)
    if first <= starts and ends <= last:
        return False
    said = {
        "starts": date_format(timezone.localtime(first), "SHORT_DATETIME_FORMAT"),
        "ends": date_format(timezone.localtime(last), "SHORT_DATETIME_FORMAT"),
    }
    form.add_error(
        field,
        gettext(
            "The event takes place from %(starts)s to %(ends)s. Choose a time within it, or change the "
            "event’s page first."
        )
        % said,
    )
    return True
