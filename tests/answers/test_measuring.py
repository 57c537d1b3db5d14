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


def _asked(text: str, carried: int = 0) -> Question:
    groups = read_query(text)
    words = tuple(group.word for group in groups[len(groups) - carried :])
    return Question(
        text,
        Viewer.anonymous(),
        groups=groups,
        rarity=(1.0,) * len(groups),
        core=frozenset({0}),
        carried=words,
    )


def test_a_passage_is_measured_once_for_a_question() -> None:
    stored, other = (Passage(pk=number, title="Parken", heading="", text="Sensor 7") for number in (1, 2))
    question = _asked("Sensor")
    assert measure(question, stored) is measure(question, stored)
    assert measure(question, stored).passage is stored
    assert measure(question, other).passage is other
    assert measure(_asked("Radweg"), stored).words == 0


def test_what_only_begins_alike_is_told_apart_wherever_it_stands() -> None:
    asked = _asked("Australien")
    alike = measure(asked, _passage("Der Austritt kostet nichts."))
    assert (alike.coverage, alike.begun) == (0.5, 0.5)
    above = Passage(language="de", title="Austritt", heading="Austritte", text="Er kostet nichts.")
    assert measure(asked, above).begun == 0.5
    whole = measure(asked, _passage("Der Austritt führt nach Australien."))
    assert (whole.coverage, whole.begun) == (1.0, 0.0)
    title = Passage(language="de", title="Australien", heading="Verlauf", text="Der Austritt.")
    assert (measure(asked, title).coverage, measure(asked, title).begun) == (1.0, 0.0)


def test_words_of_the_question_are_told_from_those_taken_over() -> None:
    both = _asked("Fördermittel Sensor", carried=1)
    assert not measure(both, _passage("Ein Sensor meldet.")).fresh
    assert measure(both, _passage("Ein Sensor mit Fördermitteln.")).fresh
    assert measure(_asked("Sensor"), _passage("Ein Sensor meldet.")).fresh
