"""A language model at the door of ``search.answers.generation`` that says what a test wants it to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from unittest.mock import patch

from search.answers import generation
from search.answers.generation import Claim, End, Model, Outcome, Quote, Usage
from search.answers.service import Answer

MODEL = Model("sprachmodell-9b", "modell.example")
Script = Callable[[Answer, Sequence[str]], Iterator[Claim | End]]


def scripted(script: Script, model: Model | None = MODEL) -> AbstractContextManager[object]:
    """Answers are phrased by ``script`` meanwhile."""

    def stream(answer: Answer, before: Sequence[str], seconds: float) -> Iterator[Claim | End]:
        return script(answer, before)

    return patch.multiple(generation, model=lambda: model, stream=stream)


def saying(*claims: str, outcome: Outcome = Outcome.COMPLETE) -> Script:
    """These claims, each resting on the first twenty characters of the first passage, and then an end."""

    def script(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
        for text in claims:
            yield Claim(text, (Quote(0, answer.retrieved[0].passage.text[:20]),))
        yield End(outcome, Usage(900, 60))

    return script
