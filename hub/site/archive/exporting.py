"""Writing an archive: every public record, read some at a time.

The folder appears in its place once everything is written; after an error nothing of it is there. What its
own check finds wrong in it, and files that were not here, are told beside it, see :class:`Exported`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from federation.identity import own_identity
from federation.outgoing import own_head
from hub.catalogue.models import CatalogueEntry
from hub.documents import SCHEMA, Attachment
from hub.env import env
from hub.errors import FileWithheld, UnreadableDocument
from hub.files.queries import find_file
from hub.files.services import open_content
from hub.site.archive import data, places
from hub.site.archive.checking import check_folder
from hub.site.archive.design import Design
from hub.site.archive.directory import Directory
from hub.site.archive.folder import CHUNK, ArchiveFolder, growing_folder
from hub.site.archive.links import ids_of
from hub.site.archive.listing import everything, plan_groups, render_list
from hub.site.archive.rendering import Renderer
from hub.site.archive.selection import CHUNK as RECORDS
from hub.site.archive.selection import PUBLIC, public_entries, stream
from hub.site.archive.signing import write_public_key, write_signature
from hub.site.context import INSTANCE
from hub.site.exports.rendering import as_markdown

LEGAL = {
    "rechtliches/impressum.html": ("/impressum/", "site/legal_notice.html"),
    "rechtliches/datenschutz.html": ("/datenschutz/", "site/privacy.html"),
    "rechtliches/barrierefreiheit.html": ("/barrierefreiheit/", "site/accessibility.html"),
}
MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)

Say = Callable[[str], object]


@dataclass
class Exported:
    """What an export wrote: records, files, files that were not here, and faults its own check found."""

    own: int = 0
    received: int = 0
    files: int = 0
    missing: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def missing_files(self) -> int:
        """How many files were not here, however many records name them."""
        return len({fault["digest"] for fault in self.missing})


def export_archive(
    target: Path, *, packed: bool = False, languages: tuple[str, ...] = (), say: Say = lambda line: None
) -> Exported:
    """Write the public hub to ``target``, as one ZIP file if ``packed``.

    ``languages`` narrows the pages for people; documents keep all they have. Raises
    :class:`hub.site.archive.folder.TargetTaken`, or ``OSError`` when the disk is full: then nothing stays.
    """
    with (
        growing_folder(target, packed) as folder,
        _one_moment(),
        translation.override(settings.LANGUAGE_CODE),
    ):
        exporting = _Exporting(folder, frozenset(languages), say)
        exporting.run()
        say("checking …")
        exporting.done.faults = check_folder(folder.root)
    return exporting.done


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything is read as of one moment, whatever is published meanwhile."""
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        if not is_nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


