"""``stand.json``, the board and the projector: what they show when, to whom, and by how many queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.grid.board import build_entries
from events.live.notices import end_notice, write_notice
from events.live.nownext import find_now_next
from events.live.programme import read_programme
from events.live.state import build_state, digest_state
from events.models import EventPage, Notice
from events.planning.releases import release_programme
from tests.events.live.conftest import open_day, open_plan, place, soon
from tests.factories.events import add_host, add_session

pytestmark = pytest.mark.django_db


def titles(state) -> list[str]:
    return [card["title"] for card in state["cards"]]


def test_on_the_day_every_move_is_public_at_once(desk, plan, rooms):
    now = timezone.now()
    session = add_session(plan, "KI im Bürgerbüro", add_host(plan, "Alex Beispiel"), summary="Was hilft?")
    placement = place(session, rooms[0], 10)
    state = build_state(desk, now)
    instant = "%Y-%m-%dT%H:%M:%SZ"
    assert {**state["cards"][0], "changed": None} == {
        "id": str(session.pk),
        "title": "KI im Bürgerbüro",
        "hosts": ["Alex Beispiel"],
        "summary": "Was hilft?",
        "room": str(rooms[0].pk),
        "starts": placement.during[0].strftime(instant),
        "ends": placement.during[1].strftime(instant),
        "changed": None,
    }
    assert [room["name"] for room in state["rooms"]] == ["Raum 1", "Raum 2"]
    assert [(band["label"], band["is_break"]) for band in state["bands"]] == [("Mittagspause", True)]
    assert state["stage"] == {"on_stage": None, "waiting": [], "presented": 0}
    assert state["stream"].startswith("/live/?ticket=")
    assert state["notices"] == []


@pytest.mark.parametrize("hours", [-3, 20])
def test_before_and_after_the_release_is_shown(desk, plan, rooms, hours):
    place(add_session(plan, "Freigegeben"), rooms[0], 10)
    release_programme(plan, "Erste", "", None, timezone.now())
    place(add_session(plan, "Danach geplant"), rooms[1], 10)
    state = build_state(desk, timezone.now() + dt.timedelta(hours=hours))
    assert titles(state) == ["Freigegeben"]
    assert (state["stream"], state["stage"]) == (None, None)
    assert [
        (card["room"], room["id"]) for card, room in zip(state["cards"], state["rooms"], strict=True)
    ] == [("Raum 1", "Raum 1")]
    assert [band["label"] for band in state["bands"]] == ["Mittagspause"]
    assert titles(build_state(desk, timezone.now())) == ["Danach geplant", "Freigegeben"]


def test_goes_live_says_from_when(section):
    desk = open_day(section, starts=soon(60), ends=soon(600))
    plan = open_plan(desk)
    place(add_session(plan, "Aufbau"), plan.rooms.first(), 70)
    assert titles(build_state(desk, timezone.now())) == []
    desk.goes_live = soon(-1)
    assert titles(build_state(desk, timezone.now())) == ["Aufbau"]


def test_a_cancelled_event_is_not_live(desk, plan, rooms):
    place(add_session(plan, "Eins"), rooms[0], 10)
    desk.event.status = EventPage.Status.CANCELLED
    state = build_state(desk, timezone.now())
    assert (titles(state), state["live"], state["event"]["status"]) == ([], None, "cancelled")


@pytest.mark.parametrize("count", [1, 3])
def test_the_state_takes_as_many_queries_for_many(
    guest, base, desk, plan, rooms, django_assert_num_queries, count
):
    for number in range(count):
        session = add_session(plan, f"Session {number}", add_host(plan, f"Person {number}"))
        place(session, rooms[0], 10 + 60 * number)
        write_notice(desk, f"Ansage {number}", None, None, timezone.now())
    guest.get(f"{base}tafel/stand.json")
    with django_assert_num_queries(QUERIES):
        state = guest.get(f"{base}tafel/stand.json").json()
    assert len(state["cards"]) == len(state["notices"]) == count


QUERIES = 13


def test_whoever_has_the_state_gets_304_until_something_changes(guest, base, desk, plan, rooms):
    first = guest.get(f"{base}tafel/stand.json")
    again = {"if-none-match": first.headers["ETag"]}
    assert guest.get(f"{base}tafel/stand.json", headers=again).status_code == 304
    write_notice(desk, "Das Essen ist da.", None, None, timezone.now())
    changed = guest.get(f"{base}tafel/stand.json", headers=again)
    assert (changed.status_code, changed.json()["notices"][0]["text"]) == (200, "Das Essen ist da.")


def test_the_time_alone_is_no_change(desk, plan):
    now = soon(0).replace(minute=1)
    one, two = (build_state(desk, now + dt.timedelta(minutes=more)) for more in (0, 30))
    assert one["now"] != two["now"]
    assert digest_state(one) == digest_state(two)


def test_the_state_of_a_draft_is_for_its_organisers(guest, organiser, section):
    draft = open_day(section, "Entwurf", live=False)
    address = f"/veranstaltungen/{draft.event.translation_key}/tafel/stand.json"
    assert guest.get(address).status_code == 404
    assert organiser.get(address).json()["stream"] is None


def test_now_and_next_go_by_the_time_that_is_given(desk, plan, rooms):
    for title, room, start in (
        ("Läuft", 0, -10),
        ("Läuft auch", 1, -5),
        ("Gleich", 0, 50),
        ("Später", 0, 200),
    ):
        place(add_session(plan, title), rooms[room], start)
    now = timezone.now()
    entries = build_entries(desk, read_programme(desk, now).slots, None)
    for at, running, following in (
        (now, ["Läuft", "Läuft auch"], ["Gleich"]),
        (soon(-10), ["Läuft"], ["Läuft auch"]),
        (soon(35), ["Läuft auch"], ["Gleich"]),
        (soon(40), [], ["Gleich"]),
        (soon(40) + dt.timedelta(days=3), [], []),
    ):
        near = find_now_next(entries, at)
        assert [entry.slot.title for entry in near.now] == running
        assert [entry.slot.title for entry in near.next] == following


def test_board_and_projector_say_it_without_scripts(guest, base, desk, plan, rooms):
    place(add_session(plan, "Läuft"), rooms[0], -10)
    write_notice(desk, "Das Essen ist da.", None, None, timezone.now())
    for page in ("programm/", "projektor/", "projektor/?licht=dunkel", "projektor/?licht=bunt"):
        body = guest.get(f"{base}{page}").content.decode()
        assert "Läuft" in body
        assert "Jetzt" in body
        assert "Das Essen ist da." in body
    assert 'data-light="dark"' in guest.get(f"{base}projektor/?licht=dunkel").content.decode()
    assert guest.get(f"{base}programm/").context["is_live"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_projector_takes_as_many_queries_for_many(
    guest, base, plan, rooms, django_assert_num_queries, count
):
    for number in range(count):
        place(add_session(plan, f"Session {number}"), rooms[0], -10 + 60 * number)
    guest.get(f"{base}projektor/")
    with django_assert_num_queries(PROJECTOR_QUERIES):
        guest.get(f"{base}projektor/")


PROJECTOR_QUERIES = 9


def test_the_worker_is_served_where_its_pages_are(guest, db):
    response = guest.get("/veranstaltungen/sw.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "no-cache"
    assert b"PAGES" in response.content


class TestNotices:
    """What organisers announce."""

    def test_it_is_written_seen_and_ended(self, organiser, guest, base, desk):
        address = f"{base}tagung/ansagen/"
        text = "Das Essen\n ist da."
        response = organiser.post(address, {"text": text, "lasts": "60"}, follow=True)
        assert "Angesagt" in response.content.decode()
        notice = Notice.objects.get()
        assert notice.text == "Das Essen ist da."
        assert dt.timedelta(minutes=59) < notice.until - timezone.now() < dt.timedelta(minutes=61)
        assert "Das Essen ist da." in guest.get(f"{base}programm/").content.decode()
        for said in ("nicht mehr zu sehen", "schon vorbei"):
            assert said in organiser.post(address, {"end": notice.pk}, follow=True).content.decode()
        assert guest.get(f"{base}tafel/stand.json").json()["notices"] == []
        assert "Das Essen ist da." in organiser.get(address).content.decode()

    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, organiser, base, desk):
        long = "lang " * 60
        response = organiser.post(f"{base}tagung/ansagen/", {"text": long, "lasts": "60"})
        assert long.strip() in response.content.decode()
        assert "error-summary" in response.content.decode()
        organiser.post(f"{base}tagung/ansagen/", {"text": "Kurz", "lasts": "999"})
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("end", ["", "x", "²", "99999999999999999999"])
    def test_what_no_button_says_ends_nothing(self, organiser, base, desk, end):
        assert organiser.post(f"{base}tagung/ansagen/", {"end": end}).status_code == 404

    def test_the_notice_of_another_event_stays(self, organiser, base, desk, section):
        other = open_day(section, "Anderes")
        notice = write_notice(other, "Dort", None, None, timezone.now())
        organiser.post(f"{base}tagung/ansagen/", {"end": notice.pk})
        assert not end_notice(desk, notice.pk, timezone.now())
        notice.refresh_from_db()
        assert notice.until is None

    def test_the_same_words_twice_are_one_announcement(self, desk):
        for until in (soon(10), soon(20)):
            write_notice(desk, "Achtung", until, None, timezone.now())
        assert Notice.objects.get().until == soon(20)

    def test_to_the_end_is_to_the_end_of_the_event(self, organiser, base, desk):
        organiser.post(f"{base}tagung/ansagen/", {"text": "Bis zuletzt", "lasts": ""})
        assert Notice.objects.get().until == desk.event.ends

    def test_only_organisers_announce(self, guest, base, desk):
        response = guest.post(f"{base}tagung/ansagen/", {"text": "Falsch", "lasts": "60"})
        assert response.headers["Location"].startswith("/konto/login/")
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_as_many_queries_for_many(
        self, organiser, base, desk, django_assert_num_queries, count
    ):
        for number in range(count):
            write_notice(desk, f"Ansage {number}", None, None, timezone.now())
        organiser.get(f"{base}tagung/ansagen/")
        with django_assert_num_queries(NOTICE_QUERIES):
            organiser.get(f"{base}tagung/ansagen/")


NOTICE_QUERIES = 8
