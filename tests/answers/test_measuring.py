"""How passages are measured, however long they are."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.documents import Viewer
from search.answers.measuring import (
    LONGEST_MEASURED,
    MOST_PLACES,
    NEARBY,
    _Match,
    _nearest,
    measure,
    places_in,
)  # fmt: skip
from search.answers.models import Passage
from search.answers.questions import Question
from search.expansion import read_query

WEIGHTS = (1.5, 0.7, 0.2)
SHARES = (1.0, 0.8, 0.5)


class Counting(tuple[float, ...]):
    """Weights that count how often they are looked at."""

    looked = 0

    def __getitem__(self, number: Any) -> Any:
        self.looked += 1
        return super().__getitem__(number)


def _matches(*places: set[int]) -> dict[int, _Match]:
    found = zip(SHARES, places, strict=True)
    return {number: _Match(share, 0, frozenset(at)) for number, (share, at) in enumerate(found)}


def _passage(text: str) -> Passage:
    return Passage(language="de", title="Parken", heading="Verlauf", text=text)


@given(
    st.tuples(*[st.sets(st.integers(0, 200), max_size=8)] * 3),
    st.tuples(*[st.sampled_from([0.0, 0.6])] * 3),
)
def test_what_stands_near_is_the_best_of_all_stretches(
    places: tuple[set[int], ...], above: tuple[float, ...]
) -> None:
    def held_from(start: int) -> float:
        held = 0.0
        for weight, share, over, at in zip(WEIGHTS, SHARES, above, places, strict=True):
            is_near = any(start <= place < start + NEARBY for place in at)
            held += weight * max(over, share if is_near else 0.0)
        return held

    found = _nearest(_matches(*places), dict(enumerate(above)), WEIGHTS)
    assert found == max(map(held_from, range(201)))


def test_no_stretch_is_weighed_twice_however_often_a_word_is_repeated() -> None:
    weights = Counting(WEIGHTS)
    often = set(range(0, 30_000, 3))
    many = _matches(often, {place + 1 for place in often}, {MOST_PLACES * 3 * 40})
    assert _nearest(many, dict.fromkeys(many, 0.0), weights) == 1.5 + 0.7 * 0.8
    assert weights.looked < 50


def test_of_an_endless_passage_the_beginning_is_measured() -> None:
    (group,) = read_query("Sensor")
    question = Question(
        "Wie viele Sensoren?", Viewer.anonymous(), groups=(group,), rarity=(1.0,), core=frozenset({0})
    )
    often = LONGEST_MEASURED // len("Sensor ")
    assert group.count_in(places_in("Sensor " * 100_000)) in {often, often + 1}
    beginning = "Nichts davon. " * (LONGEST_MEASURED // len("Nichts davon. ") + 1)
    late = measure(question, _passage(f"{beginning} Sensor 7"))
    assert (late.words, late.expected) == (0, False)
    early = measure(question, _passage(f"Sensor 7 {beginning}"))
    assert (early.words, early.near, early.expected) == (1, 1.0, True)
