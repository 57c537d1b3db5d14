"""Records as the API tells them: what anybody may read, in the order in which it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import is_gone, listed, newest_position
from hub.documents import Audience, Document, Text, Viewer
from hub.env import env
from hub.errors import UnreadableDocument
from hub.site.api.parameters import RecordFilters, conditions_of, read_position
from hub.site.api.schemas import (
    NamedBody,
    NamedTopic,
    Record,
    RecordDetail,
    RecordPage,
    RelatedRecord,
    SectionText,
    SessionOf,
    Tombstone,
    When,
)
from hub.site.cursors import encode_cursor
from hub.site.queries import contributions
from hub.site.wordings import Wording, choose_wordings
from theme.bodies import BodyDirectory
from theme.references import find_references
from theme.topics import Vocabulary, read_vocabulary

ROOT = f"{env.origin}/api/v1"
ANYBODY = Viewer.anonymous()


@dataclass(frozen=True)
class Names:
    """What bodies and topics are called, and the wordings chosen, for the entries of one answer."""

    bodies: BodyDirectory
    vocabulary: Vocabulary
    wordings: Mapping[int, Wording]


def read_names(found: Sequence[CatalogueEntry], wanted: Sequence[str], vocabulary: Vocabulary) -> Names:
    """A query for bodies, another for texts in another language than the first."""
    bodies = BodyDirectory()
    bodies.know(key for entry in found for key in entry.publishers)
    return Names(bodies, vocabulary, choose_wordings(found, wanted))


def find_records(filters: RecordFilters, wanted: Sequence[str]) -> RecordPage:
    """A page of records.

    Pages follow the position at which each last changed here: what changes meanwhile moves behind the
    reader and comes again, so that nobody who follows ``next`` misses anything. ``changed_since`` chooses
    where to begin and bounds the first page alone: what a peer delivers late is new here, however long ago
    it changed there. Three queries, one more to begin by ``changed_since``, more for regions, kinds of
    bodies and other languages. Raises :class:`hub.site.api.problems.Refused`.
    """
    position, vocabulary = read_position(filters.cursor), read_vocabulary()
    begins = filters.changed_since is not None and not filters.cursor
    newest = newest_position() if begins else 0  # before the page: what comes between is told next time
    found = _candidates(filters).filter(*conditions_of(filters, ANYBODY, vocabulary), position__gt=position)
    rows = list(found.order_by("position")[: filters.limit + 1])
    shown = rows[: filters.limit]
    live = [entry for entry in shown if not is_gone(entry)]
    names = read_names(live, wanted, vocabulary)
    last = shown[-1].position if shown else position
    has_more = len(rows) > filters.limit
    resume = _address(filters, encode_cursor("records", str(last if has_more else max(last, newest))))
    return RecordPage(
        records=[describe(entry, names) for entry in live],
        withdrawn=[_tombstone(entry) for entry in shown if is_gone(entry)],
        next=resume if has_more else None,
        resume=resume,
    )


def _candidates(filters: RecordFilters) -> QuerySet[CatalogueEntry]:
    """What may be read; for mirrors also what could be once and is withdrawn, hidden, held or expired."""
    if filters.changed_since is None:
        return contributions(ANYBODY)
    known = CatalogueEntry.objects.filter(audience=Audience.PUBLIC)
    if not filters.cursor:
        known = known.filter(changed__gte=filters.changed_since)
    return listed(known).defer("body")


def _address(filters: RecordFilters, cursor: str) -> str:
    params = filters.model_dump(mode="json", exclude={"cursor"}, exclude_defaults=True)
    return f"{ROOT}/records?{urlencode(params | {'cursor': cursor}, doseq=True)}"


def _tombstone(entry: CatalogueEntry) -> Tombstone:
    return Tombstone(
        id=entry.object_id,
        uuid=str(entry.uuid),
        kind=entry.kind,
        origin=entry.origin,
        changed=entry.changed,
    )


def describe(entry: CatalogueEntry, names: Names) -> Record:
    """The header of a record, from the columns of its entry."""
    wording = names.wordings[entry.pk]
    return Record(
        id=entry.object_id,
        uuid=str(entry.uuid),
        url=f"{env.origin}{entry.get_absolute_url()}",
        api_url=f"{ROOT}/records/{entry.uuid}",
        origin=entry.origin,
        kind=entry.kind,
        title=wording.title,
        summary=wording.summary,
        language=wording.tag,
        languages=entry.languages,
        publishers=[name_body(key, names.bodies) for key in entry.publishers],
        topics=[NamedTopic(code=code, name=names.vocabulary.name(code)) for code in entry.topics],
        licence=entry.licence or None,
        maturity=entry.maturity or None,
        once_eur=entry.card.get("once"),
        monthly_eur=entry.card.get("monthly"),
        first_year_eur=entry.first_year_eur,
        event=_when(entry),
        year=entry.year,
        revision=entry.revision,
        published=entry.first_published,
        changed=entry.changed,
        confirmed=entry.confirmed,
        expires=entry.expires,
        demo=bool(entry.card.get("demo")),
        hub_note=entry.label or None,
    )


def name_body(key: str, bodies: BodyDirectory) -> NamedBody:
    """A body with its name."""
    return NamedBody(key=key, name=bodies.name(key))


def describe_all(entry: CatalogueEntry, wanted: Sequence[str]) -> RecordDetail:
    """All of a record. Queries: bodies, topics, and what it leads to, if anything."""
    document = read_document(entry)
    names = read_names([entry], wanted, read_vocabulary())
    header = describe(entry, names).model_dump()
    addresses = {
        "statements_url": f"{ROOT}/records/{entry.uuid}/statements",
        "files_url": f"{ROOT}/records/{entry.uuid}/files",
    }
    if document is None:
        return RecordDetail(**header, **addresses, readable=False)
    text = document.text(names.wordings[entry.pk].tag)
    return RecordDetail(**header, **addresses, readable=True, **_facts(document, text))


def read_document(entry: CatalogueEntry) -> Document | None:
    """The entry's document; None where it needs newer software."""
    try:
        return entry.document
    except UnreadableDocument:
        return None


