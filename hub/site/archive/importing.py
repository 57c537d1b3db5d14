"""Reading an archive back into an empty instance: pages that can be edited, readable entries for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation
from wagtail.models import Collection, Page

from content.models import BodyPage
from content.rebuilding.comparing import COMPUTED, list_differences
from content.rebuilding.kinds import REBUILDINGS as CONTENT
from content.rebuilding.kinds import Rebuilding
from content.rebuilding.pages import Plan, rebuild
from content.rebuilding.shelf import Shelf
from content.rebuilding.texts import Writer
from content.services import open_section
from events.rebuilding import REBUILDINGS as EVENTS
from federation.short_names import IMPORTED
from hub.catalogue.models import CatalogueEntry, Change, Mark
from hub.catalogue.settling import build_document, settle
from hub.catalogue.tasks import wake_after_commit
from hub.documents import SCHEMA, Attachment, Document
from hub.env import env
from hub.errors import FileWithheld
from hub.municipalities.models import Body
from hub.site.archive import places, restoring
from hub.site.archive.reading import ArchiveReader, Held, UnusableArchive, opened_archive
from hub.site.archive.signing import fingerprint_in
from hub.site.services import open_body, open_site

REBUILDINGS: dict[str, Rebuilding] = {**CONTENT, **EVENTS}
FIRST = ("body", "topic")

Say = Callable[[str], object]


@dataclass
class Imported:
    """What an import did. ``renewed`` and ``kept`` say by document id what differs and why."""

    rebuilt: int = 0
    received: int = 0
    log: int = 0
    withdrawn: int = 0
    renewed: dict[str, list[str]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    by_kind: dict[str, int] = field(default_factory=dict)


def import_archive(
    place: Path, *, fingerprint: str = "", dry_run: bool = False, say: Say = lambda line: None
) -> Imported:
    """Verify an archive and, unless ``dry_run``, rebuild this instance from it.

    ``fingerprint`` is that of the keys it has to be signed with, in groups or not; without it any will do: a
    signature alone says that the archive is whole, not whose it is. Raises
    :class:`hub.site.archive.reading.UnusableArchive` with all faults; then nothing was changed.
    """
    say("verifying …")
    with opened_archive(place) as reader, translation.override(settings.LANGUAGE_CODE):
        signed = fingerprint_in(reader.root, reader.manifest)
        say(f"signed with the key {signed or 'that cannot be told'}")
        if faults := [*_why_not_here(), *_why_not_signed(signed, fingerprint)]:
            raise UnusableArchive(faults)
        importing = _Importing(reader, say)
        if dry_run:
            return importing.count()
        with transaction.atomic():
            importing.run()
    settle()  # finds nothing to do but what is told as renewed
    return importing.done


def _why_not_signed(signed: str, wanted: str) -> list[str]:
    plain = "".join(wanted.split()).upper()
    if not plain or plain == signed.replace(" ", ""):
        return []
    return [f"The archive is signed with the key {signed or 'that cannot be told'}, not {wanted}"]


def _why_not_here() -> list[str]:
    if CatalogueEntry.objects.exists() or Change.objects.exists() or BodyPage.objects.exists():
        return ["This instance is not empty: take a new database and run nothing but migrate in it"]
    return []


class _Importing:
    def __init__(self, reader: ArchiveReader, say: Say) -> None:
        self.reader, self.say = reader, say
        self.done = Imported()
        self.sections: dict[str, tuple[BodyPage, Collection]] = {}
        self.known: dict[tuple[Any, ...], Any] = {}

    def count(self) -> Imported:
        """What there is, without touching anything."""
        for held in self.reader.documents():
            kind = str(held.document.kind)
            self.done.by_kind[kind] = self.done.by_kind.get(kind, 0) + 1
        return self.done

    def run(self) -> None:
        restoring.restore_bodies(self.reader)
        self.home = open_site()
        self.done.log = restoring.restore_log(self.reader)
        self.done.withdrawn = restoring.restore_withdrawn(self.reader)
        for is_first in (True, False):
            for number, held in enumerate(self.reader.documents(), start=1):
                if (held.envelope.get("kind") in FIRST and not held.envelope["source"]) == is_first:
                    self._take(held)
                if number % 100 == 0 and not is_first:
                    self.say(f"{number} documents")
        wake_after_commit()

    def _take(self, held: Held) -> None:
        document = held.document
        self.done.by_kind[document.kind] = self.done.by_kind.get(document.kind, 0) + 1
        if held.envelope["source"] or document.origin != env.origin:
            self._take_received(held, document)
            return
        try:
            with transaction.atomic():
                self._rebuild(held, document)
        except _CannotRebuild as error:
            self._keep(held, document, error.reasons)
        except (ValidationError, FileWithheld, DatabaseError, ValueError, TypeError, KeyError) as error:
            self._keep(held, document, [f"{type(error).__name__}: {error}"])

    def _take_received(self, held: Held, document: Document) -> None:
        """As it was received: shown at once, and replaced by its own hub's log if that is approved again."""
        source = str(held.envelope["source"]) or IMPORTED
        restoring.restore_entry(held, document, source)
        lost = restoring.restore_files(self.reader, document)
        self.done.missing += [f"{document.id}: {attachment.name}" for attachment in lost]
        self.done.received += 1

    def _keep(self, held: Held, document: Document, reasons: list[str]) -> None:
        """An own document without a page: it stays readable under an address of its own."""
        restoring.restore_entry(held, document, IMPORTED)
        list(restoring.restore_files(self.reader, document))
        Mark.objects.filter(key=document.uuid).delete()
        self.done.kept[document.id] = reasons

    def _rebuild(self, held: Held, document: Document) -> None:
        how = REBUILDINGS.get(document.kind)
        if how is None:
            raise _CannotRebuild([f"this version knows no pages of the kind {document.kind}"])
        parent, collection = self._place_of(document)
        said = held.envelope
        plan = Plan(
            parent,
            str(said["slug"]) or str(said["path"]).rstrip("/").rpartition("/")[2] or document.uuid,
            restoring.moment(said["first_published"]),
            restoring.moment(said["changed"]),
        )
        writer = Writer(Shelf(document, collection, self._open, self.known))
        page: Any = rebuild(document, how, writer, plan)
        differences = list_differences(document, build_document(page))
        harmless = [each for each in differences if each.partition(".")[0] in COMPUTED]
        if len(harmless) < len(differences) and document.kind != "body":
            raise _CannotRebuild(differences)
        entry = restoring.restore_entry(held, document, "")
        entry.page_id, entry.path = page.pk, (page.get_url_parts() or ("", "", ""))[2]
        entry.save(update_fields=["page_id", "path"])
        if document.kind == "body":
            self.sections[page.body_id] = (page, open_section(page).collection)
        if entry.path != said["path"]:
            differences.append(f"path: {said['path']} → {entry.path}")
        if document.schema_version != SCHEMA:
            differences.append(f"schema_version: {document.schema_version} → {SCHEMA}")
        if differences:
            self.done.renewed[document.id] = differences
        self.done.rebuilt += 1

    def _place_of(self, document: Document) -> tuple[Page, Collection]:
        """The page below which it stands and the library that takes its files."""
        root = Collection.get_first_root_node()
        if document.kind == "body":
            body = Body.objects.filter(pk=document.publishers[0] if document.publishers else "").first()
            if body is None:
                raise _CannotRebuild([f"the directory lacks {', '.join(document.publishers) or 'its body'}"])
            return self.home, root
        if document.kind == "topic":
            return self.home, root
        if not document.publishers:
            raise _CannotRebuild(["it names no body that publishes it"])
        key = document.publishers[0]
        if key not in self.sections:
            page = open_body(self.home, key)
            self.sections[key] = (page, open_section(page).collection)
        return self.sections[key]

    @contextmanager
    def _open(self, attachment: Attachment) -> Iterator[IO[bytes]]:
        path = self.reader.root / places.file_of(attachment)
        if not path.is_file():
            raise FileWithheld(f"{attachment.name} is not in the archive")
        with path.open("rb") as file:
            yield file


class _CannotRebuild(Exception):
    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
