"""Title and summary of many entries in the language a reader asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hub.catalogue.models import CatalogueEntry
from hub.documents import DEFAULT_LANGUAGE
from hub.errors import UnreadableDocument


class Wording(NamedTuple):
    """A title and a summary, and the tag (BCP 47) of their language."""

    tag: str
    title: str
    summary: str


def choose_wordings(found: Iterable[CatalogueEntry], wanted: Sequence[str]) -> dict[int, Wording]:
    """By primary key: the wording in the first of ``wanted`` that an entry has, else its first one.

    One query where another than the first one is wanted of entries without their documents, none else.
    """
    chosen = {entry.pk: (entry, _choose(entry, wanted)) for entry in found}
    other = [
        pk
        for pk, (entry, tag) in chosen.items()
        if tag != first_language(entry) and "body" in entry.get_deferred_fields()
    ]
    bodies = _read_bodies(other)
    return {pk: _wording(bodies.get(pk, entry), tag) for pk, (entry, tag) in chosen.items()}


def first_language(entry: CatalogueEntry) -> str:
    """The language of the entry's own title and summary."""
    if DEFAULT_LANGUAGE in entry.languages or not entry.languages:
        return DEFAULT_LANGUAGE
    return str(entry.languages[0])


def _choose(entry: CatalogueEntry, wanted: Sequence[str]) -> str:
    return next((tag for tag in wanted if tag in entry.languages), first_language(entry))


def _read_bodies(keys: Sequence[int]) -> dict[int, CatalogueEntry]:
    if not keys:
        return {}
    columns = ("body", "title", "summary", "languages")
    return CatalogueEntry.objects.only(*columns).in_bulk(keys)


def _wording(entry: CatalogueEntry, tag: str) -> Wording:
    """That wording; the columns where they are it, or where the document needs newer software."""
    first = first_language(entry)
    if tag != first:
        try:
            text = entry.document.texts[tag]
        except (UnreadableDocument, KeyError):
            return Wording(first, entry.title, entry.summary)
        return Wording(tag, text.title, text.summary)
    return Wording(first, entry.title, entry.summary)
