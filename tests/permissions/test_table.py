"""Each cell of ``docs/permissions.md``, tried on the running site; nothing is missing on either side."""

from __future__ import annotations

import pytest

from tests.permissions import (  # noqa: F401 - register
    announcing,
    circling,
    comparing,
    documentation,
    door,
    drafting,
    drafts,
    following,
    formats,
    gridding,
    hubs,
    interfaces,
    library,
    living,
    messages,
    moderating,
    newsletter,
    notifying,
    noting,
    opening,
    organising,
    peering,
    people,
    phrasing,
    planning,
    printing,
    proposing,
    publiccode,
    reading,
    registering,
    restoring,
    results,
    reviewing,
    search_index,
    searches,
    searching,
    similar,
    staging,
    statements,
    taking_away,
    tokens,
    translating,
    uploading,
    webhooks,
    words,
    writing,
)
from tests.permissions.probes import PROBES, attempt
from tests.permissions.table import ANSWERS, AUDIENCES, HUBS, KINDS, PEOPLE, Cell, read_legend, read_tables
from tests.permissions.world import World

pytestmark = pytest.mark.django_db

TABLES = read_tables()
CELLS = [cell for table in TABLES for cell in table.cells()]


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_what_happens_is_what_the_table_says(world: World, cell: Cell) -> None:
    happened = {str(case): attempt(world, cell.caller, case) for case in cell.cases}
    assert happened == dict.fromkeys(happened, cell.expected)


def test_every_row_has_a_probe_and_every_probe_a_row() -> None:
    assert {cell.cases[0].action for cell in CELLS} == set(PROBES)


def test_every_table_has_everybody() -> None:
    assert {table.callers for table in TABLES} == {PEOPLE, HUBS}


def test_everybody_is_in_the_world(world: World) -> None:
    assert (set(world.people), set(world.hubs)) == (set(PEOPLE), set(HUBS))


def test_no_row_stands_twice() -> None:
    tried = [(str(case), cell.caller) for cell in CELLS for case in cell.cases]
    assert len(tried) == len(set(tried))


def test_the_legend_explains_every_answer_and_no_other_is_used() -> None:
    assert read_legend() == set(ANSWERS)
    assert {cell.expected for cell in CELLS} <= set(ANSWERS)


def test_reading_is_said_for_every_audience_and_for_every_kind() -> None:
    reading_table = next(table for table in TABLES if table.heading == "Lesen")
    cases = [case for row in reading_table.rows for case in reading_table.cases(row)]
    for action in {case.action for case in cases}:
        assert {case.content for case in cases if case.action == action} >= {"Mitglieder"}, action
        if not action.startswith("Datei unter"):
            assert {case.content for case in cases if case.action == action} == set(AUDIENCES), action
            assert {case.place for case in cases if case.action == action} == {"A", "B", "C"}, action
    assert {case.kind for case in cases if case.action == "Seite lesen"} == set(KINDS)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("| a | b | ja |", "cells instead of"),
        ("| a | b | ja | ja | ja |", "cells instead of"),
    ],
)
def test_a_row_of_the_wrong_length_is_refused(line: str, fault: str) -> None:
    text = f"## X\n\n| Handlung | Adresse | Gast | Konto |\n|---|---|---|---|\n{line}\n"
    with pytest.raises(ValueError, match=fault):
        read_tables(text)
