"""Site search and answers follow the catalogue: what changed is indexed again, what went is purged."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.utils import translation

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import UNSEARCHED
from hub.errors import UnreadableDocument
from hub.municipalities.models import Body
from search.answers.indexing import drop_passages, write_passages
from search.engines import current_engine
from search.records import Names, Record, build_record
from theme.topics import read_vocabulary

logger = structlog.get_logger("hub.search")

SEARCH = "search"
PASSAGES = "passages"


def follow_search(batch: Sequence[CatalogueEntry]) -> None:
    """Index the live entries of the batch and remove the others."""
    names = read_names(batch)
    records = {entry.object_id: _record(entry, names) for entry in batch}
    engine = current_engine()
    engine.remove([object_id for object_id, record in records.items() if record is None])
    engine.index([record for record in records.values() if record is not None])


def follow_passages(batch: Sequence[CatalogueEntry]) -> None:
    """Cut the live entries of the batch into passages and drop those of the others."""
    for entry in sorted(batch, key=lambda entry: entry.object_id):
        if is_searchable(entry):
            write_passages(entry)
        else:
            drop_passages([entry.object_id])


def is_searchable(entry: CatalogueEntry) -> bool:
    """Whether the entry is live, of a kind that is searched and of a schema this version reads."""
    if entry.state != State.LIVE or entry.hidden or entry.kind in UNSEARCHED:
        return False
    try:
        return bool(entry.document.texts)
    except UnreadableDocument as error:
        logger.warning("not searchable", object_id=entry.object_id, reason=str(error)[:300])
        return False


def read_names(batch: Sequence[CatalogueEntry]) -> Names:
    """Names of the batch's publishers and of all topics, in German and English, in three queries."""
    keys = {key for entry in batch for key in entry.publishers}
    topics = []
    for language in ("de", "en"):
        with translation.override(language):
            topics.append({code: str(name) for code, name in read_vocabulary().names.items()})
    german, english = topics
    return Names(
        bodies=dict(Body.objects.filter(pk__in=keys).values_list("key", "name")),
        topics={slug: f"{german[slug]}, {english[slug]}" for slug in german},
    )


def _record(entry: CatalogueEntry, names: Names) -> Record | None:
    if not is_searchable(entry):
        return None
    document = entry.document.model_copy(update={"topics": tuple(entry.topics)})
    return build_record(document, source=entry.source, changed=entry.changed, names=names)
