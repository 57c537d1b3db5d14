"""Finding passages in PostgreSQL: by words and by vector, only what the viewer may read now.

Every statement joins the catalogue: a passage counts while its entry is live, readable and of the
very revision the passage was cut from. A withdrawn or corrected document so stops answering at
once, before its passages are purged or cut anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import OperationalError, connection
from django.db.models import BooleanField, Exists, FloatField, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from pgvector.django import CosineDistance

from hub.catalogue.queries import entries
from hub.documents import Viewer
from search.analysis import analyse, read_list, terms_of
from search.answers.embedding import current_embedder
from search.answers.models import Passage
from search.engines.base import EngineUnavailable
from search.engines.postgres import time_limit
from search.engines.tsearch import match_any, match_group
from search.engines.vocabulary import understand
from search.expansion import Group, Places, read_query
from theme.wordings import SIMPLE, is_simple

TIMEOUT_MS = 2_000
CANDIDATES = 40
SATURATION = 1.2
"""BM25's k1: how soon a repeated word adds no more. Passages are of one length, so its b is 0."""

OTHER, LIGHT = 0.4, 0.3
"""What a word counts that is no noun, and one that questions are made of rather than about."""

IN_TEXT, IN_HEADING, IN_TITLE, IN_PUBLISHER = 1.0, 0.8, 0.6, 0.5
"""What a word counts by where it stands; only the best place counts."""

CORE = 2
"""How many of the rarest content words must be there for a passage to be about the question."""


@dataclass(frozen=True)
class Question:
    """What was asked, on whose behalf, as groups of terms with how much each says.

    ``rarity`` holds one weight per group: its inverse document frequency among the passages, so
    that unknown words weigh most, times what its kind of word counts (:data:`OTHER`, :data:`LIGHT`).
    ``places`` are the numbers of the groups that name a body: they say whose report is meant, not
    what it is about. ``core`` are the numbers of the :data:`CORE` rarest of the other content words.
    """

    text: str
    viewer: Viewer
    groups: tuple[Group, ...] = ()
    rarity: tuple[float, ...] = ()
    places: frozenset[int] = frozenset()
    core: frozenset[int] = frozenset()
    corrections: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A retrieved passage with its score, and how far it covers the question (see ``verdicts``).

    ``coverage`` is the share of the question's rarity-weighted words found in the passage with its
    heading and title, ``own`` that of text and heading alone, ``named`` that of the title alone,
    ``core`` that of the core words; bodies that the question names are left out of all four.
    ``words`` is how many groups were found, ``placed`` whether the passage names or comes from
    every body that the question names.
    """

    passage: Passage
    score: float
    coverage: float = 0.0
    own: float = 0.0
    named: float = 0.0
    words: int = 0
    core: float = 1.0
    placed: bool = True


def read_question(text: str, viewer: Viewer) -> Question:
    """Analyse a question: groups, spelling corrections, rarities and bodies named. Three queries."""
    groups = read_query(text)
    if not groups:
        return Question(text, viewer)
    understood = understand(groups, viewer)
    rarity = tuple(
        rarity * _emphasis(group)
        for rarity, group in zip(_rarity(understood.groups, viewer), understood.groups, strict=True)
    )
    places = _named_bodies(understood.groups)
    core = _core_words(understood.groups, rarity, places)
    return Question(text, viewer, understood.groups, rarity, places, core, dict(understood.corrections))


def find_by_words(question: Question, limit: int = CANDIDATES) -> list[Found]:
    """Passages with any of the question's words, best first: BM25 with a weight for the place."""
    if not question.groups:
        return []
    terms = [
        RawSQL("%s * (terms @@ %s::tsquery)::int", [weight, match_group(group)], output_field=FloatField())
        for group, weight in zip(question.groups, question.rarity, strict=True)
    ]
    found = readable_passages(question.viewer).filter(
        RawSQL("terms @@ %s::tsquery", [match_any(question.groups)], output_field=BooleanField())
    )
    # Of wordings that hold the same words the simple one comes last: it says nothing more.
    simple = RawSQL("language LIKE %s", [f"%{SIMPLE}"], output_field=BooleanField())
    rows = found.annotate(held=sum(terms[1:], start=terms[0])).order_by("-held", simple, "pk")[:limit]
    scored = [measure(question, passage) for passage in rows.defer("embedding", "terms")]
    return sorted(scored, key=lambda one: (-one.score, is_simple(one.passage.language), one.passage.pk))


