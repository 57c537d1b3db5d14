"""The run as a whole: orders at four hubs, trouble all the while, one restored from a backup, the verdict."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.network import Author, RestlessNetwork
from tests.chaos.turmoil import Turmoil
from tests.chaos.verdict import list_lost_orders, wait_until_equal

PACE_SECONDS = 0.02
TROUBLE_EVERY = 9
EQUAL_SECONDS = 240.0
QUIET_SECONDS = 120.0
SEQ = "SELECT coalesce(max(seq), 0) FROM catalogue_loghead WHERE origin = %s"
WITHOUT_PAGES = "SELECT count(*) FROM catalogue_catalogueentry WHERE origin = %s AND recovered"


@dataclass
class Outcome:
    """How a run ended: ``faults`` is empty if all is well."""

    orders: int = 0
    acknowledged: int = 0
    troubles: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


class Run:
    """``count`` orders drawn from ``seed``, given to whichever hub's author is free."""

    def __init__(self, network: RestlessNetwork, seed: int, count: int, say: Callable[[str], None]) -> None:
        self.network, self.count, self.say = network, count, say
        self.chance = random.Random(seed)
        self.authors = {slug: Author(network, slug) for slug in network.hubs}
        self.turmoil = Turmoil(network, self.authors, self.chance)
        self.orders: dict[str, list[dict[str, Any]]] = {}
        self.given: dict[int, dict[str, Any]] = {}

    def go(self) -> Outcome:
        """Give all orders, let the network come to rest, and look."""
        started = time.monotonic()
        for author in self.authors.values():
            author.start()
        restored = self.chance.choice(list(self.authors))
        while len(self.given) < self.count:
            before = len(self.given)
            self._step()
            if len(self.given) == before:
                continue
            if len(self.given) == self.count // 3:
                self._pause_author(restored, lambda: self.network.backup(restored))
            if len(self.given) == 2 * self.count // 3:
                self._restore(restored)
            if len(self.given) % 50 == 0:
                self.say(f"{len(self.given)} of {self.count} orders, trouble: {self.turmoil.counts}")
        self._wait_for_answers()
        self.turmoil.end()
        faults = wait_until_equal(self.network, EQUAL_SECONDS) or list_lost_orders(self.network, self.orders)
        return Outcome(
            len(self.given),
            sum(order["acknowledged"] for order in self.given.values()),
            self.turmoil.counts,
            time.monotonic() - started,
            faults,
        )

    def _step(self) -> None:
        self._collect()
        self.turmoil.tend()
        free = [author for author in self.authors.values() if author.is_free]
        if not free:
            time.sleep(PACE_SECONDS)
            return
        author = self.chance.choice(free)
        order = self._draw(author.slug)
        self.given[order["number"]] = order
        self.orders.setdefault(order["page"], []).append(order)
        author.order({name: order[name] for name in ("number", "do", "page", "title")})
        if len(self.given) % TROUBLE_EVERY == 0:
            self.turmoil.strike()

    def _collect(self) -> None:
        for author in self.authors.values():
            if answer := author.answer():
                self.given[answer["number"]]["acknowledged"] = True

    def _draw(self, slug: str) -> dict[str, Any]:
        number = len(self.given)
        own = [page for page, given in self.orders.items() if given[0]["hub"] == slug]
        if not own or self.chance.random() < 0.35:
            page, do = f"unruhe-{slug}-{number}", "publish"
        else:
            page = self.chance.choice(own)
            do = self.chance.choices(("publish", "withdraw"), (5, 2))[0]
        title = f"Unruhe {slug} {number}"
        return {
            "number": number,
            "do": do,
            "page": page,
            "title": title,
            "hub": slug,
            "acknowledged": False,
        }

    def _pause_author(self, slug: str, act: Callable[[], None]) -> None:
        author = self.authors[slug]
        deadline = time.monotonic() + QUIET_SECONDS
        while author.waiting is not None and time.monotonic() < deadline:
            self._collect()
            time.sleep(PACE_SECONDS)
        author.kill()
        act()
        author.start()

    def _restore(self, slug: str) -> None:
        """Put a hub's backup back, once its peers hold all it has published.

        Where only one does, and that one is away just then, the log can fork (decision 0013). Its author goes
        on once the pages are back: nobody can change or withdraw a page that is not there yet.
        """
        self.network.mend_all()

        def restore() -> None:
            self._wait_until(lambda: self._is_held_by_its_peers(slug))
            published = self._count_published(slug, slug)
            self.say(f"{slug} is restored from its backup")
            self.network.restore(slug)
            self._wait_until(lambda: self._has_its_pages_back(slug, published))

        self._pause_author(slug, restore)

    def _wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + QUIET_SECONDS
        while not is_so() and time.monotonic() < deadline:
            self.turmoil.tend()
            time.sleep(0.2)

    def _is_held_by_its_peers(self, slug: str) -> bool:
        seqs = {self._count_published(slug, at) for at in self.network.hubs}
        return len(seqs) == 1

    def _has_its_pages_back(self, slug: str, published: int) -> bool:
        missing = self._ask(slug, WITHOUT_PAGES, slug)
        return self._count_published(slug, slug) >= published and not missing

    def _count_published(self, slug: str, at: str) -> int:
        """How much of a hub's log another one, or it itself, holds."""
        return self._ask(at, SEQ, slug)

    def _ask(self, at: str, statement: str, slug: str) -> int:
        with psycopg.connect(self.network.url(self.network.hubs[at])) as connection:
            row = connection.execute(statement, [self.network.hubs[slug].origin]).fetchone()
        return int(row[0]) if row else 0

    def _wait_for_answers(self) -> None:
        deadline = time.monotonic() + QUIET_SECONDS
        while any(author.waiting for author in self.authors.values()) and time.monotonic() < deadline:
            self._collect()
            self.turmoil.tend()
            time.sleep(PACE_SECONDS)


def run_chaos(state: Path, port_base: int, seed: int, count: int, say: Callable[[str], None]) -> Outcome:
    """A run in a network of its own, made from scratch and deleted afterwards if all is well."""
    RestlessNetwork(state, port_base, say).reset()
    with RestlessNetwork(state, port_base, say) as network:
        outcome = Run(network, seed, count, say).go()
    if not outcome.faults:
        RestlessNetwork(state, port_base, say).reset()
    return outcome
