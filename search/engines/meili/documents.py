"""From a record to the document that Meilisearch holds, and the settings of an index of such documents."""

from __future__ import annotations

import base64
import datetime as dt
import re
from typing import Any

from django.utils import timezone

from search.engines.base import FACETS
from search.engines.facets import MOST_VALUES
from search.engines.meili.texts import MOST_TOKENS, Texts, read_texts
from search.records import Record
from search.spelling import fold

LAYOUT = 2
"""Counts the changes of what follows here: an index of another layout is as good as lost and built again."""

FIELDS = (
    "titles",
    "titles_more",
    "often",
    "leads",
    "bodies",
    "more",
    "extras",
    "files",
    "files_more",
    "inside",
)
"""The searchable fields, the weightiest first. ``more`` is that of leads, bodies and extras.

``often`` has what the bodies name several times, since Meilisearch does not count how often a word occurs.
"""

NEVER = dt.date.max.toordinal()
LONGEST_SORTED = 300

_SPECIAL = re.compile(r"[^a-z0-9_.-]")
_EQUAL = {"facetSearch": False, "filter": {"equality": True, "comparison": False}}
_COMPARED = {"facetSearch": False, "filter": {"equality": True, "comparison": True}}

SETTINGS: dict[str, Any] = {
    "searchableAttributes": list(FIELDS),
    "displayedAttributes": ["id"],
    "filterableAttributes": [
        {"attributePatterns": ["id", "audience", *FACETS], "features": _EQUAL},
        {"attributePatterns": ["day", "expires"], "features": _COMPARED},
    ],
    "sortableAttributes": ["changed", "sort_title"],
    "rankingRules": ["sort", "words", "attributeRank", "wordPosition", "exactness", "changed:desc"],
    # Which words stand next to each other is kept by the tokens of pairs and sequences.
    "proximityPrecision": "byAttribute",
    "typoTolerance": {"enabled": False},
    "prefixSearch": "disabled",
    "facetSearch": False,
    # A language whose words Meilisearch does not take apart: tokens are no words of any.
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["eng"]}],
    "faceting": {"maxValuesPerFacet": MOST_VALUES, "sortFacetValuesBy": {"*": "count"}},
    "pagination": {"maxTotalHits": 10_000_000},
    # Longer than anybody waits: an answer cut short would have wrong counts.
    "searchCutoffMs": 10_000,
}


def make_document(record: Record) -> dict[str, Any]:
    """The document of a record. Its filtered values are written by :func:`quote`."""
    expires = record.expires.toordinal() if record.expires else NEVER
    values: dict[str, Any] = {
        "id": make_key(record.object_id),
        "audience": record.audience,
        "changed": int(record.changed.timestamp() * 1_000_000),
        "day": timezone.localdate(record.published or record.changed).toordinal(),
        "expires": expires,
        "sort_title": fold(record.title)[:LONGEST_SORTED],
    }
    for facet in FACETS:
        value = getattr(record, facet)
        values[facet] = [quote(each) for each in value] if isinstance(value, tuple) else quote(value or "")
    return {name: value for name, value in (values | _texts(record)).items() if value not in ("", [])}


def make_key(object_id: str) -> str:
    """An id as Meilisearch takes it: small letters and digits, since filters do not tell case apart."""
    return base64.b32encode(object_id.encode()).decode().rstrip("=").lower()


def read_key(key: str) -> str:
    """The object id of a document's id."""
    return base64.b32decode(key.upper() + "=" * (-len(key) % 8)).decode()


def quote(value: object) -> str:
    """A value of a facet in small letters, digits and percent signs, as addresses write theirs.

    Nothing in it can end a filter's string, and Meilisearch, which compares values without regard to
    case and accents, tells apart what PostgreSQL does.
    """
    return _SPECIAL.sub(lambda found: "".join(f"%{byte:02x}" for byte in _bytes(found.group())), str(value))


def _bytes(letter: str) -> bytes:
    return letter.encode("utf-8", "replace")


def _texts(record: Record) -> dict[str, list[str]]:
    titles, leads = read_texts(record.titles), read_texts(record.leads)
    bodies, extras, files = read_texts(record.bodies), read_texts(record.extras), read_texts(record.files)
    more = _merge(leads, bodies, extras)
    inside = titles.inside | more.inside | files.inside
    return {
        "titles": titles.words,
        "titles_more": titles.rest,
        "leads": leads.words,
        "often": bodies.often,
        "bodies": bodies.words,
        "more": more.rest,
        "extras": extras.words,
        "files": files.words,
        "files_more": files.rest,
        "inside": list(inside)[:MOST_TOKENS],
    }


def _merge(*texts: Texts) -> Texts:
    whole = Texts()
    for each in texts:
        whole.words += each.words
        whole.more |= each.more
        whole.pairs |= each.pairs
        whole.inside |= each.inside
    return whole
