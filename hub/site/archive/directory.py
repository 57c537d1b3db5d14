"""Which address of this instance leads to which page of the archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.rendering import LANGUAGE_PARAMETER
from hub.documents import DEFAULT_LANGUAGE
from hub.env import env
from hub.site.archive import places

KEPT = ("mailto", "tel")
ARCHIVE = "/archiv/"
"""Before a path of the archive itself, in the templates of its own pages."""


@dataclass(frozen=True)
class Record:
    """What links need of a record: how its files are called and its languages, the first one first."""

    name: str
    languages: tuple[str, ...]

    def page(self, language: str) -> str:
        """Its page in that language, else in its first."""
        wanted = language in self.languages[1:]
        return places.page_of(self.name, language if wanted else "")


def ordered_languages(languages: list[str]) -> tuple[str, ...]:
    """German first, as documents are read."""
    return tuple(sorted(languages, key=lambda tag: (tag != DEFAULT_LANGUAGE, tag)))


@dataclass
class Directory:
    """Pages by the addresses that lead to them here: paths of this instance, permanent ids of all.

    The only thing an export holds of every record; some hundred bytes each. ``wanted`` are the languages
    that get pages, all if it is empty.
    """

    wanted: frozenset[str] = frozenset()
    records: dict[str, Record] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)

    def add(self, entry: CatalogueEntry) -> Record:
        """Take in a record. The own one keeps an id that another hub uses as well."""
        languages = ordered_languages(entry.languages)
        kept = tuple(tag for tag in languages if not self.wanted or tag in self.wanted)
        record = Record(places.record_name(entry), kept or languages[:1])
        self.records[entry.get_absolute_url()] = record
        self.records[entry.object_id] = record
        self.records.setdefault(f"/id/{entry.uuid}", record)
        return record


@dataclass
class Resolver:
    """Resolves the addresses of one page at ``page`` in ``language``.

    ``files`` are the paths of its document's files by digest in hexadecimal, ``own_id`` its permanent
    address, which stays; ``add_static`` copies a file of the design and returns its path.
    """

    directory: Directory
    page: str
    add_static: Callable[[str], str | None]
    language: str = DEFAULT_LANGUAGE
    files: Mapping[str, str] = field(default_factory=dict)
    own_id: str = ""
    crossing: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, address: str) -> str | None:
        """The relative address, the address itself where it leads outside, None where to nothing."""
        parts = urlsplit(address)
        if parts.scheme in KEPT or address == self.own_id:
            return address
        found = self._find(address)
        if found is not None:
            return self._link(found, parts.fragment)
        is_own = not parts.netloc or f"{parts.scheme}://{parts.netloc}" == env.origin
        if is_own and not (parts.netloc and parts.path.startswith("/id/")):
            return None
        return address if parts.scheme in ("http", "https") else None

    def _find(self, address: str) -> str | None:
        parts = urlsplit(address)
        if parts.path.startswith(ARCHIVE) and not parts.netloc:
            return parts.path.removeprefix(ARCHIVE) or places.INDEX
        if parts.path.startswith("/dateien/"):
            pieces = parts.path.split("/")
            return self.files.get(pieces[3]) if len(pieces) > 3 else None
        origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        path = parts.path if origin in ("", env.origin) else f"{origin}{parts.path}"
        if origin in ("", env.origin) and path.startswith(settings.STATIC_URL):
            return self.add_static(path.removeprefix(settings.STATIC_URL))
        if record := self.directory.records.get(path) or self.directory.records.get(f"{origin}{parts.path}"):
            named = parse_qs(parts.query).get(LANGUAGE_PARAMETER, [self.language])[0]
            return record.page(named)
        return self.directory.lists.get(f"{path}?{parts.query}" if parts.query else path)

    def _link(self, target: str, fragment: str) -> str:
        link = places.relative(target, self.page)
        if not fragment:
            return link
        self.crossing.append((self.page, target, fragment))
        return f"{link}#{fragment}"
