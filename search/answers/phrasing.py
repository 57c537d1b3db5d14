"""What a language model has said so far, as the page shows it: statements with the sources they rest on.

Sources are numbered in the order in which they are used, and only those that are. What a model says comes
from :mod:`search.answers.generation`, where each of its quotes has been found in the passage word for word;
here it is plain text and stays so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import cast

from search.answers import generation, log
from search.answers.generation import Claim, End, Model, Outcome, Quote, Usage
from search.answers.service import Answer, Citation

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""How generated text is marked for machines (IPTC Digital Source Type, newscodes of the same name)."""

WHOLE_SECONDS = 40.0
"""How long a page that holds its whole answer is waited for."""


@dataclass
class Source:
    """A passage that was used, by its number, with the wordings that were quoted from it, each once."""

    number: int
    citation: Citation
    wordings: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address at which the page opens at what was quoted first."""
        return self.citation.url_of(self.wordings[0])


@dataclass(frozen=True)
class Quoted:
    """The words of a source on which a statement rests."""

    source: Source
    wording: str

    @property
    def url(self) -> str:
        """The address at which the page opens at these words."""
        return self.source.citation.url_of(self.wording)


@dataclass(frozen=True)
class Statement:
    """One claim of the model with what it rests on."""

    text: str
    quotes: tuple[Quoted, ...]

    @property
    def sources(self) -> list[Source]:
        """Its sources, each once."""
        return list({quoted.source.number: quoted.source for quoted in self.quotes}.values())


class Phrasing:
    """What has been said so far. ``outcome`` is None while more may come; ``usage`` is what it cost."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.statements: list[Statement] = []
        self.outcome: Outcome | None = None
        self.usage: Usage | None = None
        self._used: dict[int, Source] = {}

    @property
    def sources(self) -> list[Source]:
        """What has been used, in the order of its numbers."""
        return list(self._used.values())

    @property
    def unused(self) -> list[Citation]:
        """What was found and has not been used."""
        used = {source.citation.passage.pk for source in self.sources}
        return [each for each in self.answer.citations if each.passage.pk not in used]

    def add(self, claim: Claim) -> Statement:
        """Take in one claim."""
        statement = Statement(claim.text, tuple(self._use(quote) for quote in claim.quotes))
        self.statements.append(statement)
        return statement

    def _use(self, quote: Quote) -> Quoted:
        source = self._used.get(quote.citation)
        if source is None:
            source = Source(len(self._used) + 1, self.answer.retrieved[quote.citation])
            self._used[quote.citation] = source
        if quote.wording not in source.wordings:
            source.wordings.append(quote.wording)
        return Quoted(source, quote.wording)


def follow(phrasing: Phrasing, before: Sequence[str], seconds: float = math.inf) -> Generator[Statement]:
    """Have the answer phrased, statement by statement; the outcome is set when they end."""
    pieces = cast(Generator[Claim | End], generation.stream(phrasing.answer, before, seconds))
    with closing(pieces):
        for piece in pieces:
            if isinstance(piece, End):
                phrasing.outcome, phrasing.usage = piece.outcome, piece.usage
                return
            yield phrasing.add(piece)
    phrasing.outcome = Outcome.FAILED


def phrase_whole(answer: Answer, before: Sequence[str], seconds: float = WHOLE_SECONDS) -> Phrasing:
    """The whole answer, or as much as has been said after so many seconds."""
    phrasing = Phrasing(answer)
    for _statement in follow(phrasing, before, seconds):
        pass
    return phrasing


def note_end(key: str, model: Model, outcome: str, phrasing: Phrasing, started: float) -> None:
    """Tell the log how it ended and what it cost. ``started`` is of the monotonic clock."""
    usage = phrasing.usage
    log.finish(
        key,
        model=model.name,
        outcome=outcome,
        seconds=time.monotonic() - started,
        prompt_tokens=usage.prompt if usage else None,
        completion_tokens=usage.completion if usage else None,
    )
