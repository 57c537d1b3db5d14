"""How far a passage covers a question, word by word and place by place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search.answers.expected import holds_expected
from search.answers.models import Passage
from search.answers.questions import Question
from search.expansion import Group, Places
from search.language import Language, current

SATURATION = 1.2
"""BM25's k1: how soon a repeated word adds no more. Passages are of one length, so its b is 0."""

IN_TEXT, IN_HEADING, IN_TITLE, IN_PUBLISHER = 1.0, 0.8, 0.6, 0.5
"""What a word counts for the score by where it stands; only the best place counts."""

PARTS, LATER_PARTS, BEGINNING = 0.8, 0.4, 0.5
"""What a word counts of which the parts are there (each its share), of which the first is missing, so that it
is another thing (Fischereischein, Führerschein), or one that begins alike."""

SHORTEST_BEGINNING, BEGINNING_SHARE = 5, 0.7
"""Letters of a term of which so much may stand for it."""

NEARBY = 30
"""Words within which those of a question stand near each other: about two sentences."""

FACT = "fakt-"
"""How the ids of facts begin on the page of a document."""

KEPT_TEXTS = 4_000

LONGEST_MEASURED = 20_000
"""Characters of a text that are measured: a block may be of any length, and the rest counts for nothing."""

MOST_PLACES = 200
"""Places of a word, the first, that are looked at for what stands near it."""


@dataclass(frozen=True)
class Found:
    """A retrieved passage with its score, and how far it covers the question (see ``verdicts``).

    ``coverage`` is the share of the question's rarity-weighted words found in the passage with its
    heading and title, ``own`` that of text and heading alone, ``often`` that of the text where repeated words
    count more, ``near`` that of the best :data:`NEARBY` words of the text, ``core`` that of the core words;
    bodies that the question names are left out of all five. ``begun`` is the part of ``coverage`` that words
    add which only begin alike. ``words`` is how many groups were found, ``placed`` whether the passage names
    or comes from every body that the question names, ``exact`` whether it holds all numbers and identifiers
    asked for, ``expected`` whether it holds an amount, number or day, if that is what was asked, ``carried``
    whether it holds a word taken over from an earlier question, ``fresh`` whether it holds another one that
    is no body, or there is none.
    """

    passage: Passage
    score: float
    coverage: float = 0.0
    own: float = 0.0
    often: float = 0.0
    near: float = 0.0
    words: int = 0
    core: float = 1.0
    placed: bool = True
    exact: bool = True
    expected: bool = True
    carried: bool = False
    begun: float = 0.0
    fresh: bool = True


@dataclass(frozen=True)
class _Match:
    """How far a word is found in a text, from 0 to 1, how often as a whole, and at which words.

    ``begun`` says that something there only begins like it.
    """

    share: float = 0.0
    often: int = 0
    places: frozenset[int] = frozenset()
    begun: bool = False


def measure(question: Question, passage: Passage) -> Found:
    """Score and coverage of a passage for a question; of a stored one worked out once for each question."""
    found = question.measured.get(passage.pk) or _measure(question, passage)
    if passage.pk:
        question.measured[passage.pk] = found
    return found


def _measure(question: Question, passage: Passage) -> Found:
    text, heading, title, publishers = (
        places_in(each)
        for each in (_wording(question, passage), passage.heading, passage.title, passage.publishers)
    )
    score = covered = begun = own = often = core = 0.0
    under: dict[int, float] = {}
    found: set[int] = set()
    inside: dict[int, _Match] = {}
    for number, (group, rarity) in enumerate(zip(question.groups, question.rarity, strict=True)):
        matches = [_match(group, places) for places in (text, heading, title)]
        here, above, over = matches[0], matches[1].share, matches[2].share
        published = group.count_in(publishers) if number in question.places else 0
        if not (best := max(here.share, above, over, published and 1.0)):
            continue
        found.add(number)
        weight = max(
            here.share * IN_TEXT, above * IN_HEADING, over * IN_TITLE, IN_PUBLISHER if published else 0.0
        )
        dampened = here.often * (SATURATION + 1) / (here.often + SATURATION) if here.often else 0.0
        score += rarity * weight * max(1.0, dampened)
        if number in question.places:
            continue
        inside[number] = here
        under[number] = above
        covered += rarity * best
        begun += rarity * (best - max((match.share for match in matches if not match.begun), default=0.0))
        own += rarity * max(here.share, above)
        often += rarity * max(dampened, here.share, above)
        core += rarity * best if number in question.core else 0.0
    topic = [weight for number, weight in enumerate(question.rarity) if number not in question.places]
    whole, heart = sum(topic) or 1.0, sum(question.rarity[number] for number in question.core) or 1.0
    near = _nearest(inside, under, question.rarity)
    first_carried = len(question.groups) - len(question.carried)
    shares = (covered / whole, own / whole, often / whole, near / whole, len(found), core / heart)
    return Found(
        passage,
        score,
        *shares,
        placed=question.places <= found,
        exact=all(n in found for n, group in enumerate(question.groups) if group.exact),
        expected=holds_expected(question.whole_text, passage.text[:LONGEST_MEASURED]),
        carried=any(number >= first_carried for number in found),
        begun=begun / whole,
        fresh=any(number < first_carried for number in inside),
    )


def _wording(question: Question, passage: Passage) -> str:
    """The text; that of a fact which is asked for with what it is said of: „Chatbot. Kosten: 4.000 €“."""
    heading = places_in(passage.heading)
    if passage.anchor.startswith(FACT) and any(group.count_in(heading) for group in question.groups):
        return f"{passage.title}. {passage.heading}: {passage.text}"
    return passage.text


def places_in(text: str) -> Places:
    """Where the terms of a text's first :data:`LONGEST_MEASURED` characters stand.

    Kept for a while, since a passage is measured more than once.
    """
    return _places_in(text[:LONGEST_MEASURED], current())


@lru_cache(maxsize=KEPT_TEXTS)
def _places_in(text: str, _language: Language) -> Places:
    return Places(text)


def _match(group: Group, places: Places) -> _Match:
    if often := group.count_in(places):
        return _Match(1.0, often, frozenset(group.find_in(places)))
    held = [places.of_term(part) for part in group.parts] if len(group.parts) > 1 else []
    if any(held):
        share = (PARTS if held[0] else LATER_PARTS) * sum(map(bool, held)) / len(held)
        return _Match(share, 0, frozenset().union(*held))
    if group.exact or len(group.term) < SHORTEST_BEGINNING:
        return _Match()
    at = places.beginning(group.term[: max(SHORTEST_BEGINNING - 1, int(len(group.term) * BEGINNING_SHARE))])
    return _Match(BEGINNING, 0, frozenset(at), begun=True) if at else _Match()


def _nearest(inside: Mapping[int, _Match], under: Mapping[int, float], rarity: Sequence[float]) -> float:
    """What the best :data:`NEARBY` words of a text hold of the question, with their heading."""
    stands = sorted(
        (place, number) for number, match in inside.items() for place in sorted(match.places)[:MOST_PLACES]
    )
    last: dict[int, int] = {}
    windows: set[frozenset[int]] = {frozenset()}
    for place, number in stands:
        last[number] = place
        windows.add(frozenset(held for held, at in last.items() if at > place - NEARBY))
    return max(
        sum(
            rarity[number] * max(under[number], match.share if number in near else 0.0)
            for number, match in inside.items()
        )
        for near in windows
    )
