"""The last check before anything is quoted: it stands there now, character for character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hub.catalogue.models import CatalogueEntry
from search.answers.file_passages import find_quoted
from search.answers.indexing import member_names
from search.answers.models import Passage
from search.answers.passages import is_quoted_from


def keep_exact(passages: Iterable[Passage], held: Mapping[str, CatalogueEntry]) -> list[Passage]:
    """Those that stand in their document, or in a file that it attaches, as these are now, in their order.

    ``held`` are the entries the viewer may read, by their ids. Two queries if passages of files are among
    them, one for each focus group.
    """
    known = [(passage, held[passage.object_id]) for passage in passages if passage.object_id in held]
    quoted = find_quoted(known)
    return [
        passage
        for passage, entry in known
        if (passage.pk in quoted if passage.file else _stands(passage, entry))
    ]


def is_exact(passage: Passage, entry: CatalogueEntry | None) -> bool:
    """The same of one passage."""
    return bool(entry and keep_exact([passage], {passage.object_id: entry}))


def _stands(passage: Passage, entry: CatalogueEntry) -> bool:
    return is_quoted_from(passage.text, entry.document, passage.language, member_names(entry.document))
