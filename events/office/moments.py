"""Moments as organisers type them: by the clock of the event, which the views set."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from events.blocks import check_moment
from events.models import EventPage
from hub.instants import localise


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of day and time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment that documents may hold; an hour that the change of the clock leaves out is refused."""

    widget = MomentInput

    def clean(self, value: Any) -> dt.datetime | None:
        """As typed, in the zone that is current."""
        moment: dt.datetime | None = super().clean(value)
        if wrong := check_moment(moment):
            raise forms.ValidationError(wrong)
        return moment


def span_of(event: EventPage) -> tuple[dt.datetime, dt.datetime]:
    """When the event begins and ends. Raises ``ValueError`` for a draft without times."""
    if event.starts is None or event.ends is None:
        raise ValueError("this event has no times yet")
    return event.starts, event.ends


def shift(moment: dt.datetime | None, days: int, zone: str) -> dt.datetime | None:
    """The same time by the clock of that zone, so many days later; None stays None."""
    if moment is None:
        return None
    local = localise(moment, zone)
    return (local + dt.timedelta(days=days)).astimezone(dt.UTC)


def shift_range(during: Any, days: int, zone: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The same of both ends of a range."""
    return shift(during.lower, days, zone), shift(during.upper, days, zone)