class _Exporting:
    def __init__(self, folder: ArchiveFolder, languages: frozenset[str], say: Say) -> None:
        self.folder, self.say = folder, say
        self.done = Exported()
        self.directory = Directory(languages)
        self.renderer = Renderer(self.directory, Design(folder).add)

    def run(self) -> None:
        fingerprint = write_public_key(self.folder)
        total = self._know_records()
        groups = plan_groups(self.renderer)
        lists = [everything(), *(listing for group in groups for listing in group.items)]
        self.directory.lists |= {each.alias: each.address[8:] for each in lists if each.alias}
        self.directory.lists |= {address: path for path, (address, _template) in LEGAL.items()}
        self._write_records(total)
        self.say(f"{len(lists)} lists …")
        for listing in lists:
            self._write_pages(render_list(listing, self.renderer))
        for path, (_address, template) in LEGAL.items():
            self.folder.write(path, self._render_legal(path, template))
        self._write_data()
        self._write_entrance(groups, total, fingerprint)
        self._mend_fragments()
        self.folder.write_sums()
        write_signature(self.folder)

    def _know_records(self) -> int:
        found = public_entries().defer("body", "card", "summary")
        return sum(1 for _record in map(self.directory.add, stream(found)))

    def _write_records(self, total: int) -> None:
        entries, count = stream(public_entries()), 0
        while batch := list(islice(entries, RECORDS)):
            slugs = data.slugs_of(batch)
            for entry in batch:
                self._write_record(entry, slugs.get(entry.page_id or 0, ""))
            count += len(batch)
            self.say(f"{count} of {total} records")

    def _write_record(self, entry: CatalogueEntry, slug: str) -> None:
        name = places.record_name(entry)
        self.folder.write(places.body_of(name), entry.body)
        self.folder.write(places.envelope_of(name), data.as_json(data.envelope_of(entry, slug)))
        record = self.directory.records[entry.object_id]
        pages = self.renderer.render_record(entry, record, self._write_files(entry))
        self._write_pages(pages)
        if self.renderer.is_readable(entry):
            for language in record.languages:
                self.folder.write(places.markdown_of(name, language), as_markdown(entry, PUBLIC, language))
        if entry.source:
            self.done.received += 1
        else:
            self.done.own += 1

    def _write_pages(self, pages: Iterator[tuple[str, str]]) -> None:
        for path, page in pages:
            self.folder.write(path, page)

    def _write_files(self, entry: CatalogueEntry) -> dict[str, str]:
        """The files of a record; returns their paths by digest in hexadecimal, those that are here."""
        try:
            attachments = entry.document.attachments
        except UnreadableDocument:
            return {}
        paths = {}
        for attachment in attachments:
            if self._write_file(entry, attachment):
                paths[attachment.digest.removeprefix("sha256:")] = places.file_of(attachment)
        return paths

    def _write_file(self, entry: CatalogueEntry, attachment: Attachment) -> bool:
        path = places.file_of(attachment)
        if self.folder.has(path):
            return True
        stored = find_file(attachment.digest, "" if entry.is_local else entry.origin)
        try:
            if stored is None:
                raise FileWithheld("not here")
            with open_content(stored) as content:
                self.folder.write_chunks(path, _chunks(content))
        except FileWithheld as error:
            fault = {"record": entry.object_id, "name": attachment.name, "digest": attachment.digest}
            self.done.missing.append(fault | {"reason": str(error)})
            return False
        self.done.files += 1
        return True

    def _render_legal(self, path: str, template: str) -> str:
        page = render_to_string(template, {"instance": INSTANCE, "printed": True})
        main, heading = MAIN.search(page), HEADING.search(page)
        body = mark_safe(main[1] if main else "")  # noqa: S308 - the site's own template
        context = {"heading": mark_safe(heading[1] if heading else ""), "body": body}  # noqa: S308 - as above
        return self.renderer.render_page(path, "site/archive/legal.html", context)

    def _write_data(self) -> None:
        data.write_bodies(self.folder)
        data.write_topics(self.folder)
        data.write_log(self.folder)
        data.write_withdrawn(self.folder)
        self.folder.write(places.MISSING, data.as_json(self.done.missing))

    def _write_entrance(self, groups: list[Any], total: int, fingerprint: str) -> None:
        now, head = timezone.now(), own_head()
        self.folder.write(
            places.MANIFEST,
            data.as_json(
                {
                    "format": places.FORMAT,
                    "schema": SCHEMA,
                    "origin": env.origin,
                    "name": env.name,
                    "slug": env.slug,
                    "body": env.body,
                    "exported": now.isoformat(),
                    "records": {"own": self.done.own, "received": self.done.received},
                    "files": self.done.files,
                    "missing_files": self.done.missing_files,
                    "log": {"epoch": head.epoch, "seq": head.seq, "hash": head.head_hash},
                    "fingerprint": fingerprint,
                    "rsa_pem": own_identity().rsa_pem,
                }
            ),
        )
        figures = {
            "total": total,
            "own": self.done.own,
            "received": self.done.received,
            "files": self.done.files,
            "missing": self.done.missing_files,
        }
        context = figures | {"exported": now, "groups": groups, "fingerprint": fingerprint}
        self.folder.write(
            places.INDEX, self.renderer.render_page(places.INDEX, "site/archive/index.html", context)
        )
        readme = render_to_string("site/archive/readme.txt", context | {"instance": INSTANCE})
        self.folder.write(places.README, readme)

    def _mend_fragments(self) -> None:
        """A link to a place that its target does not have leads to the target alone."""

        @lru_cache(maxsize=64)
        def ids(target: str) -> set[str]:
            return ids_of((self.folder.root / target).read_text(encoding="utf-8"))

        for page, target, fragment in sorted(self.renderer.crossing, key=itemgetter(1)):
            if self.folder.has(target) and fragment in ids(target):
                continue
            path, link = self.folder.root / page, places.relative(target, page)
            if path.is_file():
                html = path.read_text(encoding="utf-8")
                path.write_text(html.replace(f'"{link}#{fragment}"', f'"{link}"'), encoding="utf-8")


def _chunks(content: File[bytes]) -> Iterator[bytes]:
    while chunk := content.read(CHUNK):
        yield chunk
