"""What is wrong with a file, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """A line, counted from 1, and a sentence that says what is wrong there."""

    line: int
    sentence: str


class Unreadable(Exception):
    """The file is no XML or JSON at all; ``fault`` says where reading it ended."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(line, sentence)
