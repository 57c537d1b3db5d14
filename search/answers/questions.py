"""Reading a question: what it is about, which body's reports it means, and how much each word says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from hub.documents import Viewer
from search.answers.following import as_typed, carried_groups, content_of
from search.answers.lightwords import is_content, light_terms
from search.answers.publishers import publisher_terms
from search.answers.rarity import count_passages
from search.answers.scope import EVERYTHING, Scope
from search.engines.vocabulary import understand
from search.expansion import Group, read_query

if TYPE_CHECKING:  # measuring imports this module
    from search.answers.measuring import Found

OTHER, LIGHT = 0.4, 0.3
"""What a word counts that is no noun, and one that questions are made of rather than about."""

CARRIED = 0.5
"""What a word counts that was taken over from an earlier question."""

CORE = 2
"""How many of the rarest content words must be there for a passage to be about the question."""


@dataclass(frozen=True)
class Question:
    """What was asked, on whose behalf, as groups of terms with how much each says.

    ``rarity`` holds one weight per group: its inverse document frequency among the passages, so
    that unknown words weigh most, times what its kind of word counts (:data:`OTHER`, :data:`LIGHT`).
    ``held`` is about how many of ``total`` passages hold each group. ``places`` are the numbers of the
    groups that name a body: they say whose report is meant, not what it is about. ``core`` are the numbers
    of the :data:`CORE` rarest of the other content words. ``carried`` are words of earlier questions, as
    typed, which stand behind its own; if it is ``open``, it may be about something else all the same.
    ``measured`` keeps what was found in passages, by their keys.
    """

    text: str
    viewer: Viewer
    scope: Scope = EVERYTHING
    groups: tuple[Group, ...] = ()
    rarity: tuple[float, ...] = ()
    held: tuple[int, ...] = ()
    total: int = 0
    places: frozenset[int] = frozenset()
    core: frozenset[int] = frozenset()
    corrections: dict[str, str] = field(default_factory=dict)
    carried: tuple[str, ...] = ()
    open: bool = False
    measured: dict[int, Found] = field(default_factory=dict, compare=False, repr=False)

    def __deepcopy__(self, memo: object) -> Self:
        """Itself: Haystack copies what it passes on, and this never changes."""
        return self

    @property
    def whole_text(self) -> str:
        """The question with the words it has taken over."""
        return " ".join((self.text, *self.carried))


def read_question(
    text: str, viewer: Viewer, scope: Scope = EVERYTHING, before: Sequence[str] = ()
) -> Question:
    """Analyse a question that follows those ``before`` it, of which the newest is the last.

    Groups, spelling corrections, rarities and bodies named. Four queries.
    """
    asked = read_query(text)
    groups = (*asked, *carried_groups(text, before))
    if not groups:
        return Question(text, viewer, scope)
    places = _named_bodies(groups, viewer)
    # Another town in place of the one before: „Und in Trier?“
    if any(number < len(asked) for number in places):
        groups = tuple(g for n, g in enumerate(groups) if n < len(asked) or n not in places)
        places = frozenset(number for number in places if number < len(asked))
    understood = understand(groups, viewer)
    counts = count_passages(understood.groups, viewer)
    weights = [_emphasis(group) * (CARRIED if n >= len(asked) else 1.0) for n, group in enumerate(groups)]
    rarity = tuple(one * weight for one, weight in zip(counts.rarity, weights, strict=True))
    content = {group.term for group in content_of(text)}
    own = [n for n in range(len(asked)) if n not in places and groups[n].term in content]
    return Question(
        text,
        viewer,
        scope,
        understood.groups,
        rarity,
        counts.groups,
        counts.total,
        places,
        _core_words(groups, rarity, places, own),
        dict(understood.corrections),
        as_typed(groups[len(asked) :], before),
        open=bool(own) and len(groups) > len(asked),
    )


def _emphasis(group: Group) -> float:
    if group.term in light_terms():
        return LIGHT
    return 1.0 if group.noun else OTHER


def _named_bodies(groups: Sequence[Group], viewer: Viewer) -> frozenset[int]:
    """The groups that are a word of a publisher's name; none if nothing else was asked."""
    names = publisher_terms({group.term for group in groups} - light_terms(), viewer)
    found = frozenset(number for number, group in enumerate(groups) if group.term in names)
    return found if len(found) < len(groups) else frozenset()


def _core_words(
    groups: Sequence[Group], rarity: Sequence[float], places: frozenset[int], own: Sequence[int]
) -> frozenset[int]:
    """The rarest nouns that are no bodies and no light words, own ones first; or of all words."""
    topic = [number for number in range(len(groups)) if number not in places]
    content = [n for n in topic if is_content(groups[n])]
    ranked = sorted(content or topic, key=lambda number: (number not in own, -rarity[number]))
    return frozenset(ranked[:CORE])
