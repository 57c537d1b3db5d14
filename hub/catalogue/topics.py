"""Topics that hubs add to the shared vocabulary, and how merged ones are followed.

A topic is a document: its code stands in other documents, its titles are what it is called. A document
is never rewritten because a topic was merged; the entry's column ``topics`` holds where its codes lead
today, so lists and search count the current topics alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from hub.catalogue import log
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Document, Viewer
from hub.errors import UnreadableDocument

KIND = "topic"
BUILT_IN = frozenset(
    {
        "ki", "open-data", "digitale-dienste", "beteiligung", "mobilitaet", "smart-city", "geodaten", "ikz",
        "recht", "organisation", "website", "energie",
    }
)  # fmt: skip
"""Codes that come with the software: every hub knows them, and no hub can rename or merge them."""
CONSUMER = "topics"
CHUNK = 500


@dataclass(frozen=True)
class Topic:
    """A topic some hub has added: its names by language, and the code it was merged into."""

    code: str
    names: Mapping[str, str]
    merged_into: str = ""


def read_topics() -> dict[str, Topic]:
    """The added topics by code; of two hubs' with one code the older counts. One query."""
    held = entries(Viewer.anonymous()).filter(kind=KIND).order_by("first_published", "object_id")
    found: dict[str, Topic] = {}
    for entry in held.only("body"):
        document = _read(entry)
        if document is None or document.term is None or document.term.code in found:
            continue
        if document.term.code in BUILT_IN:
            continue
        names = {language: text.title for language, text in document.texts.items()}
        found[document.term.code] = Topic(document.term.code, names, document.term.merged_into)
    return found


def follow_merges(topics: Mapping[str, Topic]) -> dict[str, str]:
    """Where each merged code leads at last. Codes that lead in a circle lead nowhere and stay."""
    merges = {code: topic.merged_into for code, topic in topics.items() if topic.merged_into}
    return {code: last for code in merges if (last := _last_of(code, merges)) != code}


def resolve(codes: Iterable[str], merges: Mapping[str, str]) -> list[str]:
    """The current codes, in their order, none twice."""
    return list(dict.fromkeys(merges.get(code, code) for code in codes))


def follow_topics(batch: Sequence[CatalogueEntry]) -> None:
    """The catalogue's consumer: keep the column ``topics`` in step with what was merged.

    An entry whose topics change gets a new position, so that every other consumer reads it again.
    """
    merges = follow_merges(read_topics())
    if any(entry.kind == KIND for entry in batch):
        _resolve_all(CatalogueEntry.objects.exclude(topics=[]), merges)
    elif merges:
        touched = CatalogueEntry.objects.filter(pk__in=[entry.pk for entry in batch])
        _resolve_all(touched.filter(topics__overlap=list(merges)), merges)


def _resolve_all(touched: QuerySet[CatalogueEntry], merges: Mapping[str, str]) -> None:
    changed = []
    for entry in touched.only("topics", "body").iterator(CHUNK):
        document = _read(entry)
        current = resolve(document.topics, merges) if document else entry.topics
        if current != entry.topics:
            entry.topics = current
            changed.append(entry)
    for start in range(0, len(changed), CHUNK):
        part = changed[start : start + CHUNK]
        for entry, position in zip(part, log.next_positions(len(part)), strict=True):
            entry.position = position
        CatalogueEntry.objects.bulk_update(part, ["topics", "position"])


def _last_of(code: str, merges: Mapping[str, str]) -> str:
    """The end of the chain that begins with ``code``; ``code`` itself where there is none."""
    last, passed = code, set()
    while last in merges:
        if last in passed:
            return code
        passed.add(last)
        last = merges[last]
    return last


def _read(entry: CatalogueEntry) -> Document | None:
    try:
        return entry.document
    except UnreadableDocument:
        return None
