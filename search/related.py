"""What goes with a document: others that share its rare words and its topics.

Words count the more the rarer they are in what is published (inverse document frequency, Spärck Jones
1972), most in titles, least where both only mention them. Drawn from the PostgreSQL index whichever
engine answers searches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import nullcontext
from itertools import islice
from typing import Any

import structlog
from django.db import OperationalError

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards, listed
from hub.documents import DEFAULT_LANGUAGE, Document, Text, Viewer
from search.analysis import analyse
from search.engines.generations import LIVE
from search.engines.postgres import time_limit
from search.engines.tsearch import quote

logger = structlog.get_logger("hub.search")

MOST = 4
SHORTEST = 4
"""Letters of a word that counts: shorter ones are not kept in the vocabulary."""

MOST_TERMS = 120
"""Different words of a document that are looked at, from its beginning."""

TELLING = 20
"""So many of its words, those that weigh most, are looked for in others."""

COMMONEST = 200
"""A word in more documents than this says little, and would cost much."""

LARGE = 1_000
"""From so many documents on a word that stands in two of them is no rarer for there being more."""

NEWEST = 50
"""Documents on the same topics that are looked at besides, the newest first."""

LEAST_SCORE = 0.5
TOPIC_SCORE = 0.6
OUTSIDE_HEAD = 0.4
"""What a word counts that the other document has neither in its title nor in its summary."""

_IN_TITLE, _IN_HEAD, _IN_TEXT = 2.0, 1.0, 0.3

_STATEMENT = f"""
WITH readable AS NOT MATERIALIZED ({{readable}}),
size AS (SELECT count(*)::float AS n FROM
  (SELECT FROM search_searchrecord WHERE generation = {LIVE} LIMIT {LARGE}) AS records),
asked AS (
  SELECT * FROM unnest(%s::text[], %s::text[], %s::float[]) AS asked (term, lexeme, weight)),
known AS (
  SELECT asked.lexeme, asked.weight, sum(held.documents)::float AS documents FROM asked
  JOIN search_vocabularyword AS held ON held.term = asked.term
  WHERE held.generation = {LIVE} AND held.audience = ANY(%s)
  GROUP BY asked.lexeme, asked.weight HAVING sum(held.documents) BETWEEN 2 AND {COMMONEST}),
telling AS (
  SELECT lexeme, weight * ln(1 + size.n / documents) / ln(1 + size.n) AS score
  FROM known CROSS JOIN size ORDER BY score DESC, lexeme LIMIT {TELLING}),
found AS (
  SELECT record.object_id, telling.score * record.place AS score FROM telling
  CROSS JOIN LATERAL (
    SELECT object_id, CASE WHEN terms @@ (telling.lexeme || ':AB')::tsquery THEN 1
           ELSE {OUTSIDE_HEAD} END AS place
    FROM search_searchrecord
    WHERE terms @@ telling.lexeme::tsquery AND generation = {LIVE} AND audience = ANY(%s)) AS record
  UNION ALL
  (SELECT object_id, {TOPIC_SCORE}
     * cardinality(ARRAY(SELECT unnest(topics) INTERSECT SELECT unnest(%s::varchar[])))
   FROM readable WHERE topics && %s::varchar[] ORDER BY changed DESC LIMIT {NEWEST})),
scored AS (
  SELECT object_id, sum(score) AS score FROM found GROUP BY object_id HAVING sum(score) >= {LEAST_SCORE})
SELECT readable.*, scored.score FROM scored JOIN readable USING (object_id)
WHERE object_id <> ALL(%s) ORDER BY scored.score DESC, readable.changed DESC, object_id LIMIT %s
"""  # noqa: S608 - constants; values are parameters

_COLUMNS = ("id", "object_id", "uuid", "source", "path", "kind", "title", "publishers", "topics", "changed")


def related_entries(
    document: Document,
    viewer: Viewer,
    without: Collection[str] = (),
    limit: int = MOST,
    milliseconds: int = 0,
) -> list[CatalogueEntry]:
    """Listed entries that go with ``document``, the nearest first; one query of at most ``milliseconds``.

    None that it relates to already, nor those ``without``: these the page shows anyway. None at all
    where it takes too long; 0 sets no limit.
    """
    shown = [document.id, *without, *(relation.target for relation in document.relations)]
    terms = dict(islice(_weighted_terms(document), MOST_TERMS))
    if not terms and not document.topics:
        return []
    readable, values = listed(cards(viewer)).order_by().only(*_COLUMNS).query.sql_with_params()
    audiences, topics = sorted(viewer.audiences), list(document.topics)
    parameters: list[Any] = [*values, list(terms), [quote(term) for term in terms], list(terms.values())]
    parameters += [audiences, audiences, topics, topics, shown, limit]
    try:
        with time_limit(milliseconds) if milliseconds else nullcontext():
            return list(CatalogueEntry.objects.raw(_STATEMENT.format(readable=readable), parameters))
    except OperationalError as error:
        logger.warning("nothing related", object_id=document.id, reason=str(error)[:200])
        return []


def _weighted_terms(document: Document) -> Iterator[tuple[str, float]]:
    """The words of a document from its title on and their parts, each once, with what they weigh."""
    seen: set[str] = set()
    for wording, weight in _wordings(document.text(DEFAULT_LANGUAGE)):
        for token in analyse(wording):
            for term in token.terms if len(token.word) >= SHORTEST else ():
                if term not in seen:
                    seen.add(term)
                    yield term, weight


def _wordings(text: Text) -> Iterator[tuple[str, float]]:
    yield text.title, _IN_TITLE
    yield text.summary, _IN_HEAD
    yield from ((section.heading, _IN_HEAD) for section in text.sections)
    yield from ((block.text, _IN_TEXT) for _section, block in text.blocks())
