"""What browsers are told by the live process, as it runs on a server."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from events.live.changes import KEPT
from events.live.notices import write_notice
from events.live.state import build_state
from events.live.tickets import HOURS, stream_address, write_ticket
from events.models import EventPage, LiveChange, LiveHead, Notice, Placement, Session
from tests.events.live.conftest import open_day, open_plan, place, soon
from tests.events.live.process import Stream, health, live_process, wait_until
from tests.factories.events import add_host, add_session

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(scope="module")
def origin(django_db_setup):
    """One process for all tests here: the database is the same, and each has events of its own."""
    with live_process() as address:
        yield address


@pytest.fixture
def address(desk, plan) -> str:
    return stream_address(desk, timezone.now())


def number_of(desk) -> int:
    return LiveHead.objects.get(desk=desk).number


def backends(name: str = "events_live") -> list[int]:
    """The process ids of the server's connections of that name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s",
            [name],
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_a_committed_move_is_told_as_it_is(origin, address, desk, plan, rooms):
    session = add_session(plan, "KI im Bürgerbüro", add_host(plan, "Alex Beispiel"))
    placement = place(session, rooms[0], 10)
    with Stream(origin, address, after=number_of(desk)) as stream:
        assert (stream.status, stream.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
        began = time.monotonic()
        with transaction.atomic():
            placement.room = rooms[1]
            placement.save()
        heard = stream.next()
        took = time.monotonic() - began
    state = build_state(desk, timezone.now())
    assert heard.name == "change"
    assert heard.data == {
        "number": state["number"],
        "kind": "session",
        "subject": str(session.pk),
        "card": state["cards"][0],
    }
    assert heard.id == str(state["number"])
    assert state["cards"][0]["room"] == str(rooms[1].pk)
    assert took < 2


def test_nothing_is_told_that_was_not_committed(origin, address, desk, plan, rooms):
    with Stream(origin, address, after=number_of(desk)) as stream:
        with transaction.atomic():
            add_session(plan, "Verworfen")
            transaction.set_rollback(True)
        kept = add_session(plan, "Geblieben")
        assert stream.next().data["subject"] == str(kept.pk)


def test_each_kind_is_told_under_its_name(origin, address, desk, plan, rooms):
    with Stream(origin, address, after=number_of(desk)) as stream:
        rooms[0].name = "Saal"
        rooms[0].save()
        notice = write_notice(desk, "Das Essen ist da.", None, None, timezone.now())
        plan.bands.get().delete()
        room, told, band = (heard.data for heard in stream.take(3))
    assert (room["kind"], room["room"]["name"]) == ("room", "Saal")
    assert (told["kind"], told["notice"]["text"]) == ("notice", "Das Essen ist da.")
    assert told["subject"] == str(notice.pk)
    assert (band["kind"], band["band"]) == ("band", None)


def test_whoever_comes_back_misses_nothing_and_hears_nothing_twice(origin, address, desk, plan):
    with Stream(origin, address, after=number_of(desk)) as stream:
        add_session(plan, "Vorher")
        last = int(stream.next().id)
    missed = [str(add_session(plan, f"Verpasst {number}").pk) for number in range(20)]
    with Stream(origin, address, after=0, last=last) as stream:
        heard = stream.take(20)
    assert [one.data["subject"] for one in heard] == missed
    assert [int(one.id) for one in heard] == list(range(last + 1, last + 21))


def test_a_new_process_resumes_where_the_old_one_ended(desk, plan):
    address = stream_address(desk, timezone.now())
    with live_process() as origin, Stream(origin, address, after=number_of(desk)) as stream:
        add_session(plan, "Vorher")
        last = int(stream.next().id)
    missed = [str(add_session(plan, f"Verpasst {number}").pk) for number in range(3)]
    with live_process() as origin, Stream(origin, address, last=last) as stream:
        assert [one.data["subject"] for one in stream.take(3)] == missed


def test_a_process_that_is_asked_to_end_lets_its_listeners_go(desk, plan):
    address = stream_address(desk, timezone.now())
    with ExitStack() as running:
        origin = running.enter_context(live_process())
        stream = Stream(origin, address, after=number_of(desk))
        wait_until(lambda: health(origin)["listeners"] == 1)
        began = time.monotonic()
        ending = Thread(target=running.close)
        ending.start()
        assert stream.next() is None
        ending.join()
        assert time.monotonic() - began < 5
        stream.close()


def test_a_resume_that_is_too_old_or_of_another_event_begins_anew(origin, address, desk, plan):
    add_session(plan, "Erste")
    add_many(desk, KEPT + 5)
    head = number_of(desk)
    for last in (1, head + 1000):
        with Stream(origin, address, last=last) as stream:
            reset = stream.next()
            assert (reset.name, reset.id) == ("reset", str(head))
            added = add_session(plan, "Danach")
            assert stream.next().data["subject"] == str(added.pk)
        head += 1
    with Stream(origin, address, last=head - 10) as stream:
        assert [int(one.id) for one in stream.take(10)] == list(range(head - 9, head + 1))


def add_many(desk, count: int) -> None:
    """So many changes in the past of a board."""
    head = number_of(desk)
    LiveChange.objects.bulk_create(
        LiveChange(desk=desk, number=head + number, at=timezone.now(), kind="room", subject=str(uuid.uuid4()))
        for number in range(1, count + 1)
    )
    LiveHead.objects.filter(desk=desk).update(number=head + count)


def test_a_forged_an_old_and_a_missing_ticket_are_refused(origin, desk, plan, section):
    now = timezone.now()
    other = open_day(section, "Anderes")
    valid = write_ticket(desk, now)
    signature = valid.rpartition(":")[2]
    swapped = f"{write_ticket(other, now).rpartition(':')[0]}:{signature}"
    old = write_ticket(desk, now - dt.timedelta(hours=HOURS + 1, minutes=1))
    early = write_ticket(desk, now + dt.timedelta(hours=2))
    for ticket in ("", "x", f"{valid}x", swapped, old, early):
        with Stream(origin, f"/live/?ticket={ticket}") as stream:
            assert stream.status == 403, ticket
    with Stream(origin, f"/live/?ticket={write_ticket(desk, now - dt.timedelta(hours=HOURS - 1))}") as stream:
        assert stream.status == 200


def test_proxies_pass_it_on_at_once_and_pages_of_the_hub_may_read_it(origin, address, desk, plan):
    """No proxy may hold it back, and the pages may come from another address than the stream."""
    pages = settings.WAGTAILADMIN_BASE_URL
    with Stream(origin, address) as stream:
        assert stream.headers["X-Accel-Buffering"] == "no"
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.headers["Access-Control-Allow-Origin"] == pages
    with Stream(origin, "/live/?ticket=x") as refused:
        assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (403, pages)


def test_what_is_not_live_tells_nothing(origin, section, desk, plan):
    ahead = open_day(section, "Morgen", starts=soon(600), ends=soon(900))
    over = open_day(section, "Gestern", starts=soon(-900), ends=soon(-600))
    draft = open_day(section, "Entwurf", live=False)
    for one in (ahead, over, draft):
        open_plan(one)
        with Stream(origin, stream_address(one, timezone.now())) as stream:
            assert stream.status == 204
    early = open_day(section, "Aufbau", starts=soon(60), ends=soon(600))
    early.goes_live = soon(-5)
    early.save()
    with Stream(origin, stream_address(early, timezone.now())) as stream:
        assert stream.status == 200


def test_a_cancelled_event_ends_its_streams(origin, address, desk):
    with Stream(origin, address, after=number_of(desk)) as stream:
        EventPage.objects.filter(pk=desk.event_id).update(status=EventPage.Status.CANCELLED)
        assert stream.next().name == "reset"
        assert stream.next() is None
    with Stream(origin, address) as stream:
        assert stream.status == 204
    desk.event.refresh_from_db()
    state = build_state(desk, timezone.now())
    assert (state["event"]["status"], state["stream"]) == ("cancelled", None)


def test_other_events_are_not_told(origin, address, desk, plan, section):
    other = open_plan(open_day(section, "Anderes"))
    with Stream(origin, address, after=number_of(desk)) as stream:
        add_session(other, "Nebenan")
        own = add_session(plan, "Hier")
        assert stream.next().data["subject"] == str(own.pk)


def test_many_listeners_take_one_connection_to_listen_and_none_each(origin, address, desk, plan):
    streams = [Stream(origin, address, after=number_of(desk)) for _ in range(60)]
    try:
        wait_until(lambda: health(origin)["listeners"] == 60)
        assert len(backends()) == 1
        assert len(backends("")) <= 3  # the test itself, and the process while it reads
        added = add_session(plan, "Für alle")
        assert {stream.next().data["subject"] for stream in streams} == {str(added.pk)}
    finally:
        for stream in streams:
            stream.close()
    wait_until(lambda: health(origin)["listeners"] == 0)


def test_a_lost_connection_comes_back_and_nothing_was_missed(origin, address, desk, plan):
    with Stream(origin, address, after=number_of(desk)) as stream:
        add_session(plan, "Vorher")
        stream.next()
        [lost] = backends()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [lost])
            wait_until(lambda: lost not in backends())
            missed = [str(add_session(plan, f"Dazwischen {number}").pk) for number in range(3)]
        assert [one.data["subject"] for one in stream.take(3)] == missed
        wait_until(lambda: len(backends()) == 1)
        after = add_session(plan, "Danach")
        assert stream.next().data["subject"] == str(after.pk)


