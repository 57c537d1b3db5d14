"""Moving a whole plan to another day: everything goes, by the clock, once, and is told to whoever plans."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import Availability, Band, EventDesk, EventPage, Placement, Plan, PlanChange, Session
from events.office.moving import CannotMove, look_ahead, move_plan, propose_days
from events.planning.history import find_undoable
from events.planning.orders import Place, Undo
from events.planning.outside import count_bands_outside, list_outside
from events.planning.queries import list_history
from events.planning.refusing import Blocked, Refused
from events.planning.services import carry_out
from events.proposing.periods import write_range
from hub.instants import localise, zone_of
from tests.events.office.conftest import address, text_of
from tests.factories.events import add_desk, add_event, add_host, add_plan, add_session, at, put

MOVE = "verschieben/"
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def berlin(day: int, hour: int, month: int = 3, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=zone_of("Europe/Berlin"))


@pytest.fixture
def plan(desk):
    return add_plan(desk)


@pytest.fixture
def day(section):
    """A plan of 27 March 2026, two days before the clocks change; the event was moved to the 31st."""
    event = add_event(section, "Märzcamp", starts=berlin(31, 9), ends=berlin(31, 17))
    desk = add_desk(
        event,
        registration_opens=berlin(1, 8, month=2),
        registration_closes=berlin(20, 18),
        proposals_open=berlin(1, 8, month=2),
        proposals_close=berlin(20, 8, month=2),
        votes_open=berlin(10, 8),
        votes_close=None,
        goes_live=berlin(26, 18),
    )
    plan = Plan.objects.create(desk=desk)
    room = plan.rooms.create(name="Saal")
    for hour in (9, 10, 11):
        Band.objects.create(plan=plan, during=(berlin(27, hour), berlin(27, hour + 1)), is_break=hour == 11)
    host = add_host(plan)
    Availability.objects.create(host=host, during=(berlin(27, 9), berlin(27, 11)))
    Availability.objects.create(room=room, during=(berlin(27, 8), berlin(27, 12)))
    for hour in (9, 10):
        session = add_session(plan, f"Um {hour}", host, away=[write_range((berlin(27, 11), berlin(27, 12)))])
        Placement.objects.create(session=session, room=room, during=(berlin(27, hour), berlin(27, hour + 1)))
    return EventDesk.objects.select_related("event").get(pk=desk.pk)


def clocks(rows) -> list[str]:
    zone = "Europe/Berlin"
    return [
        f"{localise(each.lower, zone):%d.%m. %H:%M}–{localise(each.upper, zone):%H:%M}"
        for each in rows.order_by("during").values_list("during", flat=True)
    ]


def test_all_of_the_plan_goes_by_days_and_keeps_its_hours_over_a_change_of_the_clock(day, organiser):
    assert propose_days(day) == 4
    assert len(list_outside(day.plan, day.event)) == 2
    assert count_bands_outside(day.plan, day.event) == 3
    assert move_plan(day.pk, 4, day.plan.version, organiser, NOW) == 2
    assert clocks(Placement.objects) == ["31.03. 09:00–10:00", "31.03. 10:00–11:00"]
    assert clocks(Band.objects) == ["31.03. 09:00–10:00", "31.03. 10:00–11:00", "31.03. 11:00–12:00"]
    assert clocks(Availability.objects.filter(host=None)) == ["31.03. 08:00–12:00"]
    assert clocks(Availability.objects.filter(room=None)) == ["31.03. 09:00–11:00"]
    assert {text for each in Session.objects.all() for text in each.away} == {
        write_range((berlin(31, 11), berlin(31, 12)))
    }
    assert list_outside(day.plan, day.event) == []
    assert count_bands_outside(day.plan, day.event) == 0
    assert propose_days(day) == 0


def test_phases_to_come_go_along_and_what_has_begun_stays(day, organiser):
    move_plan(day.pk, 4, day.plan.version, organiser, NOW)
    desk = EventDesk.objects.get(pk=day.pk)
    assert desk.registration_opens == berlin(1, 8, month=2)
    assert desk.registration_closes == berlin(24, 18)
    assert desk.proposals_close == berlin(20, 8, month=2)
    assert (desk.votes_open, desk.votes_close) == (berlin(14, 8), None)
    assert desk.goes_live == berlin(30, 18)


def test_a_phase_that_would_close_before_it_opened_is_named_and_nothing_moves(day, organiser):
    with pytest.raises(CannotMove, match="begonnen"):
        move_plan(day.pk, -60, day.plan.version, organiser, NOW)
    assert clocks(Placement.objects) == ["27.03. 09:00–10:00", "27.03. 10:00–11:00"]
    day.plan.refresh_from_db()
    assert day.plan.version == 0


def test_phases_that_are_right_already_are_left_out(browser, desk, plan):
    put(add_session(plan, "KI im Amt"), plan.rooms.first(), 9, 10)
    EventDesk.objects.update(goes_live=at(8), votes_close=at(8))
    before = EventDesk.objects.values().get()
    looked = browser.post(address(desk, MOVE), {"action": "preview", "days": "7"})
    assert 'name="phases"' not in looked.content.decode()
    assert "Phasen, die mitgehen" not in text_of(looked)
    assert "Alle Phasen bleiben, wie sie sind" in text_of(looked)
    browser.post(address(desk, MOVE), {"action": "move", "days": "7", "seen": "0"})
    assert Placement.objects.get().during.lower == at(9) + dt.timedelta(days=7)
    assert EventDesk.objects.values().get() == before


@pytest.mark.parametrize(
    ("fields", "days", "said"),
    [
        ({"votes_open": berlin(30, 8)}, 4, "Abstimmung: würde erst öffnen"),
        ({"registration_opens": berlin(20, 8), "registration_closes": None}, 14, "Anmeldung: würde erst"),
        ({"goes_live": berlin(30, 18)}, 4, "mehr als 3 Tage vor der Veranstaltung"),
        ({"goes_live": berlin(26, 18)}, -4, "mehr als 3 Tage vor der Veranstaltung"),
    ],
)
def test_what_the_form_of_the_phases_refuses_is_not_moved_to(day, organiser, fields, days, said):
    EventDesk.objects.update(**{"votes_open": None, "goes_live": None, **fields})
    desk = EventDesk.objects.select_related("event").get()
    with pytest.raises(CannotMove, match=said):
        look_ahead(desk, days, NOW)
    with pytest.raises(CannotMove, match=said):
        move_plan(day.pk, days, day.plan.version, organiser, NOW)
    assert clocks(Placement.objects)[0] == "27.03. 09:00–10:00"
    assert move_plan(day.pk, days, day.plan.version, organiser, NOW, phases=False) == 2


@pytest.mark.parametrize("days", [1, -1])
def test_neighbours_move_into_each_others_time(day, organiser, days):
    """By one day, bands that fill two days in a row stand where others stood."""
    plan, room = day.plan, day.plan.rooms.get()
    for each in Placement.objects.all():
        other = add_session(plan, "Danach", *each.session.hosts.all())
        during = tuple(moment + dt.timedelta(days=1) for moment in (each.during.lower, each.during.upper))
        Placement.objects.create(session=other, room=room, during=during)
        Band.objects.create(plan=plan, during=during)
    move_plan(day.pk, days, plan.version, organiser, NOW, phases=False)
    first = 27 + days
    assert clocks(Placement.objects)[0] == f"{first}.03. 09:00–10:00"
    assert clocks(Placement.objects)[-1] == f"{first + 1}.03. 10:00–11:00"


def test_an_hour_that_the_change_of_the_clock_leaves_out_is_said(day, organiser):
    Band.objects.create(plan=day.plan, during=(berlin(27, 2, minute=15), berlin(27, 2, minute=45)))
    Band.objects.create(plan=day.plan, during=(berlin(27, 3), berlin(27, 4)))
    with pytest.raises(CannotMove, match="Uhr umgestellt"):
        move_plan(day.pk, 2, day.plan.version, organiser, NOW)
    assert clocks(Placement.objects)[0] == "27.03. 09:00–10:00"


def test_the_history_tells_it_and_nothing_is_undone_across_it(day, organiser):
    session = Session.objects.get(title="Um 9")
    move_plan(day.pk, 4, 0, organiser, NOW)
    change = PlanChange.objects.get()
    plan = Plan.objects.get(desk=day)
    assert (change.number, plan.version, change.user) == (1, 1, organiser)
    [told] = list_history(day, plan, [change])
    assert told["text"] == (
        "Der ganze Plan wurde um Tage verschoben: Was am 27. März 2026 war, ist jetzt am 31. März 2026"
    )
    assert find_undoable(plan) is None
    with pytest.raises(Refused, match="zurück"):
        carry_out(plan.pk, Undo(uuid.uuid4(), 1), organiser, NOW)
    session.refresh_from_db()
    assert session.version == 1, "whoever has the old place in hand is told"


def test_an_older_change_is_not_undone_after_it(browser, organiser, desk, plan):
    room = plan.rooms.first()
    order = Place(uuid.uuid4(), add_session(plan, "KI im Amt").pk, room.pk, at(9), 0)
    carry_out(plan.pk, order, organiser, timezone.now())
    move_plan(desk.pk, 7, 1, organiser, timezone.now())
    with pytest.raises(Blocked) as blocked:
        carry_out(plan.pk, Undo(uuid.uuid4(), 1), organiser, timezone.now())
    assert "wurde inzwischen von Robin geändert" in blocked.value.text
    history = f"/veranstaltungen/{desk.event.translation_key}/programm/verlauf/"
    assert "Der ganze Plan wurde um Tage verschoben" in text_of(browser.get(history))


def test_it_is_typed_looked_at_and_moved_once(browser, desk, plan):
    put(add_session(plan, "KI im Amt"), plan.rooms.first(), 9, 10)
    EventDesk.objects.update(goes_live=at(8))
    EventPage.objects.filter(pk=desk.event_id).update(starts=at(8, days=38), ends=at(9, days=38))
    assert browser.get(address(desk, MOVE)).context["form"]["phases"].initial is True
    looked = browser.post(address(desk, MOVE), {"action": "preview", "days": "7", "phases": "on"})
    assert '<input type="hidden" name="phases" value="on">' in looked.content.decode()
    text = text_of(looked)
    assert "Alles um 7 Tage nach hinten verschieben?" in text
    assert "1 Session im Plan" in text
    assert "7 Zeiten und Pausen" in text
    assert "Phasen, die mitgehen" in text
    assert "Jede Änderung des Plans ist sofort öffentlich ab" in text
    assert "8 davon liegen danach außerhalb der Veranstaltung" in text
    assert Placement.objects.get().during.lower == at(9)
    data = {"action": "move", "days": "7", "seen": "0", "phases": "on"}
    moved = text_of(browser.post(address(desk, MOVE), data, follow=True))
    assert "Alles ist verschoben. Geben Sie das Programm neu frei" in moved
    again = text_of(browser.post(address(desk, MOVE), data, follow=True))
    assert "wurde inzwischen geändert" in again
    assert Placement.objects.get().during.lower == at(9) + dt.timedelta(days=7)
    assert EventDesk.objects.get().goes_live == at(8) + dt.timedelta(days=7)


@pytest.mark.parametrize(
    ("days", "said"),
    [("0", "verschiebt sich nichts"), ("", "Dieses Feld"), ("x", "ganze Zahl"), ("5000", "1000")],
)
def test_a_number_that_cannot_be_is_refused_and_stays_in_the_form(browser, desk, plan, days, said):
    response = browser.post(address(desk, MOVE), {"action": "move", "days": days, "seen": "0"})
    assert said in text_of(response)
    assert f'value="{days}"' in response.content.decode() or not days
    assert Plan.objects.get().version == 0


def test_a_moved_event_is_said_where_it_is_planned_and_leads_to_moving(browser, desk, plan):
    put(add_session(plan, "KI im Amt"), plan.rooms.first(), 9, 10)
    key = desk.event.translation_key
    pages = (address(desk), address(desk, "zeiten/"), reverse("events:grid", args=[key]))
    for page in pages:
        assert "außerhalb" not in text_of(browser.get(page))
    page = EventPage.objects.get(pk=desk.event_id)
    page.starts, page.ends = page.starts + dt.timedelta(days=14), page.ends + dt.timedelta(days=14)
    page.save_revision().publish()
    for address_ in pages:
        response = browser.get(address_)
        assert "außerhalb der Veranstaltung" in text_of(response), address_
        assert f'href="{address(desk, MOVE)}"' in response.content.decode()
    response = browser.get(address(desk, MOVE))
    assert "1 Session im Plan liegt außerhalb der Veranstaltung: „KI im Amt“" in text_of(response)
    assert 'value="14"' in response.content.decode(), "proposed by where the event is now"
    assert "Danach liegt alles innerhalb" in text_of(
        browser.post(address(desk, MOVE), {"action": "preview", "days": "14"})
    )


def test_a_shorter_day_leaves_sessions_outside(desk, plan):
    put(add_session(plan, "Früh"), plan.rooms.first(), 9, 10)
    late = put(add_session(plan, "Spät"), plan.rooms.first(), 15, 16)
    EventPage.objects.filter(pk=desk.event_id).update(ends=at(15, 30))
    event = EventPage.objects.get(pk=desk.event_id)
    assert list_outside(plan, event) == [late]
    event.starts = None
    assert list_outside(plan, event) == []


def test_nothing_of_another_event_moves(browser, section, desk, plan):
    other = add_desk(add_event(section, "Andere"))
    put(add_session(add_plan(other), "Fremd"), other.plan.rooms.first(), 9, 10)
    browser.post(address(desk, MOVE), {"action": "move", "days": "7", "seen": "0"})
    assert Placement.objects.get().during.lower == at(9)
    assert Band.objects.filter(plan__desk=desk, during__startswith=at(9) + dt.timedelta(days=7)).exists()
