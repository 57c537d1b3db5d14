"""Reads ``docs/permissions.md``: its tables of who may do what, cell by cell, and its list of open pages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"

PEOPLE = (
    "Gast", "Konto", "gesperrt", "Heimat", "Heimat alt", "Mitglied", "Autor/in", "Redaktion", "Koordination",
    "andere", "Betrieb", "Peer",
)  # fmt: skip
"""Columns of the tables about people, in their order."""

HUBS = ("unsigniert", "Peer", "pausiert", "blockiert", "unbekannt", "gefälscht")
"""Columns of the table about other instances."""

ANSWERS = (
    "ja", "nein", "401", "403", "404", "Anmeldung", "Start", "Heimat", "Bestätigung", "Einrichtung",
)  # fmt: skip
"""What a cell may say. Everything but „ja“ is a refusal."""

DIMENSIONS = ("Art", "Von", "Inhalt")
KINDS = ("Bericht", "Baustein", "Termin", "Kommune")
PLACES = ("A", "B", "C")
AUDIENCES = ("öffentlich", "Mitglieder", "Instanz")


@dataclass(frozen=True)
class Case:
    """What an action is tried on: address, kind, where it is from, audience; empty where a row names none."""

    action: str
    address: str = ""
    kind: str = ""
    place: str = ""
    content: str = ""

    def __str__(self) -> str:
        named = (self.action, self.address, self.kind, self.place, self.content)
        return " ".join(filter(None, named))


@dataclass(frozen=True)
class Cell:
    """One cell: who tries what, on every case its row stands for, and what the table says comes of it."""

    cases: tuple[Case, ...]
    caller: str
    expected: str

    def __str__(self) -> str:
        first = self.cases[0]
        address = first.address if first.action.endswith("ffnen") else ""
        named = (first.action, address, first.content, first.place, self.caller)
        return " · ".join(filter(None, named))


@dataclass(frozen=True)
class Table:
    """One table: its heading, its columns of callers, its rows as written."""

    heading: str
    callers: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    def cases(self, row: Mapping[str, str]) -> tuple[Case, ...]:
        """The cases a row stands for: its dimensions may name several values, parted by commas."""
        options = [_values(row.get(name, "")) for name in DIMENSIONS]
        address = row.get("Adresse", "").strip("`")
        return tuple(Case(row["Handlung"], address, *values) for values in itertools.product(*options))

    def cells(self) -> Iterator[Cell]:
        """All cells."""
        for row in self.rows:
            for caller in self.callers:
                yield Cell(self.cases(row), caller, row[caller])


def read_tables(text: str | None = None) -> list[Table]:
    """The tables whose first column is „Handlung“. Raises ValueError for a row of the wrong length."""
    tables, heading, lines = [], "", (text or DOCUMENT.read_text("utf-8")).splitlines()
    for number, line in enumerate(lines):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        if line.startswith("| Handlung |"):
            header = _split(line)
            rows = itertools.takewhile(lambda row: row.startswith("|"), lines[number + 2 :])
            tables.append(_build(heading, header, [_split(row) for row in rows]))
    return tables


def read_addresses(tables: Iterable[Table]) -> set[str]:
    """Every address that a row names, as the resolver has it."""
    return {path for table in tables for row in table.rows for path in _addresses(row["Adresse"])}


def read_list(heading: str) -> list[str]:
    """The addresses of a list under that heading."""
    return _addresses(_part(DOCUMENT.read_text("utf-8"), heading))


def read_legend() -> set[str]:
    """The answers that the legend explains."""
    part = _part(DOCUMENT.read_text("utf-8"), "Lesart")
    return set(re.findall(r"^- \*\*(.+?)\*\*", part, re.MULTILINE))


def _part(text: str, heading: str) -> str:
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def _addresses(text: str) -> list[str]:
    return re.findall(r"`(/[^`]*)`", text)


def _build(heading: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{heading}: {len(row)} cells instead of {len(header)} in {row}")
    callers = tuple(name for name in header if name not in ("Handlung", "Adresse", *DIMENSIONS))
    return Table(heading, callers, tuple(dict(zip(header, row, strict=True)) for row in rows))


def _split(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _values(text: str) -> list[str]:
    return [value.strip() for value in text.split(",")]
