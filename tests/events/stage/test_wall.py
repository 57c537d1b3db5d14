"""Writing down the wall of the room on a phone: a card, then its place."""

from __future__ import annotations

import datetime as dt

import pytest

from events.models import Availability, EventPage, Helper, Pitch, Placement, PlanChange, Session, SessionHost
from events.stage import services
from events.stage.services import Turn
from tests.events.stage.conftest import NOW, add_helper, new_key, phone_of, propose
from tests.factories.events import add_desk, add_event, add_host, add_plan, add_session, at, put

pytestmark = pytest.mark.django_db
WALL_QUERIES = 14


@pytest.fixture
def tap(helper, url):
    """Taps a place with a card in the hand, as its button would."""

    def send(session, client=helper, key=None, **button):
        session.refresh_from_db()
        data = {"key": str(key or new_key()), "session": str(session.pk), "seen": session.version}
        return client.post(url("wall"), {**data, **button}, follow=True)

    return send


def place_of(room, hour):
    return f"{room.pk}/{at(hour).astimezone(dt.UTC).isoformat().replace('+00:00', 'Z')}"


def body(response, status=200):
    assert response.status_code == status, response.status_code
    return response.content.decode()


def places():
    rows = Placement.objects.select_related("session", "room").order_by("during")
    return {row.session.title: (row.room.name, row.during.lower) for row in rows}


def test_what_waited_for_somebody_else_is_not_written_in_anybodys_name(helper, stranger, url, plan, rooms):
    own = helper.get(url("wall")).context["who"]
    card = {"add": "1", "key": str(new_key()), "title": "Vom Zettel", "host": "Kim"}
    assert helper.post(url("wall"), {**card, "who": "u1"}).status_code == 401
    assert stranger.post(url("wall"), {**card, "who": own}).status_code == 401
    assert not Session.objects.exists()
    assert helper.post(url("wall"), {**card, "who": own}).status_code == 302


def test_a_card_is_typed_and_hung_by_two_taps(helper, url, plan, rooms, tap):
    data = {
        "add": "1",
        "key": str(new_key()),
        "title": " Parken  ohne Schranke ",
        "host": "Kim Muster, Trier",
    }
    for _ in range(2):
        response = helper.post(url("wall"), data, follow=True)
    session = Session.objects.get()
    assert response.redirect_chain[-1][0].endswith(f"?karte={session.pk}")
    page = body(response)
    assert "Tippen Sie jetzt auf ihren Platz" in page
    assert f'value="{place_of(rooms[1], 10)}"' in page
    assert "Raum 2, 10:00" in body(tap(session, place=place_of(rooms[1], 10)))
    assert places() == {"Parken ohne Schranke": ("Raum 2", at(10))}
    assert [str(host) for host in session.hosts.all()] == ["Kim Muster, Trier"]


def test_what_was_presented_lies_on_top_with_its_hands(helper, url, plan):
    add_session(plan, "Angenommen ohne Bühne")
    for title, hands in (("Wenig", 3), ("Viel", 20)):
        pitch = services.queue_up(propose(plan, title), Turn(), NOW)
        services.call_next(plan.pk, new_key(), None, NOW)
        services.end(plan.pk, new_key(), pitch.pk, NOW, hands=hands)
    tray = helper.get(url("wall")).context["wall"].tray
    assert [(card.session["title"], card.hands) for card in tray] == [
        ("Viel", 20),
        ("Wenig", 3),
        ("Angenommen ohne Bühne", None),
    ]


def test_the_same_tap_twice_is_one_change(plan, rooms, tap):
    session, key = add_session(plan), new_key()
    for _ in range(2):
        assert "Raum 1, 09:00" in body(tap(session, key=key, place=place_of(rooms[0], 9)))
    assert PlanChange.objects.count() == 1


def test_one_tap_swaps_two_and_one_undoes_it(helper, url, plan, rooms, tap):
    one, two = add_session(plan, "Eins"), add_session(plan, "Zwei")
    put(one, rooms[0], 9, 10), put(two, rooms[1], 10, 11)
    page = body(helper.get(url("wall"), {"karte": str(one.pk)}))
    assert f'name="swap" value="{two.pk}/0"' in page
    assert "tauschen" in page
    tap(one, swap=f"{two.pk}/0")
    assert places() == {"Zwei": ("Raum 1", at(9)), "Eins": ("Raum 2", at(10))}
    change = PlanChange.objects.get()
    page = body(helper.post(url("wall"), {"key": str(new_key()), "undo": change.number}, follow=True))
    assert "Rückgängig gemacht" in page
    assert places() == {"Eins": ("Raum 1", at(9)), "Zwei": ("Raum 2", at(10))}


def test_a_card_without_a_place_takes_that_of_another(plan, rooms, tap):
    one, two = add_session(plan, "Eins"), add_session(plan, "Zwei")
    put(two, rooms[1], 10, 11)
    tap(one, swap=f"{two.pk}/0")
    assert places() == {"Eins": ("Raum 2", at(10))}


def test_a_card_is_taken_down(plan, rooms, tap):
    session = add_session(plan)
    put(session, rooms[0], 9, 10)
    tap(session, remove="1")
    assert places() == {}


def test_what_is_in_the_way_is_said_and_the_card_stays_in_the_hand(plan, rooms, tap):
    host = add_host(plan, "Alex Beispiel")
    put(add_session(plan, "Eins", host), rooms[0], 9, 10)
    session = add_session(plan, "Zwei", host)
    response = tap(session, place=place_of(rooms[1], 9))
    page = body(response, 409)
    assert "Alex Beispiel" in page
    assert "„Eins“" in page
    assert response.context["chosen"]["title"] == "Zwei"
    assert "Raum 1" in body(tap(session, place=place_of(rooms[0], 9)), 409)
    assert list(places()) == ["Eins"]


