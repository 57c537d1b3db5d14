"""Verbs: take documentation over as a new release of a module, and remove it."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.documents import get_document_model

from content.blocks import list_repeated_versions
from content.documentation.gathering import ARCHIVE_LIMITS, Reading, read_documentation
from content.documentation.keeping import Shelf
from content.models import BodyPage, ModulePage
from content.services import open_section
from hub.env import env
from hub.errors import UnreadableUpload
from hub.files.archives import open_archive


@dataclass(frozen=True)
class NewRelease:
    """The release that documentation comes with; ``keeps_archive`` offers its archive as a file."""

    version: str
    released: dt.date | None = None
    notes: str = ""
    keeps_archive: bool = False


@dataclass(frozen=True)
class TakenOver:
    """What came of it: the revision that was saved, and what was read."""

    revision: Any
    reading: Reading


class VersionTaken(UnreadableUpload):
    """There is a release of that version already: name the next one."""


def preview(file: IO[bytes], name: str) -> Reading:
    """What would be taken over; nothing is stored. Raises :class:`UnreadableUpload` with what to do."""
    with open_archive(file, name, ARCHIVE_LIMITS) as archive:
        return read_documentation(archive)


def check_version(page: ModulePage, version: str) -> None:
    """Raise :class:`VersionTaken` if the latest draft of the module has a release of ``version``.

    Raises :class:`UnreadableUpload` for an empty one.
    """
    if not version.strip():
        raise UnreadableUpload(gettext("A release has no version yet, for example 1.2.0."))
    releases = page.get_latest_revision_as_object().releases
    if list_repeated_versions([*releases, _Named({"version": version})]):
        raise VersionTaken(
            gettext("There is a release %(version)s already. Give the next number.") % {"version": version}
        )


@transaction.atomic
def take_over(page: ModulePage, user: Any, file: IO[bytes], name: str, release: NewRelease) -> TakenOver:
    """Save a draft of the module with the documentation of an archive and a release of its version.

    Documentation that was there is replaced; its release stays. Raises :class:`UnreadableUpload`, then
    nothing is saved.
    """
    page = _latest(page)
    check_version(page, release.version)
    with tempfile.TemporaryFile(dir=env.data_dir) as aside:
        shelf = Shelf(aside)
        with open_archive(file, name, ARCHIVE_LIMITS) as archive:
            reading = read_documentation(archive, shelf.keep)
        shelf.store_all()
    draft = page.get_latest_revision_as_object()
    draft.documentation = {
        "language": draft.locale.language_code,
        "version": release.version,
        "source": name[:200],
        "imported": timezone.localdate().isoformat(),
        "chapters": reading.chapters,
        "attachments": reading.attachments,
    }
    files = [_file_away(draft, user, file, name, release)] if release.keeps_archive else []
    value = {
        "version": release.version,
        "released": release.released,
        "notes": release.notes,
        "files": files,
        "parts_list": None,
    }
    draft.releases.insert(0, ("release", value))
    return TakenOver(draft.save_revision(user=user, log_action=True, clean=False), reading)


@transaction.atomic
def remove_documentation(page: ModulePage, user: Any) -> Any:
    """Save a draft without documentation; its releases stay."""
    draft = page.get_latest_revision_as_object()
    draft.documentation = {}
    return draft.save_revision(user=user, log_action=True, clean=False)


def _latest(page: ModulePage) -> ModulePage:
    """The page as it is now, for nobody else to change meanwhile: what two people take over is not lost."""
    found: ModulePage = ModulePage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    return found


def _file_away(page: ModulePage, user: Any, file: IO[bytes], name: str, release: NewRelease) -> Any:
    """The archive as a file of the body's library."""
    section = BodyPage.objects.ancestor_of(page).order_by("-depth").first()
    if section is None:
        raise UnreadableUpload(
            gettext("The building block stands under no municipality: move it there first.")
        )
    file.seek(0)
    title = gettext("Documentation of “%(title)s”, version %(version)s") % {
        "title": page.title,
        "version": release.version,
    }
    document = get_document_model()(
        title=title[:255],
        collection=open_section(section).collection,
        file=File(file, name=name),
        uploaded_by_user=user,
    )
    document.save()
    return document


@dataclass(frozen=True)
class _Named:
    """A version beside those of a stream."""

    value: dict[str, str]
