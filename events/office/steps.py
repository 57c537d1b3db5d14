"""What organisers do from the announcement to the programme, in its order, and what of it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Band, ConsentText, EventDesk, Placement, Question, Release, Room, Session
from events.office.addresses import address_of
from events.planning.outside import outside_of


@dataclass(frozen=True)
class Step:
    """Something to do before the event; one that is not ``needed`` may be left."""

    words: str | Promise
    hint: str | Promise
    address: str
    done: bool
    needed: bool = True


@dataclass(frozen=True)
class Progress:
    """What there is of an event beside its desk; ``outside``: some of its plan no longer lies within it."""

    asked: bool
    rooms: bool
    bands: bool
    decided: bool
    placed: bool
    released: bool
    outside: bool


def read_progress(desk: EventDesk) -> Progress:
    """What there is by now; one query."""
    of, plan = {"desk": OuterRef("pk")}, {"plan__desk": OuterRef("pk")}
    sessions = Session.objects.filter(**plan)
    there = {
        "has_questions": Exists(Question.objects.filter(retired=False, **of)),
        "has_consents": Exists(ConsentText.objects.filter(retired=False, **of)),
        "rooms": Exists(Room.objects.filter(hidden=False, **plan)),
        "bands": Exists(Band.objects.filter(is_break=False, **plan)),
        "sessions": Exists(sessions),
        "undecided": Exists(sessions.filter(state=Session.State.PROPOSED)),
        "placed": Exists(Placement.objects.filter(room__plan__desk=OuterRef("pk"))),
        "released": Exists(Release.objects.filter(**plan)),
        "bands_outside": Exists(Band.objects.filter(outside_of(desk.event), **plan)),
        "placed_outside": Exists(
            Placement.objects.filter(outside_of(desk.event), room__plan__desk=OuterRef("pk"))
        ),
    }
    row: dict[str, bool] = EventDesk.objects.filter(pk=desk.pk).annotate(**there).values(*there).get()
    return Progress(
        asked=row["has_questions"] or row["has_consents"],
        rooms=row["rooms"],
        bands=row["bands"],
        decided=row["sessions"] and not row["undecided"],
        placed=row["placed"],
        released=row["released"],
        outside=row["bands_outside"] or row["placed_outside"],
    )


def list_steps(desk: EventDesk, there: Progress) -> list[Step]:
    """What is done and what is to do, in the order in which it is done; no query."""
    return [step(desk, there) for step in STEPS]


def _publish_page(desk: EventDesk, _there: Progress) -> Step:
    return Step(
        _("Publish the event’s page"),
        _("Until then nobody finds it, and nobody can register."),
        reverse("wagtailadmin_pages:edit", args=[desk.event_id]),
        desk.event.live,
    )


def _name_contact(desk: EventDesk, _there: Progress) -> Step:
    return Step(
        _("Name contact, purpose and retention"),
        _("Everybody reads this before they register."),
        address_of("office_settings", desk, "datenschutz"),
        bool(desk.contact_email and desk.purpose.strip() and desk.legal_basis.strip()),
    )


def _set_phases(desk: EventDesk, _there: Progress) -> Step:
    return Step(
        _("Set the phases"),
        _("When registration, proposals and the vote open and close."),
        address_of("office_settings", desk, "phasen"),
        desk.registration_opens is not None,
    )


def _decide_seats(desk: EventDesk, _there: Progress) -> Step:
    return Step(
        _("Decide on the seats"),
        _("Without a number everybody who registers has a seat."),
        address_of("office_settings", desk, "plaetze"),
        desk.seats is not None,
        needed=False,
    )


def _ask(desk: EventDesk, there: Progress) -> Step:
    return Step(
        _("Ask questions and for consents"),
        _("For example about food or photos. Ask only what you need."),
        address_of("office_asked", desk, "anmeldefragen"),
        there.asked,
        needed=False,
    )


def _set_up_rooms(desk: EventDesk, there: Progress) -> Step:
    return Step(
        _("Set up the rooms"),
        _("With the number of people they hold."),
        address_of("office_rooms", desk),
        there.rooms,
    )


def _set_up_times(desk: EventDesk, there: Progress) -> Step:
    return Step(
        _("Set up the times"),
        _("The bands of the day and its breaks, all at once if you like."),
        address_of("office_bands", desk),
        there.bands,
    )


def _decide_proposals(desk: EventDesk, there: Progress) -> Step:
    return Step(
        _("Look at the proposals"),
        _("Accept, decline, merge. Whoever proposed gets a mail."),
        address_of("review", desk),
        there.decided,
    )


def _place_sessions(desk: EventDesk, there: Progress) -> Step:
    return Step(
        _("Put the sessions into rooms"),
        _("In the grid, by mouse, touch or keyboard."),
        address_of("grid", desk),
        there.placed,
    )


def _release(desk: EventDesk, there: Progress) -> Step:
    return Step(
        _("Release the programme"),
        _("It then stands on all hubs, and everybody concerned gets a mail."),
        address_of("releases", desk),
        there.released,
    )


STEPS: tuple[Callable[[EventDesk, Progress], Step], ...] = (
    _publish_page,
    _name_contact,
    _set_phases,
    _decide_seats,
    _ask,
    _set_up_rooms,
    _set_up_times,
    _decide_proposals,
    _place_sessions,
    _release,
)
"""In the order in which they are done."""