def test_helpers_read_hosts_as_they_agreed_to_be_named(helper, organiser, desk, url, plan, rooms, tap):
    host = add_host(plan, "Alex Beispiel", affiliation="Stadt Trier", email="alex@stadt.demo.invalid")
    one, two = add_session(plan, "Eins", host), add_session(plan, "Zwei", host)
    SessionHost.objects.update(is_named=False)
    put(one, rooms[0], 9, 10)
    shown = [helper.get(url("wall")), helper.get(url("wall"), {"karte": str(two.pk)})]
    shown.append(tap(two, place=place_of(rooms[1], 9)))
    Availability.objects.create(host=host, during=(at(15), at(16)))
    shown.append(tap(two, place=place_of(rooms[1], 13)))
    assert [response.status_code for response in shown] == [200, 200, 409, 409]
    for response in shown:
        assert "Alex" not in response.content.decode()
        assert "Stadt Trier" in response.content.decode()
    assert "Alex" not in body(helper.get(url("card", two.pk)))
    assert "Alex Beispiel" in body(organiser.get(url("wall")))
    assert "Alex Beispiel" in body(tap(two, client=organiser, place=place_of(rooms[1], 9)), 409)


def test_a_card_that_somebody_moved_meanwhile_is_not_moved_blindly(helper, url, plan, rooms):
    session = add_session(plan, version=4)
    data = {"key": str(new_key()), "session": str(session.pk), "seen": 3, "place": place_of(rooms[0], 9)}
    response = helper.post(url("wall"), data)
    assert "inzwischen geändert" in body(response, 409)
    assert response.context["chosen"]["version"] == 4
    assert not Placement.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"place": "kein Raum"},
        {"place": "/2027-03-12"},
        {"swap": "x/y"},
        {"undo": "99999999999999"},
        {"undo": "4"},
        {"remove": "1", "session": "x"},
        {"place": "x", "key": "x"},
        {"place": "x", "seen": "²"},
    ],
)
def test_what_is_malformed_changes_nothing(helper, url, plan, sent):
    session = add_session(plan)
    data = {"key": str(new_key()), "session": str(session.pk), "seen": "0", **sent}
    assert helper.post(url("wall"), data).status_code == 422
    assert not PlanChange.objects.exists()


def test_cards_of_other_events_are_not_moved(section, rooms, plan, tap, desk):
    foreign = add_session(add_plan(add_desk(add_event(section, "Anderes"))), "Fremd")
    assert tap(foreign, place=place_of(rooms[0], 9)).status_code == 422
    assert not Placement.objects.exists()


def test_a_card_without_a_title_says_so_and_keeps_the_host(helper, url, plan):
    page = body(helper.post(url("wall"), {"add": "1", "key": str(new_key()), "host": "Kim Muster"}), 422)
    assert "Bitte geben Sie den Titel ein" in page
    assert 'value="Kim Muster"' in page
    assert not Session.objects.exists()


def test_what_is_over_is_folded_away(helper, url, desk, plan, rooms):
    EventPage.objects.filter(pk=desk.event_id).update(starts=at(9, days=-1), ends=at(17, days=-1))
    plan.bands.all().delete()
    for days, hour in ((-1, 9), (30, 9)):
        plan.bands.create(during=(at(hour, days=days), at(hour + 1, days=days)))
    wall = helper.get(url("wall")).context["wall"]
    assert (len(wall.past), len(wall.ahead)) == (1, 1)


def test_only_helpers_at_the_wall_and_organisers(desk, plan, url, guest, stranger, member, organiser, helper):
    assert guest.get(url("wall"))["Location"].startswith("/konto/login/")
    for client in (stranger, member, phone_of(add_helper(desk, Helper.Task.DOOR))):
        assert client.get(url("wall")).status_code == 403
    for client in (organiser, helper):
        assert client.get(url("wall")).status_code == 200
    data = {"add": "1", "key": str(new_key()), "title": "Nein"}
    assert [client.post(url("wall"), data).status_code for client in (guest, stranger)] == [302, 403]
    assert not Session.objects.exists()


def test_a_page_that_shows_it_already_gets_nothing(helper, url, plan, rooms, tap):
    session = add_session(plan)
    stand = helper.get(url("wall")).context["stand_digest"]
    assert helper.get(url("wall"), {"stand": stand}).status_code == 204
    tap(session, place=place_of(rooms[0], 9))
    assert helper.get(url("wall"), {"stand": stand}).status_code == 200


def test_without_a_plan_the_page_says_so(helper, url, desk):
    assert "noch keinen Plan" in body(helper.get(url("wall")))
    assert helper.post(url("wall"), {"add": "1"}).status_code == 409


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    helper, url, plan, rooms, number, django_assert_num_queries
):
    for each in range(number):
        put(add_session(plan, f"Hängt {each}", add_host(plan, f"Host {each}")), rooms[0], 9 + each, 10 + each)
        loose = add_session(plan, f"Liegt {each}")
        Pitch.objects.create(plan=plan, session=loose, turn=each, state=Pitch.State.DONE, hands=each)
    helper.get(url("wall"))
    with django_assert_num_queries(WALL_QUERIES):
        page = body(helper.get(url("wall")))
    assert page.count("Hängt") == number