def _facts(document: Document, text: Text) -> dict[str, object]:
    shared = ("contact", "costs", "case", "module", "group", "recording", "dataset", "indicator", "training")
    facts = {name: getattr(document, name) for name in (*shared, "motion", "responses")}
    return facts | {
        "sections": list(_sections(text)),
        "programme": list(document.event.slots) if document.event else [],
        **_leads(document),
    }


def _sections(text: Text) -> Iterable[SectionText]:
    for section in text.sections:
        words = "\n\n".join(block.text for block in section.blocks if block.text)
        yield SectionText(
            anchor=section.anchor, heading=section.heading, level=section.level, part=section.part, text=words
        )


def _leads(document: Document) -> dict[str, object]:
    """Relations and the event of a note, as far as anybody may read what they lead to."""
    event = document.session.event if document.session else ""
    targets = {relation.target for relation in document.relations} | {event} - {""}
    readable = find_references(targets, ANYBODY).readable if targets else {}
    relations = [
        RelatedRecord(
            type=relation.type,
            id=relation.target,
            kind=target.kind,
            title=target.title,
            url=f"{env.origin}{target.get_absolute_url()}",
        )
        for relation in document.relations
        if (target := readable.get(relation.target))
    ]
    session = None
    if document.session:
        session = SessionOf(event=event if event in readable else None, held=document.session.held)
    return {"relations": relations, "session": session}


def _when(entry: CatalogueEntry) -> When | None:
    if entry.starts is None or entry.ends is None:
        return None
    return When(
        starts=entry.starts,
        ends=entry.ends,
        timezone=entry.card.get("zone", "Europe/Berlin"),
        location=entry.card.get("location"),
        cancelled=entry.card.get("status") == "cancelled",
    )
