"""From an editor's publishing to a hit, one engine at a time: the worker of this hub runs beside.

What is asked again and again until it is found is one word, of which nothing else comes near.
"""

from __future__ import annotations

import time
from typing import Any

from content.models import BodyPage, CaseReportPage
from search.engines.base import Engine, EngineUnavailable, Query
from search.engines.choosing import engines
from tests.load.search_wording import place_name

PUBLISHES = 20
LOOK_SECONDS = 0.01
GIVE_UP_SECONDS = 30
UNUSED_PLACES = 3_000
"""Names of places from this number on stand in no made-up document."""


def measure() -> dict[str, Any]:
    """Seconds of the editor's request and from its beginning until each engine finds the report."""
    section = BodyPage.objects.filter(live=True, alias_of=None).first()
    if section is None:
        raise SystemExit("no section to publish in: load the demo content first")
    page = CaseReportPage(
        title="Messung",
        slug="messung-der-suche",
        summary="Ein erfundener Bericht, der nur zum Messen da ist.",
        topics=["ki"],
        demo=True,
        live=False,
        pitfalls=[("paragraph", "<p>Die Suche musste ihn gleich finden.</p>")],
    )
    section.add_child(instance=page)
    told: dict[str, Any] = {"request": [], "found": {engine.name: [] for engine in engines()}}
    for number in range(PUBLISHES):
        for place, engine in enumerate(engines()):
            word = place_name(UNUSED_PLACES + number * len(engines()) + place)
            page.title = f"Messung {word}"
            began = time.perf_counter()
            page.save_revision().publish()
            told["request"].append(time.perf_counter() - began)
            told["found"][engine.name].append(_arrival(word, engine) - began)
    return told


def _arrival(word: str, engine: Engine) -> float:
    """When the engine first found the only document with that word."""
    deadline = time.perf_counter() + GIVE_UP_SECONDS
    while not _finds(engine, word):
        if time.perf_counter() > deadline:
            raise SystemExit(f"{engine.name} does not find „{word}“ within {GIVE_UP_SECONDS} s")
        time.sleep(LOOK_SECONDS)
    return time.perf_counter()


def _finds(engine: Engine, word: str) -> bool:
    try:
        results = engine.search(Query(text=word))
    except EngineUnavailable:
        return False
    return results.whole > 0 and not results.did_you_mean
