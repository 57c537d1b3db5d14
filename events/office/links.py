"""Where everything about an event is found: the links of the office's first page, by subject."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models import EventDesk
from events.office.addresses import address_of

Named = tuple[str, str | Promise]

PROGRAMME: tuple[Named, ...] = (
    ("review", _("Decide about proposals")),
    ("office_proposals", _("Proposals as a table (CSV)")),
    ("grid", _("Plan the programme")),
    ("releases", pgettext_lazy("grid", "Releases")),
    ("history", _("History of the plan")),
    ("stage", _("Stage: who presents next")),
    ("wall", _("Wall: hang cards by phone")),
    ("outcomes", _("Results of the sessions")),
    ("recordings", _("Recordings and documents")),
)
PEOPLE: tuple[Named, ...] = (
    ("office_people", _("Participants")),
    ("office_news", _("Mail to many")),
    ("printing", _("Print: badges, room signs, lists")),
    ("helpers", _("Helpers")),
    ("door", _("Check-in")),
)
VISITORS: tuple[Named, ...] = (
    ("register", _("Registration as visitors see it")),
    ("proposals", _("Proposals as visitors see them")),
    ("board", _("Programme as visitors see it")),
    ("results", _("Results as visitors see them")),
)
CALENDAR: Named = ("calendar_event", _("Calendar file and feed (.ics)"))
RELEASED: tuple[Named, ...] = (
    ("print_programme", _("Programme to print (PDF)")),
    ("schedule_xml", _("Programme for apps (schedule.xml)")),
    ("schedule_json", _("Programme for programs (schedule.json)")),
)
"""What there is once the programme is released."""


@dataclass(frozen=True)
class Links:
    """Pages of one subject, as addresses with their names; ``note`` says what is still missing."""

    key: str
    heading: str | Promise
    found: list[Named]
    note: str | Promise = ""


def list_links(desk: EventDesk, *, is_released: bool) -> list[Links]:
    """The other pages about this event, by subject; no query."""
    later = "" if is_released else _("PDF and schedule.xml are here once the programme is released.")
    forms = (CALENDAR, *(RELEASED if is_released else ()))
    return [
        Links("programm", _("Programme"), _find(desk, PROGRAMME)),
        Links("teilnehmende", _("People and paper"), _find(desk, PEOPLE)),
        Links("gaeste", _("What visitors see"), _find(desk, VISITORS)),
        Links("weitergeben", _("Calendar and exports"), _find(desk, forms), later),
    ]


def _find(desk: EventDesk, named: tuple[Named, ...]) -> list[Named]:
    return [(address_of(name, desk), words) for name, words in named]
