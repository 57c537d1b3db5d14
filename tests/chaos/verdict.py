"""What has to be true in the end: equal catalogues and heads, empty quarantines, nothing lost or doubled."""

from __future__ import annotations

import time
from typing import Any

import psycopg

from tests.chaos.network import RestlessNetwork

LOOK_SECONDS = 0.5

HEADS = "SELECT origin, epoch, seq, head_hash FROM catalogue_loghead WHERE seq > 0"
CATALOGUE = """
    SELECT origin, object_id, revision, digest FROM catalogue_catalogueentry
    WHERE state = 'live' AND audience <> 'instance' AND NOT hidden
"""
CHAINS = """
    SELECT origin, epoch, count(*), max(seq) FROM catalogue_change GROUP BY origin, epoch
"""
PAGES = """
    SELECT report.summary, page.title, page.live
    FROM content_casereportpage report JOIN wagtailcore_page page ON page.id = report.page_ptr_id
    WHERE report.summary LIKE 'unruhe-%'
"""
SHOWN = """
    SELECT title FROM catalogue_catalogueentry
    WHERE origin = %s AND kind = 'case_report' AND state = 'live' AND NOT hidden
"""
QUARANTINED = "SELECT object_id, reason FROM federation_quarantined"
MARKS = "SELECT key, error FROM catalogue_mark"


def wait_until_equal(network: RestlessNetwork, seconds: float) -> list[str]:
    """Wait until all hubs hold the same; returns what still differs after that time, else nothing."""
    deadline = time.monotonic() + seconds
    while faults := list_differences(network):
        if time.monotonic() > deadline:
            return faults
        time.sleep(LOOK_SECONDS)
    return []


def list_differences(network: RestlessNetwork) -> list[str]:
    """What is not as it has to be in the end, in words."""
    heads, catalogues, faults = {}, {}, []
    for slug, hub in network.hubs.items():
        with psycopg.connect(network.url(hub)) as connection:
            heads[slug] = set(connection.execute(HEADS).fetchall())
            catalogues[slug] = set(connection.execute(CATALOGUE).fetchall())
            faults += [f"{slug} has in quarantine: {row}" for row in connection.execute(QUARANTINED)]
            faults += [f"{slug} has not settled: {row}" for row in connection.execute(MARKS)]
            faults += [
                f"{slug} holds {count} changes of {origin} {epoch}, which ends at {last}"
                for origin, epoch, count, last in connection.execute(CHAINS)
                if count != last
            ]
    first = next(iter(network.hubs))
    for slug in network.hubs:
        if heads[slug] != heads[first]:
            faults.append(f"heads of {slug} and {first} differ: {sorted(heads[slug] ^ heads[first])}")
        if catalogues[slug] != catalogues[first]:
            differing = sorted(catalogues[slug] ^ catalogues[first])
            faults.append(f"catalogues of {slug} and {first} differ in {len(differing)}: {differing[:5]}")
    return faults


def list_lost_orders(network: RestlessNetwork, orders: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Which pages are not as the last acknowledged order left them, or one begun after it.

    ``orders`` holds by page what was ordered, in order, each with ``hub`` and ``acknowledged``. Then each hub
    has to show exactly the live ones of the pages, each once.
    """
    faults: list[str] = []
    live: dict[str, list[str]] = {slug: [] for slug in network.hubs}
    for slug, hub in network.hubs.items():
        with psycopg.connect(network.url(hub)) as connection:
            pages = {row[0]: (row[1], row[2]) for row in connection.execute(PAGES)}
        for page, given in orders.items():
            if given[0]["hub"] != slug:
                continue
            allowed = _allowed(given)
            title, is_live = pages.get(page, ("", False))
            state = title if is_live else ""
            if state not in allowed:
                faults.append(f"{page} at {slug} is {state!r} and not one of {sorted(allowed)}")
            if is_live:
                live[slug].append(title)
    for slug, hub in network.hubs.items():
        with psycopg.connect(network.url(hub)) as connection:
            for other, titles in live.items():
                shown = [row[0] for row in connection.execute(SHOWN, [network.hubs[other].origin])]
                if sorted(shown) != sorted(titles):
                    differing = sorted(set(shown) ^ set(titles)) or "the number of each"
                    faults.append(f"{slug} shows of {other} {len(shown)}, not {len(titles)}: {differing}")
    return faults


def _allowed(given: list[dict[str, Any]]) -> set[str]:
    """Titles the page may have in the end, "" for none: of the last acknowledged order and those after it."""
    last = max((at for at, order in enumerate(given) if order["acknowledged"]), default=-1)
    allowed = {_outcome(order) for order in given[max(last, 0) :]}
    return allowed if last >= 0 else allowed | {""}


def _outcome(order: dict[str, Any]) -> str:
    return "" if order["do"] == "withdraw" else str(order["title"])
