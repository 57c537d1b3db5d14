"""Writing passages: kept in step with the catalogue by the ``passages`` consumer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Document
from hub.municipalities.models import Body
from search.answers.embedding import current_embedder
from search.answers.models import Passage
from search.answers.passages import PassageText, cut_passages
from search.engines.tsearch import write_vector


def write_passages(entry: CatalogueEntry) -> int:
    """Replace the passages of an entry by those of its current document; returns their number."""
    embedder = current_embedder()
    publishers = _publisher_names(entry)
    passages = cut_passages(entry.document, member_names(entry.document))
    with transaction.atomic():
        drop_passages([entry.object_id])
        rows = [
            Passage(
                object_id=entry.object_id,
                revision=entry.revision,
                language=passage.language,
                number=passage.number,
                anchor=passage.anchor,
                kind=entry.kind,
                publishers=publishers,
                title=passage.title,
                heading=passage.heading,
                text=passage.text,
                audience=entry.audience,
                terms="",
                embedding=embedder.embed(f"{passage.title}\n{passage.heading}\n{passage.text}"),
                embedder=embedder.name,
            )
            for passage in passages
        ]
        Passage.objects.bulk_create(rows)
        _write_terms(rows, passages)
    return len(rows)


def drop_passages(object_ids: Iterable[str]) -> None:
    """Delete all passages of these items."""
    Passage.objects.filter(object_id__in=list(object_ids)).delete()


def drop_orphans() -> None:
    """Delete passages whose item the catalogue does not hold live."""
    live = CatalogueEntry.objects.filter(state=State.LIVE, hidden=False).values("object_id")
    Passage.objects.exclude(object_id__in=live).delete()


def _write_terms(rows: list[Passage], passages: list[PassageText]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE search_passage SET terms = %s::tsvector WHERE id = %s",
            [
                (passage_vector(passage, row.publishers), row.pk)
                for row, passage in zip(rows, passages, strict=True)
            ],
        )


def passage_vector(passage: PassageText, publishers: str = "") -> str:
    """The terms of a passage: its title weighs A, its heading B, its text C; parts and publishers D."""
    fields = [(passage.title, "A", "D"), (passage.heading, "B", "D"), (passage.text, "C", "D")]
    return write_vector([*fields, (publishers, "D", "D")])


def member_names(document: Document) -> dict[str, str]:
    """The names of the bodies that sit in a focus group, by their keys; one query, none for other kinds."""
    seats = document.group.seats if document.group else ()
    keys = {seat.body for seat in seats}
    return dict(Body.objects.filter(pk__in=keys).values_list("key", "name")) if keys else {}


def _publisher_names(entry: CatalogueEntry) -> str:
    """A renamed body keeps its old name in passages until they are built again."""
    names = dict(Body.objects.filter(pk__in=entry.publishers).values_list("key", "name"))
    return ", ".join(names[key] for key in entry.publishers if key in names)
