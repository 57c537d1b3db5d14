"""What the door is told about a scan, in words for whoever stands there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import CheckIn, EventDesk, Person, Registration
from hub.instants import localise

State = Registration.State


class Result(StrEnum):
    """How a scan went."""

    IN = "in"
    AGAIN = "again"
    UNDONE = "undone"
    WAITING = "waiting"
    OFFERED = "offered"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    REFUSED = "refused"


WITHOUT_SEAT = {
    State.WAITING: Result.WAITING,
    State.OFFERED: Result.OFFERED,
    State.EXPIRED: Result.EXPIRED,
    State.UNCONFIRMED: Result.UNCONFIRMED,
    State.CANCELLED: Result.CANCELLED,
}

SENTENCES: dict[Result, str | Promise] = {
    Result.IN: gettext_lazy("%(name)s is here now. Welcome!"),
    Result.AGAIN: gettext_lazy("%(name)s is here already, since %(since)s (%(where)s)."),
    Result.UNDONE: gettext_lazy("This check-in of %(name)s was taken back. Please scan the badge again."),
    Result.WAITING: gettext_lazy("%(name)s is on the waiting list. Please ask the organisers for a seat."),
    Result.OFFERED: gettext_lazy(
        "%(name)s was offered a seat and has not accepted yet. Please ask the organisers."
    ),
    Result.EXPIRED: gettext_lazy(
        "%(name)s did not take the offered seat in time. Please ask the organisers."
    ),
    Result.UNCONFIRMED: gettext_lazy(
        "%(name)s has not confirmed the address yet and has no seat. Please ask the organisers."
    ),
    Result.CANCELLED: gettext_lazy("%(name)s has cancelled. Please ask the organisers for a seat."),
    Result.FOREIGN: gettext_lazy("This badge belongs to another event. It is not valid here."),
    Result.UNKNOWN: gettext_lazy("This is no badge of ours. Please search by name."),
    Result.REFUSED: gettext_lazy("This scan cannot be used. Please scan the badge again."),
}


@dataclass(frozen=True)
class Answer:
    """What one scan comes to; ``key`` is that of the check-in, ``since`` when the person came."""

    key: str
    result: Result
    text: str
    name: str | None = None
    since: dt.datetime | None = None

    @property
    def data(self) -> dict[str, Any]:
        """As devices read it."""
        return {
            "key": self.key,
            "result": self.result.value,
            "text": self.text,
            "name": self.name,
            "since": self.since.isoformat() if self.since else None,
        }


def say_name(person: Person) -> str:
    """The given name and an initial: enough to greet somebody, and all that a device at the door holds."""
    return f"{person.given_name} {name_initial(person)}".strip()


def name_initial(person: Person) -> str:
    """„B.“; nothing where there is no given name, for then the family name is what is called."""
    if not person.given_name:
        return person.family_name
    return f"{person.family_name[:1]}." if person.family_name else ""


def answer_nobody(key: str, result: Result) -> Answer:
    """About a scan that leads to nobody of this event: nothing is said of whoever it is."""
    return Answer(key, result, str(SENTENCES[result]))


def answer_somebody(
    key: str, desk: EventDesk, result: Result, person: Person, there: CheckIn | None
) -> Answer:
    """About somebody of this event; ``there`` is the check-in by which they are here."""
    name = say_name(person)
    values = {"name": name}
    if there:
        values |= {"since": _say_clock(desk, there.at), "where": _say_where(there)}
    return Answer(key, result, SENTENCES[result] % values, name, there.at if there else None)


def _say_clock(desk: EventDesk, at: dt.datetime) -> str:
    """The clock at the place, with the day where the event has several."""
    event = desk.event
    local = localise(at, event.time_zone)
    last = localise(event.ends, event.time_zone) if event.ends else local
    first = localise(event.starts, event.time_zone) if event.starts else local
    return date_format(local, "H:i" if first.date() == last.date() else "D, H:i")


def _say_where(there: CheckIn) -> str:
    return there.helper.name if there.helper else _("by the organisers")
