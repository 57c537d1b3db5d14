"""Writing passages: kept in step with the catalogue by the ``passages`` consumer.

Passages that a change leaves as they are keep their rows, and so their vectors: making one may cost money.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Document
from hub.files.models import FileState, StoredFile
from hub.municipalities.models import Body
from search.answers.file_passages import cut_files
from search.answers.models import Passage
from search.answers.passages import PassageText, cut_passages
from search.answers.vectors import write_vectors
from search.engines.tsearch import write_vector
from search.spelling import shape_with_lists

SHAPE = shape_with_lists(3)
"""Counts the changes of how passages are cut and read: others are built again by themselves."""

Wording = tuple[str, str | int | None, str, str, str, str]
"""What a passage says and of what: with the same a passage is the same, wherever it has moved."""


def write_passages(entry: CatalogueEntry) -> int:
    """Make the passages of an entry those of its current document and files; returns their number.

    Those that say the same as before stay, with their vectors; only what surrounds them is written anew.
    """
    passages = cut_passages(entry.document, member_names(entry.document))
    spoken = entry.document.facts_language
    passages += cut_files(entry, after=sum(passage.language == spoken for passage in passages))
    publishers = _publisher_names(entry)
    with transaction.atomic():
        kept, new = _match(entry.object_id, passages)
        Passage.objects.filter(object_id=entry.object_id).exclude(pk__in=kept).delete()
        _renew(entry, publishers, kept)
        rows = [_row(entry, publishers, passage) for passage in new]
        Passage.objects.bulk_create(rows)
        bare = Passage.objects.filter(pk__in=kept, vectors__isnull=True) if kept else ()
        if without_vector := [*rows, *bare]:
            write_vectors(without_vector)
    return len(passages)


def drop_passages(object_ids: Iterable[str]) -> None:
    """Delete all passages of these items."""
    Passage.objects.filter(object_id__in=list(object_ids)).delete()


def drop_orphans() -> None:
    """Delete passages whose item is not shown here."""
    shown = CatalogueEntry.objects.filter(state=State.LIVE, hidden=False, overlay="", moved_to="")
    Passage.objects.exclude(object_id__in=shown.values("object_id")).delete()


def drop_expired() -> None:
    """Delete passages of items that are no longer shown because of their date, which no change tells."""
    expired = CatalogueEntry.objects.filter(expires__lt=timezone.localdate())
    Passage.objects.filter(object_id__in=expired.values("object_id")).delete()


def find_files_changed() -> list[str]:
    """The items with passages of files that are not here any more, as those that were let go of."""
    entry = CatalogueEntry.objects.filter(object_id=OuterRef("object_id"))
    origin = Case(When(source="", then=Value("")), default=F("origin"))
    here = StoredFile.objects.filter(
        digest=OuterRef("file"), origin=OuterRef("brought_by"), state=FileState.STORED
    )
    passages = Passage.objects.exclude(file="").annotate(brought_by=Subquery(entry.values(of=origin)[:1]))
    gone = passages.filter(~Exists(here)).values_list("object_id", flat=True)
    return list(gone.order_by("object_id").distinct())


def passage_vector(passage: PassageText | Passage, publishers: str = "") -> str:
    """The terms of a passage: its title weighs A, its heading B, its text C; parts and publishers D."""
    fields = [(passage.title, "A", "D"), (passage.heading, "B", "D"), (passage.text, "C", "D")]
    return write_vector([*fields, (publishers, "D", "D")])


def member_names(document: Document) -> dict[str, str]:
    """The names of the bodies that sit in a focus group, by their keys; one query, none for other kinds."""
    seats = document.group.seats if document.group else ()
    keys = {seat.body for seat in seats}
    return dict(Body.objects.filter(pk__in=keys).values_list("key", "name")) if keys else {}


def _match(
    object_id: str, passages: Iterable[PassageText]
) -> tuple[dict[int, PassageText], list[PassageText]]:
    """What stays, by its key in the table, and what is new."""
    held: defaultdict[Wording, list[int]] = defaultdict(list)
    stored = Passage.objects.filter(object_id=object_id).order_by("-language", "-number")
    for passage in stored.defer("terms"):
        held[_wording(passage)].append(passage.pk)
    kept: dict[int, PassageText] = {}
    new = []
    for passage_text in passages:
        if same := held[_wording(passage_text)]:
            kept[same.pop()] = passage_text
        else:
            new.append(passage_text)
    return kept, new


def _wording(passage: PassageText | Passage) -> Wording:
    return passage.file, passage.page, passage.language, passage.title, passage.heading, passage.text


def _row(entry: CatalogueEntry, publishers: str, passage: PassageText) -> Passage:
    return Passage(
        object_id=entry.object_id,
        revision=entry.revision,
        language=passage.language,
        number=passage.number,
        anchor=passage.anchor,
        file=passage.file,
        page=passage.page,
        kind=entry.kind,
        publishers=publishers,
        title=passage.title,
        heading=passage.heading,
        text=passage.text,
        audience=entry.audience,
        terms=Cast(Value(passage_vector(passage, publishers)), SearchVectorField()),
    )


def _renew(entry: CatalogueEntry, publishers: str, kept: dict[int, PassageText]) -> None:
    """What surrounds the passages that stay, in one statement; those as they were are not written."""
    if not kept:
        return
    texts = kept.values()
    numbers, anchors = [text.number for text in texts], [text.anchor for text in texts]
    terms = [passage_vector(text, publishers) for text in texts]
    around: list[Any] = [entry.revision, entry.kind, publishers, entry.audience]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE search_passage AS held SET number = new.number, anchor = new.anchor, "
            "terms = new.terms::tsvector, revision = %s, kind = %s, publishers = %s, audience = %s "
            "FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[]) AS new(id, number, anchor, terms) "
            "WHERE held.id = new.id AND (held.number, held.anchor, held.terms, held.revision, held.kind, "
            "held.publishers, held.audience) IS DISTINCT FROM "
            "(new.number, new.anchor, new.terms::tsvector, %s, %s, %s, %s)",
            [*around, list(kept), numbers, anchors, terms, *around],
        )


def _publisher_names(entry: CatalogueEntry) -> str:
    """A renamed body keeps its old name in passages until they are built again."""
    names = dict(Body.objects.filter(pk__in=entry.publishers).values_list("key", "name"))
    return ", ".join(names[key] for key in entry.publishers if key in names)
