"""What comes out of a model's answer: claims with quotes, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Quote:
    """A verified quote: ``wording`` stands, character for character, in the text of the passage.

    ``citation`` is the number, from 0, of its passage in ``Answer.retrieved``.
    """

    citation: int
    wording: str


@dataclass(frozen=True)
class Claim:
    """A sentence phrased by the model, as plain text, with at least one quote that it rests on."""

    text: str
    quotes: tuple[Quote, ...]


class Outcome(StrEnum):
    """How an answer ended: whole, without anything that the sources say, broken off, or not begun."""

    COMPLETE = "complete"
    REFUSED = "refused"
    FAILED = "failed"
    BUSY = "busy"


@dataclass(frozen=True)
class Usage:
    """Tokens of the question with its passages, and of the answer. ``estimated``: counted by characters."""

    prompt: int
    completion: int
    estimated: bool = False


@dataclass(frozen=True)
class End:
    """The last that is said about an answer; ``usage`` is None if the model was not asked."""

    outcome: Outcome
    usage: Usage | None = None
