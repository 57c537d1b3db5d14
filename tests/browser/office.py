"""The office of an event and the panel of its page, as they stand from the announcement to the results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.utils import timezone

from events.models import ConsentText, EventDesk, EventPage, Plan, Question, Registration, Room
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Relation
from tests.factories.events import add_participant, add_seat
from tests.theme.entries import add_bodies, add_entry, make_document

DAY = dt.timedelta(days=1)
OFFICE = {
    "overview": "",
    "phases": "einstellungen/phasen/",
    "seats": "einstellungen/plaetze/",
    "privacy": "einstellungen/datenschutz/",
    "questions": "abfragen/anmeldefragen/",
    "consents": "abfragen/einwilligungen/",
    "rooms": "raeume/",
    "times": "zeiten/",
    "hosts": "gastgebende/",
    "people": "personen/",
    "mail": "rundmail/",
    "next edition": "naechste/",
    "moving": "verschieben/",
    "entering": "personen/neu/",
    "cancelling": "absage/",
}
"""Pages of the office by what is after its address."""


def fill_office(plan: Plan) -> dict[str, str]:
    """Something on each page; the addresses of the pages of one thing."""
    desk = plan.desk
    question = Question.objects.create(desk=desk, label="Was essen Sie nicht?", kind=Question.Kind.LINE)
    ConsentText.objects.create(desk=desk, purpose=ConsentText.Purpose.LIST, text="Mein Name auf der Liste.")
    person = add_participant(desk, "Toni")
    add_seat(person, Registration.State.WAITING)
    room = Room.objects.filter(plan=plan).first()
    assert room
    return {
        "question": f"abfragen/anmeldefragen/{question.pk}/",
        "room": f"raeume/{room.pk}/",
        "person": f"personen/{person.pk}/",
    }


def set_phases(desk: EventDesk, **fields: dt.datetime | None) -> None:
    """These phases and no other."""
    none = dict.fromkeys(("registration_opens", "proposals_open", "votes_open", "registration_closes"))
    EventDesk.objects.filter(pk=desk.pk).update(**{**none, **fields})


def hold(desk: EventDesk, ago: dt.timedelta, status: str = EventPage.Status.CONFIRMED) -> None:
    """The event began so long ago and lasts eight hours."""
    event = EventPage.objects.get(pk=desk.event_id)
    starts = timezone.now() - ago
    event.starts, event.ends, event.status = starts, starts + dt.timedelta(hours=8), status
    event.save_revision().publish()
    settle()


def add_results(desk: EventDesk) -> None:
    """Two contributions that are part of the event."""
    add_bodies()
    event = CatalogueEntry.objects.get(uuid=desk.event.translation_key, source="")
    relation = Relation(type="part_of", target=event.object_id)
    for title in ("KI im Bürgerbüro: was wir mitnehmen", "Parken ohne Schranke, Notiz aus Raum 2"):
        add_entry(make_document(title=title, relations=(relation,)))


def announce(desk: EventDesk) -> None:
    """Nothing is open yet."""
    now = timezone.now()
    set_phases(desk, registration_opens=now + 5 * DAY, proposals_open=now + 2 * DAY)


def open_registration(desk: EventDesk) -> None:
    """Registration is open, the vote comes later."""
    now = timezone.now()
    set_phases(desk, registration_opens=now - DAY, votes_open=now + 5 * DAY)


def open_proposals(desk: EventDesk) -> None:
    """Proposals are open before registration is."""
    now = timezone.now()
    set_phases(desk, registration_opens=now + 5 * DAY, proposals_open=now - DAY)


def open_vote(desk: EventDesk) -> None:
    """Registration is over, the vote is open."""
    now = timezone.now()
    closed = {"registration_opens": now - 5 * DAY, "registration_closes": now - DAY}
    set_phases(desk, votes_open=now - DAY, **closed)


def be_on_site(desk: EventDesk) -> None:
    """It is going on."""
    hold(desk, dt.timedelta(hours=1))


def be_over(desk: EventDesk) -> None:
    """It is over, and nothing is written up yet."""
    hold(desk, dt.timedelta(hours=9))


def be_written_up(desk: EventDesk) -> None:
    """It is over, and there are notes."""
    be_over(desk)
    add_results(desk)


def cancel(desk: EventDesk) -> None:
    """It does not take place."""
    hold(desk, -20 * DAY, EventPage.Status.CANCELLED)


STANDS: Mapping[str, tuple[Callable[[EventDesk], None], str]] = {
    "announced": (announce, "Diese Veranstaltung ist angekündigt."),
    "registration": (open_registration, "Anmelden"),
    "proposals": (open_proposals, "Session vorschlagen"),
    "vote": (open_vote, "Abstimmen"),
    "on site": (be_on_site, "Die Veranstaltung läuft gerade."),
    "over": (be_over, "Noch gibt es keine Ergebnisse."),
    "results": (be_written_up, "Das ist dabei herausgekommen:"),
    "cancelled": (cancel, "Diese Veranstaltung findet nicht statt."),
}
"""How an event may stand, how it comes to stand so, and what its page then says."""
