"""Site search and answers follow the catalogue: what changed is indexed again, what went is purged.

Each engine is a consumer with a cursor of its own. PostgreSQL is fed with all others; an engine that is
reached over the network is fed apart, by a job of its own, so that it holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import structlog
from django.db import transaction
from django.db.models import Min
from django.utils import translation

from hub.catalogue.consumers import BATCH, hand_again
from hub.catalogue.models import CatalogueEntry, State
from hub.catalogue.publishing import read_publishers
from hub.catalogue.queries import is_gone
from hub.documents import UNSEARCHED
from hub.errors import Unavailable, UnreadableDocument
from hub.municipalities.regions import Bodies
from search import language
from search.answers.indexing import drop_passages, write_passages
from search.engines.base import Engine, Index
from search.engines.choosing import engines
from search.engines.generations import POSTGRES, live
from search.engines.postgres import PostgresEngine
from search.file_texts import texts_of
from search.jobs import enqueue_follow
from search.models import SearchIndex, SearchRecord
from search.records import Names, Record, build_record, classes_of
from theme.topics import read_vocabulary

logger = structlog.get_logger("hub.search")

SEARCH = "search"
PASSAGES = "passages"
CO_PUBLICATION = "co_publication"
MOST_CHARACTERS = 3_000_000
"""Of records that an engine is handed together: what it makes of them takes many times as much memory."""


def consumer_of(engine: str) -> str:
    """The name of the consumer that feeds an engine."""
    return SEARCH if engine == POSTGRES else f"{SEARCH}.{engine}"


def follower_of(engine: Engine) -> Callable[[Sequence[CatalogueEntry]], None]:
    """What feeds an engine. One without an index yet reads nothing: its build reads the whole catalogue."""

    def follow(batch: Sequence[CatalogueEntry]) -> None:
        if SearchIndex.objects.filter(engine=engine.name, generation__gt=0).exists():
            feed(engine, batch)

    return follow_search if engine.name == POSTGRES else follow


def follow_search(batch: Sequence[CatalogueEntry]) -> None:
    """Feed PostgreSQL, then let the other engines follow."""
    feed(PostgresEngine(), batch)
    for engine in engines():
        if engine.name != POSTGRES:
            _enqueue_after_commit(consumer_of(engine.name))


def follow_again(object_ids: Iterable[str]) -> None:
    """Index and cut these items once more though they did not change: what belongs to them did, as files.

    The index that is built aside is told first. It may take the place of the other one in between, and
    that one is told whichever it is.
    """
    wanted = sorted(set(object_ids))
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        for engine in engines():
            _feed_building(engine, some)
            hand_again(consumer_of(engine.name), some)
        hand_again(PASSAGES, some)


def feed(index: Index, batch: Sequence[CatalogueEntry]) -> None:
    """Index the live entries of the batch and remove the others.

    Statements of co-publishers are no hits of their own: what they are about is indexed again with them.
    """
    language.refresh()
    batch = [*batch, *_jointly_published(batch)]
    shown = [entry for entry in batch if is_searchable(entry)]
    publishers, files = read_publishers(shown), texts_of(shown)
    names = read_names({key for keys in publishers.values() for key in keys})
    gone = {entry.object_id for entry in batch} - publishers.keys()
    index.remove(sorted(gone))
    records = (
        _record(entry, publishers[entry.object_id], names, files.get(entry.object_id, ())) for entry in shown
    )
    for part in _parts_of(records):
        index.index(part)


def find_misplaced() -> list[str]:
    """The items whose publishers lie elsewhere or are of another size now than when they were indexed."""
    bodies = Bodies()
    regions, sizes = bodies.regions, bodies.sizes
    rows = SearchRecord.objects.filter(generation=live())
    return [
        object_id
        for object_id, keys, *held in rows.values_list("object_id", "publishers", "districts", "sizes")
        if held != [list(classes_of(tuple(keys), regions)), list(classes_of(tuple(keys), sizes))]
    ]


def follow_passages(batch: Sequence[CatalogueEntry]) -> None:
    """Cut the live entries of the batch into passages and drop those of the others."""
    language.refresh()
    for entry in sorted(batch, key=lambda entry: entry.object_id):
        if is_searchable(entry) and not is_gone(entry):
            write_passages(entry)
        else:
            drop_passages([entry.object_id])


def is_searchable(entry: CatalogueEntry) -> bool:
    """Whether the entry is shown here, of a kind that is searched and of a schema this version reads."""
    if entry.state != State.LIVE or entry.hidden or entry.overlay or entry.moved_to:
        return False
    if entry.kind in UNSEARCHED or entry.about:
        return False
    try:
        return bool(entry.document.texts)
    except UnreadableDocument as error:
        logger.warning("not searchable", object_id=entry.object_id, reason=str(error)[:300])
        return False


def read_names(publishers: Collection[str]) -> Names:
    """Names and classes of these bodies, names of all topics in German and English; in three queries."""
    bodies = Bodies(publishers)
    topics = []
    for code in ("de", "en"):
        with translation.override(code):
            topics.append({slug: str(name) for slug, name in read_vocabulary().names.items()})
    german, english = topics
    return Names(
        bodies=bodies.names,
        topics={slug: f"{german[slug]}, {english[slug]}" for slug in german},
        districts=bodies.regions,
        sizes=bodies.sizes,
    )


def _record(
    entry: CatalogueEntry, publishers: tuple[str, ...], names: Names, files: tuple[str, ...]
) -> Record:
    document = entry.document.model_copy(update={"topics": tuple(entry.topics), "publishers": publishers})
    return build_record(
        document,
        source=entry.source,
        changed=entry.changed,
        names=names,
        files=files,
        published=entry.first_published,
    )


def _parts_of(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Records in parts that end with the one which exceeds :data:`MOST_CHARACTERS`."""
    part: list[Record] = []
    size = 0
    for record in records:
        part.append(record)
        size += sum(map(len, record.wordings))
        if size > MOST_CHARACTERS:
            yield part
            part, size = [], 0
    if part:
        yield part


def _jointly_published(batch: Sequence[CatalogueEntry]) -> list[CatalogueEntry]:
    """What the batch's statements of co-publishers are about and is not in it; no query without any."""
    about = {entry.about for entry in batch if entry.kind == CO_PUBLICATION}
    missing = about - {entry.object_id for entry in batch}
    return list(CatalogueEntry.objects.filter(object_id__in=missing)) if missing else []


def _feed_building(engine: Engine, object_ids: Sequence[str]) -> None:
    """Tell the index that is being built, or let the build read these entries again."""
    with transaction.atomic():
        rows = SearchIndex.objects.select_for_update().filter(engine=engine.name, building__isnull=False)
        row = rows.first()
        if row is None or row.building is None or row.building == row.generation:
            return
        known = CatalogueEntry.objects.filter(object_id__in=object_ids, position__lte=row.position)
        try:
            with transaction.atomic():
                feed(engine.aside(row.building), list(known))
        except Unavailable:
            first = known.aggregate(first=Min("position"))["first"]
            row.position = min(row.position, first - 1) if first else row.position
            row.save(update_fields=["position"])


def _enqueue_after_commit(consumer: str) -> None:
    transaction.on_commit(lambda: enqueue_follow(consumer), robust=True)