def test_a_database_that_is_away_for_a_while_costs_nothing_but_time(desk, plan):
    """Its door is taken away and what stood is torn, as by a restart."""
    host = parse_qs(urlsplit(os.environ["DATABASE_URL"]).query).get("host", [""])[0]
    if not host:
        pytest.skip("the database is not reached through a socket in a directory")
    address = stream_address(desk, timezone.now())
    with TemporaryDirectory() as folder, ExitStack() as running:
        door, real = Path(folder) / ".s.PGSQL.5432", Path(host) / ".s.PGSQL.5432"
        door.symlink_to(real)
        origin = running.enter_context(live_process(sockets=Path(folder)))
        stream = running.enter_context(Stream(origin, address, after=number_of(desk)))
        add_session(plan, "Vorher")
        last = int(stream.next().id)
        door.unlink()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", [backends()])
        wait_until(lambda: not health(origin).get("listening"))
        missed = [str(add_session(plan, f"Dazwischen {number}").pk) for number in range(3)]
        door.symlink_to(real)
        heard = stream.take(3)
        assert [one.data["subject"] for one in heard] == missed
        assert [int(one.id) for one in heard] == [last + 1, last + 2, last + 3]
        wait_until(lambda: health(origin).get("listening"))


def test_whoever_does_not_read_holds_nobody_up(origin, address, desk, plan, rooms):
    parts = urlsplit(origin)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    slow.connect((parts.hostname, parts.port))
    slow.sendall(f"GET {address}&after={number_of(desk)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    wait_until(lambda: health(origin)["listeners"] == 1)
    session = add_session(plan, "Viel", summary="lang " * 300)
    place(session, rooms[0], 10)
    with Stream(origin, address, after=number_of(desk)) as quick:
        began = time.monotonic()
        for number in range(60):
            Session.objects.filter(pk=session.pk).update(title=f"Viel {number}")
            quick.next()
        assert time.monotonic() - began < 20
    slow.close()


def test_a_room_of_the_state_and_of_the_stream_are_the_same(origin, address, desk, plan, rooms):
    """A browser that took the state and applies what it hears has the state that is read afterwards."""
    session = add_session(plan, "Eins")
    state = build_state(desk, timezone.now())
    with Stream(origin, address, after=state["number"]) as stream:
        place(session, rooms[0], 10)
        Placement.objects.filter(session=session).update(room=rooms[1])
        Session.objects.filter(pk=session.pk).update(title="Eins, neu")
        Notice.objects.create(desk=desk, text="Achtung", at=timezone.now())
        for heard in stream.take(4):
            name = {"session": "card", "notice": "notice"}[heard.data["kind"]]
            key = f"{name}s"
            state[key] = [one for one in state[key] if one["id"] != heard.data["subject"]]
            state[key] += [heard.data[name]] if heard.data[name] else []
            state["number"] = heard.data["number"]
    fresh = build_state(desk, timezone.now())
    for name in ("number", "cards", "notices", "rooms"):
        assert json.dumps(state[name]) == json.dumps(fresh[name]), name