def find_by_vector(question: Question, limit: int = CANDIDATES) -> list[Found]:
    """Passages nearest to the question by cosine; the score is the similarity, 1 for the same."""
    embedder = current_embedder()
    vector = embedder.embed(question.text)
    if not vector.any():
        return []
    distance = CosineDistance("embedding", vector)
    rows = readable_passages(question.viewer).filter(embedder=embedder.name)
    rows = rows.annotate(distance=distance).order_by("distance")[:limit]
    nearest = rows.defer("embedding", "terms")
    return [Found(passage, 1.0 - float(passage.distance)) for passage in nearest]


def measure(question: Question, passage: Passage) -> Found:
    """Score and coverage of a passage for a question."""
    where = [Places(passage.text), Places(passage.heading), Places(passage.title), Places(passage.publishers)]
    score = own = covered = named = core = 0.0
    found: set[int] = set()
    for number, (group, rarity) in enumerate(zip(question.groups, question.rarity, strict=True)):
        often, headed, titled, published = (group.count_in(places) for places in where)
        published = published if number in question.places else 0
        if not (often or headed or titled or published):
            continue
        found.add(number)
        place = IN_TEXT if often else IN_HEADING if headed else IN_TITLE if titled else IN_PUBLISHER
        often = often or 1
        score += rarity * place * often * (SATURATION + 1) / (often + SATURATION)
        if number in question.places:
            continue
        covered += rarity
        own += rarity if place > IN_TITLE else 0.0
        named += rarity if titled else 0.0
        core += rarity if number in question.core else 0.0
    topic = [weight for number, weight in enumerate(question.rarity) if number not in question.places]
    whole, heart = sum(topic) or 1.0, sum(question.rarity[number] for number in question.core) or 1.0
    shares = (covered / whole, own / whole, named / whole, len(found), core / heart)
    return Found(passage, score, *shares, placed=question.places <= found)


def readable_passages(viewer: Viewer) -> QuerySet[Passage]:
    """Passages of what the viewer may read now, of its current revision."""
    audiences = sorted(viewer.audiences)
    current = entries(viewer).filter(object_id=OuterRef("object_id"), revision=OuterRef("revision"))
    return Passage.objects.filter(Exists(current), audience__in=audiences)


def _emphasis(group: Group) -> float:
    if group.term in light_terms():
        return LIGHT
    return 1.0 if group.noun else OTHER


@lru_cache(maxsize=1)
def light_terms() -> frozenset[str]:
    """Terms of the words that questions are made of rather than about."""
    return frozenset(term for line in read_list("lightwords.txt") for term in terms_of(line))


@contextmanager
def in_time() -> Iterator[None]:
    """The transaction that one question runs in: each statement within :data:`TIMEOUT_MS`.

    Raises :class:`EngineUnavailable` when one takes longer.
    """
    try:
        with time_limit(TIMEOUT_MS):
            with connection.cursor() as cursor:
                # Filters apply after the vector index: without this it may return too few.
                cursor.execute("SELECT set_config('hnsw.iterative_scan', 'strict_order', true)")
            yield
    except OperationalError as error:
        raise EngineUnavailable(str(error)) from error


def _rarity(groups: Sequence[Group], viewer: Viewer) -> tuple[float, ...]:
    """BM25's inverse document frequency of each group, over the passages of the viewer's audiences."""
    one = "(SELECT count(*) FROM search_passage WHERE audience = ANY(%s) {})"
    statement = ", ".join([one.format(""), *[one.format("AND terms @@ %s::tsquery")] * len(groups)])
    audiences = sorted(viewer.audiences)
    parameters: list[Any] = [audiences]
    for group in groups:
        parameters += [audiences, match_group(group)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {statement}", parameters)
        total, *held = cursor.fetchone()
    return tuple(math.log(1 + (total - count + 0.5) / (count + 0.5)) for count in held)


def _named_bodies(groups: Sequence[Group]) -> frozenset[int]:
    """The groups that are a word of a publisher's name; none if nothing else was asked.

    Not of any body's: in the whole directory there are towns called Wissen and Brücken.
    """
    names: set[str] = set()
    for name in Passage.objects.values_list("publishers", flat=True).order_by().distinct():
        names |= {token.term for token in analyse(name) if token.term}
    found = frozenset(number for number, group in enumerate(groups) if group.term in names - light_terms())
    return found if len(found) < len(groups) else frozenset()


def _core_words(groups: Sequence[Group], rarity: Sequence[float], places: frozenset[int]) -> frozenset[int]:
    """The rarest nouns that are no bodies and no light words; of all words if there are none."""
    topic = [number for number in range(len(groups)) if number not in places]
    content = [n for n in topic if groups[n].noun and groups[n].term not in light_terms()]
    return frozenset(sorted(content or topic, key=lambda number: -rarity[number])[:CORE])
