"""What the first page of the office tells: how the event stands, and what is to be done next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import (
    Band,
    ConsentText,
    EventDesk,
    Letter,
    Placement,
    Question,
    Registration,
    Release,
    Room,
    Session,
)
from events.office.addresses import address_of
from events.phases import LABELS, Span, list_spans

State = Registration.State


@dataclass(frozen=True)
class Figures:
    """Numbers of one event. ``free`` is None where seats are not counted; offered seats are taken."""

    confirmed: int
    offered: int
    waiting: int
    unconfirmed: int
    free: int | None
    to_review: int
    failed: int


@dataclass(frozen=True)
class Step:
    """Something to do before the event; one that is not ``needed`` may be left."""

    words: str | Promise
    hint: str | Promise
    address: str
    done: bool
    needed: bool = True


@dataclass(frozen=True)
class PhaseRow:
    """A phase as it stands: ``state`` is open, coming, over or unset."""

    label: str | Promise
    state: str
    span: Span


def count_figures(desk: EventDesk) -> Figures:
    """Three queries."""
    states = {
        row["state"]: row["n"]
        for row in Registration.objects.filter(person__desk=desk).values("state").annotate(n=Count("pk"))
    }
    taken = states.get(State.CONFIRMED, 0) + states.get(State.OFFERED, 0)
    return Figures(
        confirmed=states.get(State.CONFIRMED, 0),
        offered=states.get(State.OFFERED, 0),
        waiting=states.get(State.WAITING, 0),
        unconfirmed=states.get(State.UNCONFIRMED, 0),
        free=None if desk.seats is None else max(desk.seats - taken, 0),
        to_review=Session.objects.filter(plan__desk=desk, state=Session.State.PROPOSED).count(),
        failed=Letter.objects.filter(desk=desk, sent=None).exclude(failed="").count(),
    )


def list_phases(desk: EventDesk, now: dt.datetime) -> list[PhaseRow]:
    """All phases as they stand; no query."""
    rows = []
    for span in list_spans(desk):
        if span.opens is None:
            state = "unset"
        elif span.is_open(now):
            state = "open"
        else:
            state = "over" if span.is_over(now) else "coming"
        rows.append(PhaseRow(LABELS[span.phase], state, span))
    return rows


def list_steps(desk: EventDesk) -> list[Step]:
    """What is done and what is to do, in the order in which it is done; one query."""
    there = _what_is_there(desk)
    event = desk.event
    privacy = bool(desk.contact_email and desk.purpose.strip() and desk.legal_basis.strip())
    return [
        Step(
            _("Publish the event’s page"),
            _("Until then nobody finds it, and nobody can register."),
            reverse("wagtailadmin_pages:edit", args=[event.pk]),
            event.live,
        ),
        Step(
            _("Name contact, purpose and retention"),
            _("Everybody reads this before they register."),
            address_of("office_settings", desk, "datenschutz"),
            privacy,
        ),
        Step(
            _("Set the phases"),
            _("When registration, proposals and the vote open and close."),
            address_of("office_settings", desk, "phasen"),
            desk.registration_opens is not None,
        ),
        Step(
            _("Decide on the seats"),
            _("Without a number everybody who registers has a seat."),
            address_of("office_settings", desk, "plaetze"),
            desk.seats is not None,
            needed=False,
        ),
        Step(
            _("Ask questions and for consents"),
            _("For example about food or photos. Ask only what you need."),
            address_of("office_asked", desk, "anmeldefragen"),
            there["asked"],
            needed=False,
        ),
        Step(
            _("Set up the rooms"),
            _("With the number of people they hold."),
            address_of("office_rooms", desk),
            there["rooms"],
        ),
        Step(
            _("Set up the times"),
            _("The bands of the day and its breaks, all at once if you like."),
            address_of("office_bands", desk),
            there["bands"],
        ),
        Step(
            _("Look at the proposals"),
            _("Accept, decline, merge. Whoever proposed gets a mail."),
            address_of("review", desk),
            there["sessions"] and not there["open_proposals"],
        ),
        Step(
            _("Put the sessions into rooms"),
            _("In the grid, by mouse, touch or keyboard."),
            address_of("grid", desk),
            there["placed"],
        ),
        Step(
            _("Release the programme"),
            _("It then stands on all hubs, and everybody concerned gets a mail."),
            address_of("releases", desk),
            there["released"],
        ),
    ]


def list_links(desk: EventDesk) -> list[tuple[str, str | Promise]]:
    """The other pages about this event that exist: address and name."""
    named = [
        ("register", _("Registration as visitors see it")),
        ("proposals", _("Proposals as visitors see them")),
        ("board", _("Programme as visitors see it")),
        ("review", _("Decide about proposals")),
        ("grid", _("Plan the programme")),
        ("releases", _("Releases")),
        ("history", _("History of the plan")),
        ("printing", _("Print and exports")),
    ]
    return [(address, words) for name, words in named if (address := address_of(name, desk))]


def _what_is_there(desk: EventDesk) -> dict[str, bool]:
    plan = {"plan__desk": OuterRef("pk")}
    sessions = Session.objects.filter(**plan)
    row = (
        EventDesk.objects.filter(pk=desk.pk)
        .annotate(
            has_questions=Exists(Question.objects.filter(desk=OuterRef("pk"), retired=False)),
            has_consents=Exists(ConsentText.objects.filter(desk=OuterRef("pk"), retired=False)),
            rooms=Exists(Room.objects.filter(hidden=False, **plan)),
            bands=Exists(Band.objects.filter(is_break=False, **plan)),
            sessions=Exists(sessions),
            open_proposals=Exists(sessions.filter(state=Session.State.PROPOSED)),
            placed=Exists(Placement.objects.filter(room__plan__desk=OuterRef("pk"))),
            released=Exists(Release.objects.filter(**plan)),
        )
        .values(
            "has_questions",
            "has_consents",
            "rooms",
            "bands",
            "sessions",
            "open_proposals",
            "placed",
            "released",
        )
        .get()
    )
    return {name: bool(value) for name, value in row.items()} | {
        "asked": bool(row["has_questions"] or row["has_consents"])
    }


def is_unused(desk: EventDesk) -> bool:
    """Whether nobody took part and nothing was proposed, so that the desk may be closed again; one query."""
    used = Q(people__isnull=False) | Q(plan__sessions__isnull=False) | Q(plan__releases__isnull=False)
    return not EventDesk.objects.filter(used, pk=desk.pk).exists() and desk.forgotten is None
