"""Events under load, over HTTP against running processes: grid, line for seats, vote, door and board.

``python -m tests.load.bench_events [PART …]`` starts a network of its own and prints the figures. It fails if
anything overlapped, deadlocked, was answered with a fault or counted wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from fixtures.network.hubs import CITIES, PROJECT, Hub
from fixtures.network.running import Network
from tests.load.bench_day import measure_board, measure_door
from tests.load.events_visitor import Visitor, together
from tests.load.scratch import ask
from tests.load.table import Row, beside_aim, percentile, print_table

STATE = PROJECT / ".state" / "bench-events"
EDITORS, WRITES = 30, 60
PAUSE_SECONDS = 2.0
"""Between two writes of one organiser, drawn from half to one and a half of it: brisk for a person."""
AIM_MS = 300.0
"""Within which 95 of 100 orders are to be answered."""
POLL_SECONDS = 3.0
"""After which the editor asks whether others changed something."""
WEB_PROCESSES = "2"
"""As the README tells a town to run it."""
SEATS, PEOPLE, CANCELLATIONS = 100, 300, 40
RUSH = 500
VOTERS, VOTES, TRIES = 300, 5, 7
VOTE_SECONDS, BURST = 180.0, 100


def measure_events(network: Network, parts: Sequence[str] = ()) -> list[Row]:
    """Figures of these parts, all by default. Raises ``RuntimeError`` if something is not as it has to be."""
    hub = network.hubs["mainz"]
    rows: list[Row] = []
    for part in parts or PARTS:
        print(f"{part} …", flush=True)
        rows += PARTS[part](network, hub)
    return rows


def measure_grid(network: Network, hub: Hub) -> list[Row]:
    """30 organisers place sessions at random, 60 times each."""
    made = _ask(network, hub, "grid", EDITORS)
    visitors = [Visitor(hub, key) for key in made["signed_in"]]
    path = f"/veranstaltungen/{made['key']}/programm"
    _must(visitors[0].get(f"{path}/stand.json").status == 200, "the plan cannot be read")

    def edit(visitor: Visitor, number: int) -> None:
        """As the editor does: it keeps what answers say, and polls."""
        chance = random.Random(number)
        first = visitor.get(f"{path}/stand.json")
        tag, asked = first.tag, time.perf_counter()
        sessions = {session["id"]: session for session in first.json()["sessions"]}
        for _ in range(WRITES):
            time.sleep(chance.uniform(0.5, 1.5) * PAUSE_SECONDS)
            if time.perf_counter() - asked > POLL_SECONDS:
                stand = visitor.get(f"{path}/stand.json", tag)
                tag, asked = stand.tag, time.perf_counter()
                if stand.status == 200:
                    sessions = {session["id"]: session for session in stand.json()["sessions"]}
            session = chance.choice(list(sessions.values()))
            answer = visitor.order(f"{path}/befehle/", _placing(chance, made, session))
            told = answer.json().get("sessions" if answer.status == 200 else "stand", [])
            sessions.update({one["id"]: one for one in told})

    seconds = together(visitors, edit)
    told = _ask(network, hub, "told-grid", made["key"])
    writes = [answer for visitor in visitors for answer in visitor.answers if answer.is_write]
    statuses = Counter(answer.status for answer in writes)
    _must(told["overlaps"] == 0, f"{told['overlaps']} overlaps")
    _must(told["deadlocks"] == 0, f"{told['deadlocks']} deadlocks")
    faults = Counter(answer.body[:80] for answer in writes if answer.status not in {200, 409})
    _must(not faults, f"answers {statuses}: {faults}")
    numbers = {answer.json()["number"] for answer in writes if answer.status == 200} - {None}
    _must(told["changes"] == len(numbers), f"{told['changes']} changes, {len(numbers)} confirmed")
    name = f"grid, {EDITORS} organisers"
    return [
        Row(f"{name}, p50", percentile([each.seconds for each in writes], 0.5) * 1000, "ms"),
        beside_aim(f"{name}, p95", percentile([each.seconds for each in writes], 0.95) * 1000, "ms", AIM_MS),
        Row(f"{name}, writes", len(writes) / seconds, "1/s"),
        Row(f"{name}, refused because taken or stale", statuses[409], "writes"),
        Row(f"{name}, overlaps, deadlocks and faults", told["overlaps"] + told["deadlocks"], ""),
    ]


def _placing(chance: random.Random, made: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "do": "place",
        "session": session["id"],
        "room": chance.choice(made["rooms"]),
        "starts": chance.choice(made["starts"]),
        "seen": session["version"],
    }


def measure_registration(network: Network, hub: Hub) -> list[Row]:
    """300 people for 100 seats; 40 cancel, others move up in order; after the start nobody does."""
    made = _ask(network, hub, "registration", PEOPLE, SEATS)
    visitors = [Visitor(hub, key) for key in made["signed_in"]]
    seconds = together(visitors, lambda visitor, number: _register(visitor, made["key"], number))
    _all_led_on(visitors)
    times = _p95(visitors)
    told = _ask(network, hub, "told-registration", made["key"])
    _must(told["states"] == {"confirmed": SEATS, "waiting": PEOPLE - SEATS}, f"states {told['states']}")
    seated = [visitors[made["emails"].index(email)] for email in told["seated"]]
    cancelling = seated[:: len(seated) // CANCELLATIONS][:CANCELLATIONS]
    together(cancelling, lambda visitor, number: _cancel(visitor))
    _all_led_on(cancelling)
    after = _ask(network, hub, "told-registration", made["key"])
    expected = {"confirmed": SEATS, "waiting": PEOPLE - SEATS - CANCELLATIONS, "cancelled": CANCELLATIONS}
    _must(after["states"] == expected, f"states {after['states']}")
    _must(after["in_order"] and not after["places_doubled"], "the line is out of order")
    _must(after["most_letters_of_a_kind"] == 1, "somebody got a letter twice")
    _ask(network, hub, "start", made["key"])
    together(
        [visitor for visitor in seated if visitor not in cancelling][:10],
        lambda visitor, number: _cancel(visitor),
    )
    end = _ask(network, hub, "told-registration", made["key"])
    _must(end["states"]["waiting"] == expected["waiting"], "somebody moved up after the start")
    _must(end["letters"] == after["letters"], "mails were written after the start")
    return [
        Row(f"registration, {PEOPLE} at once for {SEATS} seats, p95", times, "ms"),
        Row("registration, together", PEOPLE / seconds, "1/s"),
        Row("registration, moved up in order", CANCELLATIONS, "people"),
    ]


def measure_rush(network: Network, hub: Hub) -> list[Row]:
    """500 people for the last seat, all at once."""
    made = _ask(network, hub, "registration", RUSH, 1)
    visitors = [Visitor(hub, key) for key in made["signed_in"]]
    seconds = together(visitors, lambda visitor, number: _register(visitor, made["key"], number))
    _all_led_on(visitors)
    told = _ask(network, hub, "told-registration", made["key"])
    _must(told["states"] == {"confirmed": 1, "waiting": RUSH - 1}, f"states {told['states']}")
    _must(not told["places_doubled"], "a place in the line was given twice")
    return [
        Row(f"last seat, {RUSH} at once, p95", _p95(visitors), "ms"),
        Row(f"last seat, {RUSH} at once, all answered after", seconds, "s"),
    ]


def measure_votes(network: Network, hub: Hub) -> list[Row]:
    """300 voters in three minutes, each trying more often than allowed, at times 100 in a second."""
    made = _ask(network, hub, "votes", VOTERS)
    visitors = [Visitor(hub, key) for key in made["signed_in"]]
    chance = random.Random(5)
    tries = [(chance.uniform(0, VOTE_SECONDS), number) for number in range(VOTERS) for _ in range(TRIES)]
    for start in (30.0, 90.0, 150.0):
        burst = chance.sample(range(len(tries)), BURST)
        for place in burst:
            tries[place] = (start + chance.random(), tries[place][1])
    moments = {number: sorted(at for at, who in tries if who == number) for number in range(VOTERS)}

    def vote(visitor: Visitor, number: int) -> None:
        mine = random.Random(number)
        began = time.perf_counter()
        for at in moments[number]:
            time.sleep(max(0.0, began + at - time.perf_counter()))
            session = mine.choice(made["sessions"])
            visitor.post(f"/veranstaltungen/{made['key']}/vorschlaege/{session}/stimme/", {"want": "1"})

    together(visitors, vote)
    told = _ask(network, hub, "told-votes", made["key"])
    _all_led_on(visitors)
    _must(max(int(each) for each in told["each"]) <= VOTES, f"votes of one voter: {told['each']}")
    _must(told["rows"] == told["tally"], f"{told['rows']} votes, tally {told['tally']}")
    return [
        Row(f"vote, {VOTERS} voters, bursts of {BURST} in a second, p95", _p95(visitors), "ms"),
        Row("vote, tried and kept", told["rows"] / len(tries), "of 1"),
    ]


def _register(visitor: Visitor, key: str, number: int) -> None:
    fields = {"given_name": "DEMO", "family_name": f"Messung {number}", "affiliation": "Messung"}
    visitor.post(f"/veranstaltungen/{key}/anmelden/", fields)


def _cancel(visitor: Visitor) -> None:
    """By the link to which registering led."""
    visitor.post(urlsplit(visitor.answers[0].location).path + "absagen/", {})


def _all_led_on(visitors: Sequence[Visitor]) -> None:
    """Each form was taken: it leads to the next page."""
    statuses = Counter(answer.status for visitor in visitors for answer in visitor.answers)
    _must(set(statuses) == {302}, f"answers {statuses}")


def _p95(visitors: Sequence[Visitor]) -> float:
    times = [answer.seconds for visitor in visitors for answer in visitor.answers]
    return percentile(times, 0.95) * 1000


def _ask(network: Network, hub: Hub, *order: object) -> dict[str, Any]:
    return dict(ask(network.environment(hub), "tests.load.events_hub", *map(str, order)))


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RuntimeError(otherwise)


PARTS: dict[str, Callable[[Network, Hub], list[Row]]] = {
    "grid": measure_grid,
    "registration": measure_registration,
    "rush": measure_rush,
    "votes": measure_votes,
    "door": measure_door,
    "board": measure_board,
}


def main() -> None:
    """Measure in a network of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parts = parser.parse_args().parts
    if unknown := set(parts) - set(PARTS):
        parser.error(f"{', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    os.environ["WEB_CONCURRENCY"] = WEB_PROCESSES
    Network(STATE, 17301, cities=CITIES[:1]).reset()
    network = Network(STATE, 17301, say=lambda line: print(line, flush=True), cities=CITIES[:1])
    try:
        network.up()
        print_table(measure_events(network, parts))
    finally:
        network.stop()
    Network(STATE, 17301, cities=CITIES[:1]).reset()


if __name__ == "__main__":
    main()
