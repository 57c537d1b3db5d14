"""One record as pages of the archive, by the template of its kind in a frame without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import select_template
from django.utils import translation
from django.utils.translation import pgettext

from hub.catalogue.models import CatalogueEntry
from hub.documents import DEFAULT_LANGUAGE, Document, Relation
from hub.errors import UnreadableDocument
from hub.site.archive import places
from hub.site.archive.directory import Directory, Record, Resolver
from hub.site.archive.links import rewrite
from hub.site.archive.selection import PUBLIC
from hub.site.context import INSTANCE
from theme.bodies import BodyDirectory
from theme.markup import referenced_ids
from theme.references import References, find_references
from theme.topics import Vocabulary, read_vocabulary

LAYOUT = "site/archive/document.html"
UNREADABLE = "site/archive/unreadable.html"


@dataclass
class Renderer:
    """Renders pages. Bodies and topics are read once for all of them.

    ``crossing`` collects links to a place within another page: page, target, fragment.
    """

    directory: Directory
    add_static: Callable[[str], str | None]
    crossing: list[tuple[str, str, str]] = field(default_factory=list)
    _bodies: BodyDirectory = field(default_factory=BodyDirectory)
    _vocabularies: dict[str, Vocabulary] = field(default_factory=dict)

    def render_record(
        self, entry: CatalogueEntry, record: Record, files: Mapping[str, str]
    ) -> Iterator[tuple[str, str]]:
        """Path and page of a record in each of its languages; ``files`` by digest in hexadecimal."""
        document = entry.document if self.is_readable(entry) else None
        for language in record.languages or (DEFAULT_LANGUAGE,):
            path = record.page(language)
            resolver = self._resolver(path, language)
            resolver.files, resolver.own_id = files, entry.object_id
            context: dict[str, Any] = {"entry": entry, "document": document, "record": record}
            if document is None:
                yield path, self._render([UNREADABLE], context, resolver, language)
                continue
            context |= _wording(document, language) | self._references(document)
            context["markdown"] = places.markdown_of(record.name, language)
            known = [f"{entry.kind}/document.html", UNREADABLE]
            yield path, self._render(known, context, resolver, language)

    def is_readable(self, entry: CatalogueEntry) -> bool:
        """Whether this version knows the document's schema."""
        try:
            return bool(entry.document)
        except UnreadableDocument:
            return False

    def render_page(self, path: str, template: str, context: Mapping[str, Any]) -> str:
        """A page of the archive's own."""
        resolver = self._resolver(path, DEFAULT_LANGUAGE)
        return self._render([template], context, resolver, DEFAULT_LANGUAGE)

    def vocabulary(self, interface: str = DEFAULT_LANGUAGE) -> Vocabulary:
        """The topics in a language of the interface."""
        if interface not in self._vocabularies:
            with translation.override(interface):
                self._vocabularies[interface] = read_vocabulary()
        return self._vocabularies[interface]

    def _resolver(self, path: str, language: str) -> Resolver:
        return Resolver(self.directory, path, self.add_static, language, crossing=self.crossing)

    def _render(
        self, templates: list[str], values: Mapping[str, Any], resolver: Resolver, language: str
    ) -> str:
        interface = _interface_of(language)
        context = Context(
            {
                "layout": LAYOUT,
                "printed": True,
                "unasked": True,
                "viewer": PUBLIC,
                "instance": INSTANCE,
                "language": interface,
                "LANGUAGE_CODE": interface,
                **values,
            }
        )
        held = vars(context.render_context)
        held["body_directory"], held["vocabulary"] = self._bodies, self.vocabulary(interface)
        with translation.override(interface):
            template: Any = select_template(templates)
            return rewrite(template.template.render(context), resolver)

    def _references(self, document: Document) -> dict[str, Any]:
        """What the document links to: read by anybody, withdrawn, or elsewhere."""
        ids = referenced_ids(document)
        found = find_references(ids, PUBLIC) if ids else References()
        withheld = {key: note or pgettext("archive", "withdrawn") for key, note in found.withheld.items()}
        known = References(found.readable, withheld)
        return {"known": known, "unled": _unled(document.relations, known)}


def _wording(document: Document, language: str) -> dict[str, Any]:
    return {"text": document.text(language), "wording": language, "asked": True}


def _interface_of(language: str) -> str:
    """The language of what stands around a text."""
    base = language.split("-")[0]
    return base if base in dict(settings.INTERFACE_LANGUAGES) else settings.LANGUAGE_CODE


def _unled(relations: tuple[Relation, ...], known: References) -> list[tuple[Relation, str]]:
    """Relations to what has no page here, with the reason; empty for what other hubs hold."""
    return [
        (relation, known.withheld.get(relation.target, ""))
        for relation in relations
        if relation.target not in known.readable
    ]
