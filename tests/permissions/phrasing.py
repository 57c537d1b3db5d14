"""Trying to have something told by the language model that one may not read, or that is not for a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.answers.generation import Claim, End, Outcome, Quote
from search.answers.generation.streaming import _sources
from search.answers.service import Answer
from tests.answers.scripted import scripted
from tests.permissions.probes import granted, probe
from tests.permissions.table import Case
from tests.permissions.world import World


def quote_all(answer: Answer, before: Sequence[str]) -> Iterator[Claim | End]:
    """A model that proves its answer with everything it is sent."""
    for source in _sources(answer):
        yield Claim("So steht es da.", (Quote(source.citation, source.passage.text),))
    yield End(Outcome.COMPLETE)


@probe("in einer formulierten Antwort belegt bekommen")
def read_phrased(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    with scripted(quote_all):
        response = world.people[caller].get(f"/fragen/antwort?q=Wem+hilft+{item.word}%3F")
        said = b"".join(response.streaming_content).decode()
    assert '"end": "complete"' in said
    return granted(really=f"{item.url}#" in said)
