"""Trying to load a released programme on paper and for apps, and to print what organisers need."""

from __future__ import annotations

from tests.factories.events import add_participant, add_seat
from tests.permissions.gridding import _plan, _release
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

SHEETS = (
    "raeume.pdf", "sessionkarten.pdf", "namensschilder.pdf",
    "unterschriften.pdf", "evakuierung.pdf", "verpflegung.pdf",
)  # fmt: skip


def _load(world: World, caller: str, case: Case, rest: str, sign: bytes) -> str:
    """What one file answers; ``sign`` is how it begins where it is there."""
    key = world.items["Termin", case.place, case.content].uuid
    response = world.people[caller].get(f"/veranstaltungen/{key}/{rest}")
    return refusal(response) or granted(really=response.content.startswith(sign))


def _load_all(world: World, caller: str, case: Case, files: dict[str, bytes]) -> str:
    if case.place != "C":
        plan = _plan(world, case)
        release = _release(plan)
        release.slots = [{**slot, "room": "Saal"} for slot in release.slots]
        release.save()
        add_seat(add_participant(plan.desk, "Drucklich"))
    answers = {_load(world, caller, case, rest, sign) for rest, sign in files.items()}
    assert len(answers) == 1, answers
    return answers.pop()


@probe("freigegebenes Programm als PDF laden")
def load_programme(world: World, caller: str, case: Case) -> str:
    return _load_all(world, caller, case, {"druck/programm.pdf": b"%PDF"})


@probe("freigegebenes Programm für Apps laden")
def load_schedule(world: World, caller: str, case: Case) -> str:
    return _load_all(world, caller, case, {"schedule.xml": b"<?xml", "schedule.json": b"{"})


@probe("Druck für eine Veranstaltung wählen")
def choose(world: World, caller: str, case: Case) -> str:
    return _load_all(world, caller, case, {"druck/": b"<!doctype"})


@probe("Schilder und Listen einer Veranstaltung drucken")
def print_sheets(world: World, caller: str, case: Case) -> str:
    return _load_all(world, caller, case, {f"druck/{each}": b"%PDF" for each in SHEETS})
