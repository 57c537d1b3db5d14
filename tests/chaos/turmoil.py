"""What goes wrong in a restless network, drawn from a seed: processes die, links are cut or slow."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from fixtures.network.running import ROLES
from tests.chaos.network import Author, RestlessNetwork

SHORTEST, LONGEST = 0.3, 4.0


@dataclass
class Turmoil:
    """Causes trouble and ends it again; ``counts`` says how much of each kind there was."""

    network: RestlessNetwork
    authors: dict[str, Author]
    chance: random.Random
    counts: dict[str, int] = field(default_factory=dict)
    _later: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def strike(self) -> None:
        """One trouble more, of a kind and at a place drawn from the seed."""
        kinds: list[tuple[int, Callable[[], object]]] = [
            (6, self._kill_worker),
            (3, self._kill_web),
            (2, self._kill_tasks),
            (2, self._kill_author),
            (1, self._kill_hub),
            (4, self._cut_link),
            (2, self._slow_link),
            (1, self._part_the_network),
        ]
        weights = [weight for weight, _ in kinds]
        _, strike = self.chance.choices(kinds, weights)[0]
        name = strike.__name__.lstrip("_").replace("_", " ")
        self.counts[name] = self.counts.get(name, 0) + 1
        strike()

    def tend(self) -> None:
        """End what has lasted long enough; call it often."""
        now = time.monotonic()
        due = [restore for at, restore in self._later if at <= now]
        self._later = [(at, restore) for at, restore in self._later if at > now]
        for restore in due:
            restore()

    def end(self) -> None:
        """End all of it now."""
        self._later = []
        self.network.mend_all()
        for author in self.authors.values():
            author.kill()

    def _after_a_while(self, restore: Callable[[], object]) -> None:
        self._later.append((time.monotonic() + self.chance.uniform(SHORTEST, LONGEST), restore))

    def _some_hub(self) -> str:
        return self.chance.choice(list(self.network.hubs))

    def _kill(self, slug: str, role: str) -> None:
        self.network.kill(slug, role)
        self._after_a_while(lambda: self.network.start(slug, role))

    def _kill_worker(self) -> None:
        self._kill(self._some_hub(), "worker")

    def _kill_web(self) -> None:
        self._kill(self._some_hub(), "web")

    def _kill_tasks(self) -> None:
        self._kill(self._some_hub(), "tasks")

    def _kill_author(self) -> None:
        author = self.authors[self._some_hub()]
        author.kill()
        author.start()

    def _kill_hub(self) -> None:
        slug = self._some_hub()
        for role in ROLES:
            self._kill(slug, role)

    def _cut_link(self) -> None:
        link = self.network.links[self.chance.choice(list(self.network.links))]
        link.cut()
        self._after_a_while(link.mend)

    def _slow_link(self) -> None:
        link = self.network.links[self.chance.choice(list(self.network.links))]
        link.delay = self.chance.uniform(0.05, 0.5)
        self._after_a_while(link.mend)

    def _part_the_network(self) -> None:
        """Two halves that do not reach each other."""
        half = set(self.chance.sample(list(self.network.hubs), 2))
        for (source, target), link in self.network.links.items():
            if (source in half) != (target in half):
                link.cut()
                self._after_a_while(link.mend)
