"""How each action of the tables is tried. A probe answers in the words of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from tests.permissions.table import Case
from tests.permissions.world import World

Probe = Callable[[World, str, Case], str]
PROBES: dict[str, Probe] = {}
DETOURS = {
    "/konto/login/": "Anmeldung",
    "/admin/login/": "Anmeldung",
    "/konto/reauthenticate/": "Bestätigung",
    "/konto/2fa/": "Einrichtung",
    "/konto/instanz/": "Heimat",
    "/admin/": "Start",
}
"""Where those are led who may not go on, and what the tables call it."""


def probe(action: str) -> Callable[[Probe], Probe]:
    """Try ``action`` by the decorated function."""

    def register(function: Probe) -> Probe:
        assert action not in PROBES, f"{action} has two probes"
        PROBES[action] = function
        return function

    return register


def attempt(world: World, caller: str, case: Case) -> str:
    """What comes of an action; whatever it wrote is undone."""
    with taken_back():
        return PROBES[case.action](world, caller, case)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written inside is undone."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]  # as Django's own, for blocks that must be outermost
    with atomic:
        try:
            yield
        finally:
            transaction.set_rollback(True)


def refusal(response: Any) -> str:
    """How a response refuses, or ``""`` if it does not."""
    status = response.status_code
    if status in (401, 403, 404, 410):
        return str(status)
    if status != 302:
        return ""
    target = urlsplit(response["Location"]).path
    return next((name for path, name in DETOURS.items() if target == path), "")


def granted(*, really: bool) -> str:
    """The answer of a probe that looks for an effect."""
    return "ja" if really else "nein"
