"""One question, answered by verbatim passages or not at all. Nothing is ever phrased here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entries
from hub.documents import Attachment, Block, Viewer
from search.answers.exactness import keep_exact
from search.answers.file_passages import file_of, paragraphs_of
from search.answers.models import Passage
from search.answers.opening import address_of, interface_language
from search.answers.passages import JOINT, blocks_of
from search.answers.pipeline import retrieve_ranked
from search.answers.questions import read_question
from search.answers.ranking import Ranked
from search.answers.scope import EVERYTHING, Scope, in_time
from search.answers.verdicts import Verdict
from search.expansion import Group
from search.language import refresh
from theme.wordings import is_simple, name_of

MOST_CITATIONS = 5
MOST_RETRIEVED = 8
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
        return paragraphs_of(self.passage) if self.passage.file else self.passage.text.split(JOINT)

    @property
    def file(self) -> Attachment | None:
        """The attached file that the passage is quoted from; None for the document's own wording."""
        return file_of(self.entry, self.passage)

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
        return address_of(self.entry, self.passage)

    def url_of(self, wording: str) -> str:
        """The same for an exact part of the passage."""
        return address_of(self.entry, self.passage, wording)

    @cached_property
    def language(self) -> str:
        """What the passage's language is called; empty for that of the interface."""
        tag = self.passage.language
        return "" if tag == interface_language() else name_of(tag, self.entry.document.texts[tag])


@dataclass(frozen=True)
class Answer:
    """The verdict on a question with its citations, best first; none if nothing was found.

    ``corrections`` maps words as typed to the words of the corpus they were read as. ``retrieved`` are the
    citations and what else is worth reading, for a model: up to :data:`MOST_RETRIEVED`. ``carried`` are the
    words taken over from earlier questions.
    """

    question: str
    verdict: Verdict = Verdict.NOTHING
    citations: tuple[Citation, ...] = ()
    groups: tuple[Group, ...] = ()
    corrections: dict[str, str] = field(default_factory=dict)
    retrieved: tuple[Citation, ...] = ()
    carried: tuple[str, ...] = ()


def answer_question(
    text: str, viewer: Viewer, scope: Scope = EVERYTHING, before: Sequence[str] = ()
) -> Answer:
    """Find the passages in the scope that answer a question, as the viewer may read them now.

    ``before`` are the earlier questions of the same conversation, the newest last. What is taken over from
    them must be found: if nothing answers both and the question has a content word of its own, it is read by
    itself. Raises :class:`search.engines.base.EngineUnavailable` when the database is too slow.
    """
    with in_time():
        refresh()
        question = read_question(text, viewer, scope, before)
        ranked = retrieve_ranked(question)
        if question.open and not any(one.verdict is Verdict.VERBATIM and one.found.carried for one in ranked):
            question = read_question(text, viewer, scope)
            ranked = retrieve_ranked(question)
        chosen, worth = _choose(ranked)
        held = find_entries((one.passage.object_id for one in worth), viewer) if worth else {}
    exact = keep_exact([one.passage for one in worth], held)
    retrieved = tuple(Citation(passage, held[passage.object_id]) for passage in exact)
    keys = {one.passage.pk for one in chosen}
    citations = tuple(citation for citation in retrieved if citation.passage.pk in keys)
    return Answer(
        text,
        chosen[0].verdict if citations else Verdict.NOTHING,
        citations,
        question.groups,
        question.corrections,
        retrieved if citations else (),
        question.carried,
    )


def _choose(ranked: Sequence[Ranked]) -> tuple[list[Ranked], list[Ranked]]:
    """The passages of the best verdict reached, and these with others worth reading."""
    verbatim = [one for one in ranked if one.verdict is Verdict.VERBATIM]
    worth = [one for one in ranked if one.verdict is not Verdict.NOTHING]
    chosen = _spread(_in_ordinary_words(verbatim or worth), MOST_CITATIONS)
    others = [one for one in _in_ordinary_words(worth) if one not in chosen]
    return chosen, chosen + _spread(others, MOST_RETRIEVED - len(chosen))


def _in_ordinary_words(reached: Sequence[Ranked]) -> list[Ranked]:
    """Without the simple wording of documents that say the same in ordinary words: it is no second source."""
    ordinary = {one.passage.object_id for one in reached if not is_simple(one.passage.language)}
    return [
        one for one in reached if not (is_simple(one.passage.language) and one.passage.object_id in ordinary)
    ]


def _spread(ranked: Sequence[Ranked], most: int) -> list[Ranked]:
    """The first ``most``, more than :data:`MOST_PER_DOCUMENT` of one only where others are missing."""
    seen: Counter[str] = Counter()
    first: list[Ranked] = []
    rest: list[Ranked] = []
    for one in ranked:
        seen[one.passage.object_id] += 1
        (first if seen[one.passage.object_id] <= MOST_PER_DOCUMENT else rest).append(one)
    kept = [*first, *rest][:most]
    return [one for one in ranked if one in kept]
