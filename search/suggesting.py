"""What may be meant while somebody is still typing: words of the corpus, and titles.

Everything offered stands in something that the viewer may read now. It is drawn from the PostgreSQL index
whichever engine answers searches: that one is always there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from django.contrib.postgres.search import TrigramSimilarity
from django.db import OperationalError
from django.db.models import BooleanField, Case, IntegerField, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards
from hub.documents import Viewer
from search.analysis import Token, analyse, fold, stem
from search.engines.generations import live
from search.engines.postgres import time_limit
from search.engines.tsearch import match_all, quote
from search.engines.vocabulary import Word, standing_words
from search.expansion import read_query
from search.models import SearchRecord, VocabularyWord

logger = structlog.get_logger("hub.search")

LONGEST_TEXT = 100
"""Characters up to which anything is suggested: a longer text is no beginning of something."""

SHORTEST_BEGINNING = 2
MOST_WORDS = 4
MOST_TITLES = 5
MOST_SIMILAR = 5
TIMEOUT_MS = 300
_LOOKED_AT = 20
_SIMILAR_TO = 3


@dataclass(frozen=True)
class Suggestion:
    """Something that may be meant: a text to search for, or the title of ``entry``."""

    label: str
    entry: CatalogueEntry | None = None


def suggest(text: str, viewer: Viewer) -> list[Suggestion]:
    """Completions of the last word, each in one inflection, then titles that hold all words, the last begun.

    Three queries at most, each of them short; nothing where they take too long.
    """
    text = text.lstrip()
    tokens = list(analyse(text)) if len(text) <= LONGEST_TEXT else []
    if not tokens:
        return []
    try:
        with time_limit(TIMEOUT_MS):
            return _suggest(text, tokens, viewer)
    except OperationalError as error:
        logger.warning("nothing suggested", reason=str(error)[:200])
        return []


def similar_words(text: str, viewer: Viewer) -> list[str]:
    """Words of the corpus spelt like one of the first words of ``text``, the most similar first.

    At most one query for each word, and one more.
    """
    typed = [fold(token.word) for token in analyse(text[:LONGEST_TEXT]) if token.term and not token.exact]
    found: list[Word] = []
    try:
        with time_limit(TIMEOUT_MS):
            for word in typed[:_SIMILAR_TO]:
                likeness = TrigramSimilarity("folded", word)
                near = _vocabulary(viewer).filter(folded__trigram_similar=word).annotate(likeness=likeness)
                found += _words(near.order_by("-likeness", "-documents", "folded"))
            standing = standing_words(found, viewer)
    except OperationalError as error:
        logger.warning("no similar words", reason=str(error)[:200])
        return []
    kept = dict.fromkeys(word.word for word in found if word.folded in standing and word.folded not in typed)
    return list(kept)[:MOST_SIMILAR]


def _suggest(text: str, tokens: Sequence[Token], viewer: Viewer) -> list[Suggestion]:
    last = tokens[-1] if tokens[-1].end == len(text) else None
    begun = fold(last.word) if last else ""
    words = _completions(begun, viewer) if len(begun) >= SHORTEST_BEGINNING else []
    standing = standing_words(words, viewer)
    head = text[: last.start] if last else text
    shown: dict[str, str] = {}
    for word in words:
        if word.folded in standing and word.folded != begun:
            shown.setdefault(word.term, head + word.word)
    return [
        *(Suggestion(label) for label in list(shown.values())[:MOST_WORDS]),
        *(Suggestion(entry.title, entry) for entry in _titles(text, head, begun, words, viewer)),
    ]


def _completions(begun: str, viewer: Viewer) -> list[Word]:
    found = _vocabulary(viewer).filter(folded__startswith=begun)
    return _words(found.order_by("-documents", "folded"))


def _titles(
    text: str, head: str, begun: str, words: Iterable[Word], viewer: Viewer
) -> Iterable[CatalogueEntry]:
    """The newest whose titles hold the words before the last and one that begins like the last."""
    groups = read_query(head)
    wanted = [match_all(groups, "A")] if groups else []
    if begun:
        terms = dict.fromkeys([stem(begun), *(word.term for word in words)])
        options = [f"{quote(begun)}:*A", *(f"{quote(term)}:A" for term in terms)]
        wanted.append(f"({' | '.join(options)})")
    if not wanted or (not groups and len(begun) < SHORTEST_BEGINNING):
        return []
    holds = RawSQL("terms @@ %s::tsquery", [" & ".join(wanted)], BooleanField())
    records = SearchRecord.objects.filter(holds, generation=live(), audience__in=sorted(viewer.audiences))
    starts = Case(When(title__istartswith=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = cards(viewer).filter(object_id__in=records.values("object_id"))
    return found.order_by(starts, "-changed", "pk")[:MOST_TITLES]


def _vocabulary(viewer: Viewer) -> QuerySet[VocabularyWord]:
    return VocabularyWord.objects.filter(generation=live(), audience__in=sorted(viewer.audiences))


def _words(found: QuerySet[VocabularyWord]) -> list[Word]:
    rows = found.values_list("word", "folded", "term", "documents")[:_LOOKED_AT]
    return list({row[1]: Word(*row) for row in rows}.values())
