"""The day of an event under load, over HTTP: check-in after a lost network, and the live board.

Part of :mod:`tests.load.bench_events`. It fails if a check-in was doubled or lost, if somebody at the board
missed a change, or if more connections to the database were held than may be.
"""

from __future__ import annotations

import datetime as dt
import random
import time
import uuid
from collections import Counter
from typing import Any

from fixtures.network.hubs import Hub
from fixtures.network.running import Network
from tests.load.audience import Audience
from tests.load.events_visitor import Visitor, together
from tests.load.scratch import ask
from tests.load.table import Row, beside_aim, percentile

PEOPLE, DEVICES, BATCH = 240, 4, 25
CLIENTS, MOVES, MOVES_AWAY = 350, 60, 10
PAUSE_SECONDS = 0.5
AIM_MS = 2000.0
"""Within which 95 of 100 browsers are to show a change."""
CONNECTIONS = 20
"""Connections to the database that pages, workers and the live process may hold together."""


def measure_door(network: Network, hub: Hub) -> list[Row]:
    """Four devices scanned without a network; each sends its batches twice, in any order, all at once."""
    made = _ask(network, hub, "door", PEOPLE, DEVICES)
    devices = [Visitor(hub, key) for key in made["signed_in"]]
    chance = random.Random(7)
    # Each badge is scanned by one device, every fifth by two: people walk in and out.
    scans: list[list[dict[str, str]]] = [[] for _ in devices]
    for number, badge in enumerate(made["badges"]):
        for device in chance.sample(range(DEVICES), 2 if number % 5 == 0 else 1):
            scans[device].append(_scan(chance, badge))
    batches = [_cut(chance, mine) for mine in scans]

    def send(visitor: Visitor, number: int) -> None:
        for batch in batches[number]:
            order = {"device_now": dt.datetime.now(dt.UTC).isoformat(), "scans": batch}
            visitor.order(f"/veranstaltungen/{made['key']}/einlass/eingaenge/", order)

    seconds = together(devices, send)
    answers = [answer for device in devices for answer in device.answers]
    statuses = Counter(answer.status for answer in answers)
    _must(set(statuses) == {200}, f"answers {statuses}")
    results: dict[str, set[str]] = {}
    for answer in answers:
        for each in answer.json()["answers"]:
            results.setdefault(each["key"], set()).add(each["result"])
    told = _ask(network, hub, "told-door", made["key"])
    number = sum(map(len, scans))
    _must(told["people"] == told["standing"] == PEOPLE, f"people {told}")
    _must(told["rows"] == number, f"{told['rows']} rows for {number} scans")
    _must(all(len(each) == 1 for each in results.values()), "the same scan was answered in two ways")
    _must(set.union(*results.values()) == {"in", "again"}, f"answers {results}")
    name = f"check-in, {DEVICES} devices, {number} scans sent twice"
    return [
        Row(f"{name}, p95 of a batch", percentile([each.seconds for each in answers], 0.95) * 1000, "ms"),
        Row(f"{name}, together", 2 * number / seconds, "1/s"),
        Row("check-in, people in and rows that say so", told["standing"], ""),
    ]


def _scan(chance: random.Random, badge: str) -> dict[str, str]:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=chance.uniform(0, 1800))
    return {
        "key": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "badge": badge,
        "at": at.isoformat(),
    }


def _cut(chance: random.Random, scans: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Batches, each of them twice, out of order."""
    batches = [scans[start : start + BATCH] for start in range(0, len(scans), BATCH)]
    return chance.sample(batches * 2, 2 * len(batches))


def measure_board(network: Network, hub: Hub) -> list[Row]:
    """350 browsers follow the board while sessions are moved; the live process dies and comes back."""
    made = _ask(network, hub, "board")
    mover = Visitor(hub, made["signed_in"][0])
    audience = Audience(hub.live_port, hub.host, made["ticket"], CLIENTS, made["head"])
    with audience:
        _must(audience.wait_until(made["head"], 60), "not everybody could connect")
        _move(mover, made, MOVES, 1)
        held = _ask(network, hub, "connections")
        at = _told_at(network, hub, made)
        _must(audience.wait_until(max(at), 30), "the last change did not reach everybody")
        delays = [got - at[number] for one in audience.listeners for number, got in one.got.items()]
        network.kill(hub.slug, "live")
        _move(mover, made, MOVES_AWAY, 2)
        network.start(hub.slug, "live")
        came_back = time.perf_counter()
        at = _told_at(network, hub, made)
        _must(audience.wait_until(max(at), 60), "not everybody came back")
        seconds = time.perf_counter() - came_back
    _judge(audience, set(at) - set(range(made["head"] + 1)))
    _must(sum(held.values()) <= CONNECTIONS, f"connections {held}")
    name = f"live board, {CLIENTS} browsers"
    return [
        Row(f"{name}, commit to browser, p50", percentile(delays, 0.5) * 1000, "ms"),
        beside_aim(f"{name}, commit to browser, p95", percentile(delays, 0.95) * 1000, "ms", AIM_MS),
        Row(f"{name}, changes each got", len(at) - made["head"], ""),
        Row(f"{name}, all back after the live process was killed", seconds, "s"),
        beside_aim(f"{name}, database connections of all processes", sum(held.values()), "", CONNECTIONS),
        Row(f"{name}, connections of the live process", held.get("events_live", 0), ""),
    ]


def _judge(audience: Audience, numbers: set[int]) -> None:
    """Everybody got every number, once, over however many connections, and nobody had to begin anew."""
    missed = sum(len(numbers - set(one.got)) for one in audience.listeners)
    _must(not missed, f"{missed} changes were missed")
    _must(not any(one.doubled or one.resets for one in audience.listeners), "a change came twice, or a reset")
    _must(all(one.connections >= 2 for one in audience.listeners), "somebody was never parted")


def _move(mover: Visitor, made: dict[str, Any], times: int, seed: int) -> None:
    """Place sessions in free places, one after the other."""
    path = f"/veranstaltungen/{made['key']}/programm"
    chance = random.Random(seed)
    for _ in range(times):
        session = chance.choice(mover.get(f"{path}/stand.json").json()["sessions"])
        order = {
            "key": str(uuid.uuid4()),
            "do": "place",
            "session": session["id"],
            "room": chance.choice(made["rooms"]),
            "starts": chance.choice(made["starts"]),
            "seen": session["version"],
        }
        answer = mover.order(f"{path}/befehle/", order)
        _must(answer.status in {200, 409}, f"answer {answer.status}: {answer.body[:80]!r}")
        time.sleep(PAUSE_SECONDS)


def _told_at(network: Network, hub: Hub, made: dict[str, Any]) -> dict[int, float]:
    at = _ask(network, hub, "told-board", made["key"])["at"]
    return {int(number): moment for number, moment in at.items()}


def _ask(network: Network, hub: Hub, *order: object) -> dict[str, Any]:
    return dict(ask(network.environment(hub), "tests.load.day_hub", *map(str, order)))


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)
