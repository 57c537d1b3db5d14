"""Topics that hubs add to the shared vocabulary, and how merged ones are followed.

A topic is a document: its code stands in other documents, its titles are what it is called. A document
is never rewritten because a topic was merged; the entry's column ``topics`` holds where its codes lead
today, so lists and search count the current topics alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from hub.catalogue import log
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Term, Viewer
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
    """The added topics by code. One query.

    Of two hubs' with one code the own one counts, else that which came here first: what another hub
    says later changes no topic of this one.
    """
    held = entries(Viewer.anonymous()).filter(kind=KIND).order_by("source", "pk")
    found: dict[str, Topic] = {}
    for entry in held.only("body"):
        term, names = _read(entry)
        if term is not None and term.code not in BUILT_IN:
            found.setdefault(term.code, Topic(term.code, names, term.merged_into))
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

    An entry whose topics change gets a new position, so that every other consumer reads it again. When
    a topic itself changed, a job of its own sees to the entries that carry added topics.
    """
    from hub.catalogue.tasks import resolve_topics_after_commit  # tasks import this module

    if any(entry.kind == KIND for entry in batch):
        resolve_topics_after_commit()
    if merges := follow_merges(read_topics()):
        _resolve([entry.pk for entry in batch if merges.keys() & set(entry.stated_topics)], merges)


def resolve_everywhere() -> int:
    """Bring every entry's column up to date, in small transactions; returns how many changed."""
    merges = follow_merges(read_topics())
    added = CatalogueEntry.objects.exclude(stated_topics__contained_by=sorted(BUILT_IN))
    changed, last = 0, 0
    while keys := list(added.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            changed += _resolve(keys, merges)
        last = keys[-1]
    return changed


def _resolve(keys: Sequence[int], merges: Mapping[str, str]) -> int:
    """Set the column of these entries, which are locked first and given their positions last."""
    held = CatalogueEntry.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    changed = []
    for entry in held.only("topics", "stated_topics"):
        current = resolve(entry.stated_topics, merges)
        if current != entry.topics:
            entry.topics = current
            changed.append(entry)
    if changed:
        for entry, position in zip(changed, log.next_positions(len(changed)), strict=True):
            entry.position = position
        CatalogueEntry.objects.bulk_update(changed, ["topics", "position"])
    return len(changed)


def _last_of(code: str, merges: Mapping[str, str]) -> str:
    """The end of the chain that begins with ``code``; ``code`` itself where there is none."""
    last, passed = code, set()
    while last in merges:
        if last in passed:
            return code
        passed.add(last)
        last = merges[last]
    return last


def _read(entry: CatalogueEntry) -> tuple[Term | None, dict[str, str]]:
    """The term of a topic's entry and its names by language."""
    try:
        document = entry.document
    except UnreadableDocument:
        return None, {}
    return document.term, {language: text.title for language, text in document.texts.items()}
