"""What the page of site search shows: its hits, the ways out where there are none, the viewer's region."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from hub.catalogue.models import CatalogueEntry
from search.file_texts import FoundInFile


@dataclass(frozen=True)
class ShownHit:
    """A result on the page: its entry, and its wording around the found words (None: the summary).

    ``title`` is marked as well. ``file`` is the page of an attached file that holds the words.
    """

    entry: CatalogueEntry
    excerpt: SafeString | None = None
    title: SafeString | None = None
    file: FoundInFile | None = None


@dataclass(frozen=True)
class WayOut:
    """A filter that could be dropped: what it asks for, how much is found without it, and the address."""

    label: str
    count: int
    query: str


@dataclass(frozen=True)
class RegionChoice:
    """A region to search in, with the number of results there; ``chosen`` if it is filtered by already.

    The number is right however many regions have more results than it.
    """

    name: str
    count: int
    query: str
    chosen: bool
