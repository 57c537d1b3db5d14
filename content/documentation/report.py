"""What is told about documentation before it is taken over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Sort = Literal["mended", "broken", "skipped"]

SHOWN = 200
"""So many notes of a sort are kept; the others are counted."""


@dataclass(frozen=True)
class Note:
    """Something worth telling: where, and what. ``line`` counts from 1; 0 is the file as a whole."""

    path: str
    line: int
    text: str

    @property
    def place(self) -> str:
        """``docs/install.md:12``."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass
class Report:
    """Notes by sort: ``mended`` by itself, ``broken`` for the authors to mend, ``skipped`` on purpose."""

    notes: dict[Sort, list[Note]] = field(default_factory=lambda: {"mended": [], "broken": [], "skipped": []})
    counts: dict[Sort, int] = field(default_factory=lambda: {"mended": 0, "broken": 0, "skipped": 0})

    def add(self, sort: Sort, path: str, line: int, text: str) -> None:
        """Note it, once for each place."""
        note = Note(path, line, text)
        if note in self.notes[sort]:
            return
        self.counts[sort] += 1
        if len(self.notes[sort]) < SHOWN:
            self.notes[sort].append(note)

    def left_over(self, sort: Sort) -> int:
        """How many are not listed."""
        return self.counts[sort] - len(self.notes[sort])
