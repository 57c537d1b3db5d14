"""One question, answered by verbatim passages or not at all. Nothing is ever phrased here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import get_language

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.catalogue.rendering import LANGUAGE_PARAMETER
from hub.documents import DEFAULT_LANGUAGE, Block, Viewer
from search.answers.indexing import member_names
from search.answers.models import Passage
from search.answers.passages import JOINT, blocks_of, is_quoted_from
from search.answers.pipeline import retrieve
from search.answers.retrieval import Found, Question, in_time, measure, read_question
from search.answers.verdicts import Verdict, judge
from search.expansion import Group
from theme.wordings import is_simple, name_of

MOST_CITATIONS = 5
MOST_PER_DOCUMENT = 3

SHOWN_AT_ONCE = 500
"""Characters of a passage after which small screens show the rest on demand."""


@dataclass(frozen=True)
class Citation:
    """A verbatim passage with the entry it stands in."""

    passage: Passage
    entry: CatalogueEntry

    @cached_property
    def blocks(self) -> list[Block]:
        """The quoted blocks as they stand in the document; a fact is a block without markup."""
        passage = self.passage
        held = blocks_of(passage.text, passage.anchor, self.entry.document, passage.language)
        return held or [Block(anchor=passage.anchor, text=text) for text in self.paragraphs]

    @property
    def paragraphs(self) -> list[str]:
        """The plain wording of the quoted blocks."""
        return self.passage.text.split(JOINT)

    @property
    def first_blocks(self) -> list[Block]:
        """What every screen shows at once: at least one block."""
        return self.blocks[: self._cut]

    @property
    def more_blocks(self) -> list[Block]:
        """The rest of a long passage."""
        return self.blocks[self._cut :]

    @cached_property
    def _cut(self) -> int:
        length = 0
        for number, block in enumerate(self.blocks):
            length += len(block.text)
            if number and length > SHOWN_AT_ONCE:
                return number
        return len(self.blocks)

    @property
    def url(self) -> str:
        """The address at which the page opens at exactly this passage, in its wording if that is another."""
        wording = f"?{LANGUAGE_PARAMETER}={self.passage.language}" if self.language else ""
        return f"{self.entry.get_absolute_url()}{wording}#{self.passage.anchor}"

    @cached_property
    def language(self) -> str:
        """What the passage's language is called; empty for that of the interface."""
        tag = self.passage.language
        return "" if tag == interface_language() else name_of(tag, self.entry.document.texts[tag])


@dataclass(frozen=True)
class Answer:
    """The verdict on a question with its citations, best first; none if nothing was found.

    ``corrections`` maps words as typed to the words of the corpus they were read as.
    """

    question: str
    verdict: Verdict = Verdict.NOTHING
    citations: tuple[Citation, ...] = ()
    groups: tuple[Group, ...] = ()
    corrections: dict[str, str] = field(default_factory=dict)


def answer_question(text: str, viewer: Viewer) -> Answer:
    """Find the passages that answer a question, as the viewer may read them now.

    Raises :class:`search.engines.base.EngineUnavailable` when the database is too slow.
    """
    with in_time():
        question = read_question(text, viewer)
        verdict, chosen = _choose(question, retrieve(question))
        held = find_entries((found.passage.object_id for found in chosen), viewer) if chosen else {}
    citations = tuple(
        Citation(found.passage, held[found.passage.object_id])
        for found in chosen
        if _is_exact(found.passage, held.get(found.passage.object_id))
    )
    if not citations:
        verdict = Verdict.NOTHING
    return Answer(text, verdict, citations, question.groups, question.corrections)


def _choose(question: Question, passages: Sequence[Passage]) -> tuple[Verdict, list[Found]]:
    """The best verdict reached, and the passages that reached it, not too many of one document."""
    judged: dict[Verdict, list[Found]] = {Verdict.VERBATIM: [], Verdict.RELATED: []}
    for passage in passages:
        found = measure(question, passage)
        verdict = judge(found, len(question.groups))
        if verdict in judged:
            judged[verdict].append(found)
    for verdict, reached in judged.items():
        if reached:
            return verdict, _spread(sorted(_in_ordinary_words(reached), key=_order, reverse=True))
    return Verdict.NOTHING, []


def _in_ordinary_words(reached: Sequence[Found]) -> list[Found]:
    """Without the simple wording of documents that say the same in ordinary words: it is no second source."""
    ordinary = {one.passage.object_id for one in reached if not is_simple(one.passage.language)}
    return [
        one for one in reached if not (is_simple(one.passage.language) and one.passage.object_id in ordinary)
    ]


def _order(found: Found) -> tuple[float, bool, bool, float]:
    """What orders passages of one verdict; those alike keep the order in which they were retrieved."""
    nearness = found.coverage + found.own + found.named / 2
    spoken = found.passage.language == interface_language()
    return round(found.core, 1), found.placed, spoken, round(nearness, 1)


def interface_language() -> str:
    """The language the reader's pages are in, without its variant."""
    return (get_language() or DEFAULT_LANGUAGE).split("-")[0]


def _spread(found: Sequence[Found]) -> list[Found]:
    seen: Counter[str] = Counter()
    result = []
    for one in found:
        seen[one.passage.object_id] += 1
        if seen[one.passage.object_id] <= MOST_PER_DOCUMENT:
            result.append(one)
    return result[:MOST_CITATIONS]


def _is_exact(passage: Passage, entry: CatalogueEntry | None) -> bool:
    """The last check before anything is quoted: the wording stands in the document as it is now."""
    if entry is None:
        return False
    return is_quoted_from(passage.text, entry.document, passage.language, member_names(entry.document))
