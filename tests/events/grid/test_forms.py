"""Planning without scripts: the forms behind each session say the sentences of the editor."""

from __future__ import annotations

import uuid

import pytest

from events.models import Placement, PlanChange, Session
from tests.events.grid.conftest import text_of
from tests.factories.events import add_desk, add_event, add_host, add_plan, add_session, at, put

pytestmark = pytest.mark.django_db


def fields(response, name: str) -> dict[str, str]:
    """What the browser would send from one of the forms of that page."""
    form = response.context["forms"][name]
    sent = {field.html_name: field.value() for field in form}
    return {"do": name, **{key: str(value) for key, value in sent.items() if value is not None}}


def starts_of(response, clock: str) -> str:
    """The value of the time that is called so."""
    choices = response.context["forms"]["place"].fields["starts"].choices
    return next(value for value, label in choices if label.startswith(clock))


@pytest.fixture
def address(base):
    return lambda session: f"{base}planen/{session.pk}/"


def test_a_session_is_placed_and_the_page_says_where(organiser, address, base, plan, rooms):
    session = add_session(plan, "KI im Bürgerbüro")
    page = organiser.get(address(session))
    data = {**fields(page, "place"), "place-room": str(rooms[1].pk), "place-starts": starts_of(page, "10:00")}
    response = organiser.post(address(session), data, follow=True)
    assert response.redirect_chain == [(f"{base}planen/", 302)]
    placement = Placement.objects.get()
    assert (placement.room, placement.during.lower) == (rooms[1], at(10))
    assert "„KI im Bürgerbüro“" in " ".join(map(str, response.context["messages"]))


def test_the_same_form_sent_twice_is_carried_out_once(organiser, address, plan, rooms):
    session = add_session(plan)
    page = organiser.get(address(session))
    data = {**fields(page, "place"), "place-room": str(rooms[0].pk), "place-starts": starts_of(page, "10:00")}
    assert [organiser.post(address(session), data).status_code for _ in range(2)] == [302, 302]
    assert PlanChange.objects.count() == 1


def test_what_blocks_is_said_and_what_was_chosen_stays(organiser, address, plan, rooms):
    host = add_host(plan, "Alex Beispiel")
    put(add_session(plan, "Eins", host), rooms[0], 9, 10)
    session = add_session(plan, "Zwei", host)
    page = organiser.get(address(session))
    data = {**fields(page, "place"), "place-room": str(rooms[1].pk), "place-starts": starts_of(page, "09:00")}
    response = organiser.post(address(session), data)
    assert response.status_code == 409
    body = text_of(response)
    assert "Alex Beispiel" in body
    assert "„Eins“" in body
    assert f'<option value="{rooms[1].pk}" selected>' in body
    assert not PlanChange.objects.exists()
    again = fields(response, "place")
    assert again["place-key"] != data["place-key"]
    again["place-starts"] = starts_of(page, "10:00")
    assert organiser.post(address(session), again).status_code == 302


def test_a_session_that_somebody_moved_meanwhile_is_not_moved_blindly(organiser, address, plan, rooms):
    session = add_session(plan, "Eins")
    page = organiser.get(address(session))
    Session.objects.filter(pk=session.pk).update(version=7)
    data = {**fields(page, "place"), "place-room": str(rooms[0].pk), "place-starts": starts_of(page, "10:00")}
    response = organiser.post(address(session), data)
    assert response.status_code == 409
    assert "geändert" in text_of(response)
    assert fields(response, "place")["place-seen"] == "7"
    assert organiser.post(address(session), fields(response, "place")).status_code == 302


def test_sessions_are_swapped_and_taken_out(organiser, address, plan, rooms):
    one, two = add_session(plan, "Eins"), add_session(plan, "Zwei")
    put(one, rooms[0], 9, 10)
    put(two, rooms[1], 10, 11)
    page = organiser.get(address(one))
    data = {**fields(page, "swap"), "swap-other": f"{two.pk}:{two.version}"}
    assert organiser.post(address(one), data).status_code == 302
    assert Placement.objects.get(session=one).room == rooms[1]
    page = organiser.get(address(one))
    assert organiser.post(address(one), fields(page, "remove")).status_code == 302
    assert not Placement.objects.filter(session=one).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"place-room": str(uuid.uuid4())},
        {"place-room": "Raum 1"},
        {"place-starts": "2001-01-01T09:00:00Z"},
        {"place-key": "kein-uuid"},
        {"place-seen": "-1"},
        {"place-seen": "99999999999999999999"},
        {"place-starts": ""},
    ],
)
def test_what_no_form_holds_changes_nothing(organiser, address, plan, rooms, changes):
    session = add_session(plan)
    page = organiser.get(address(session))
    data = {**fields(page, "place"), "place-room": str(rooms[0].pk), "place-starts": starts_of(page, "10:00")}
    response = organiser.post(address(session), {**data, **changes})
    assert response.status_code == 200
    assert "error-summary" in text_of(response)
    assert not PlanChange.objects.exists()


def test_a_proposal_that_is_not_accepted_is_refused_with_the_way_out(organiser, address, plan, rooms):
    session = add_session(plan, "Idee", state=Session.State.PROPOSED)
    page = organiser.get(address(session))
    data = {**fields(page, "place"), "place-room": str(rooms[0].pk), "place-starts": starts_of(page, "10:00")}
    response = organiser.post(address(session), data)
    assert response.status_code == 422
    assert "„Idee“" in text_of(response)


def test_undo_takes_back_what_was_done(organiser, address, base, plan, rooms):
    session = add_session(plan)
    page = organiser.get(address(session))
    data = {**fields(page, "place"), "place-room": str(rooms[0].pk), "place-starts": starts_of(page, "10:00")}
    organiser.post(address(session), data)
    number = PlanChange.objects.get().number
    undo = {"number": number, "back": "history"}
    response = organiser.post(f"{base}rueckgaengig/", undo)
    assert response.headers["Location"] == f"{base}verlauf/"
    assert not Placement.objects.exists()
    told = organiser.post(f"{base}rueckgaengig/", undo, follow=True)
    assert "geändert" in " ".join(map(str, told.context["messages"]))
    assert [
        organiser.post(f"{base}rueckgaengig/", {"number": bad}).status_code for bad in ("", "x", "²")
    ] == [404] * 3


def test_only_organisers_plan(guest, stranger, address, base, plan, rooms):
    session = add_session(plan)
    for path in (address(session), f"{base}planen/", f"{base}freigaben/", f"{base}verlauf/"):
        assert guest.get(path).headers["Location"].startswith("/konto/login/")
        assert stranger.get(path).status_code == 403
    assert stranger.post(address(session), {"do": "remove"}).status_code == 403
    assert stranger.post(f"{base}rueckgaengig/", {"number": 1}).status_code == 403
    assert not PlanChange.objects.exists()


def test_a_session_of_another_event_is_not_found(organiser, section, base):
    other = add_session(add_plan(add_desk(add_event(section, "Zweites Barcamp"))))
    assert organiser.get(f"{base}planen/{other.pk}/").status_code == 404
