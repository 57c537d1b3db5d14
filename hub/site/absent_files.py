"""What is said of a file that a readable document has and that is not here: coming, waiting or refused."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from federation.attachments import fetch_for_reader
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment
from hub.errors import UnreadableDocument
from hub.files.models import FileState, StoredFile
from hub.files.receiving import arrived
from hub.files.scanning import FOUND
from theme.figures import format_size

COMING_SECONDS = 5
WAITING_SECONDS = 60


@dataclass(frozen=True)
class Absence:
    """Why a file is not handed out: a title, a sentence, and how much of it is here if it is coming."""

    title: str
    sentence: str
    status: int = 503
    retry_after: int = 0
    arrived: int | None = None


def answer(
    request: HttpRequest, attachment: Attachment, record: StoredFile | None, asks: bool
) -> HttpResponse:
    """Tell a reader, as a page, and a program, as a line of text, what is the matter with a file.

    What is fetched on demand is fetched now, if somebody ``asks`` for it.
    """
    absence = _absence_of(attachment, record, asks)
    if "text/html" in request.headers.get("Accept", ""):
        context = {"attachment": attachment, "absence": absence, "address": request.get_full_path()}
        response = render(request, "site/file_withheld.html", context, status=absence.status)
    else:
        line = f"{absence.title}: {absence.sentence}\n"
        response = HttpResponse(line, status=absence.status, content_type="text/plain; charset=utf-8")
    if absence.retry_after:
        response["Retry-After"] = str(absence.retry_after)
    response["Cache-Control"] = "private, no-store"
    return response


def notes_of(entry: CatalogueEntry) -> dict[str, str]:
    """For each file of a received document that is not here, by digest, what a list of files says of it."""
    try:
        has_files = entry.pk is not None and not entry.is_local and bool(entry.document.files)
    except UnreadableDocument:
        has_files = False
    if not has_files:
        return {}
    digests = [file.digest for file in entry.document.files]
    found = StoredFile.objects.filter(origin=entry.origin, digest__in=digests)
    absent = found.exclude(state=FileState.STORED).values_list("digest", "state", "wanted")
    return {digest: _note(state, wanted) for digest, state, wanted in absent}


def _note(state: str, wanted: bool) -> str:
    if state == FileState.REFUSED:
        return _("withheld: the virus scanner has found something in it")
    if not wanted:
        return _("is fetched when you choose it")
    return _("is still being fetched")


def _absence_of(attachment: Attachment, record: StoredFile | None, asks: bool) -> Absence:
    if record is not None and record.state == FileState.REFUSED:
        return _refused(attachment, record)
    peer = fetch_for_reader(record) if record is not None and record.is_received and asks else None
    if record is not None and peer is not None and record.state == FileState.MISSING:
        told = {"name": attachment.name, "size": format_size(record.size), "from": peer.name}
        return Absence(
            _("The file is being fetched"),
            _(
                "“%(name)s” (%(size)s) is being fetched from %(from)s. That takes a moment; then its "
                "download begins."
            )
            % told,
            retry_after=COMING_SECONDS,
            arrived=arrived(record),
        )
    return Absence(
        _("The file is still being fetched"),
        _(
            "“%(name)s” lies at the municipality that published it and has not arrived here whole yet. It "
            "is fetched again by itself; please try again in a few minutes."
        )
        % {"name": attachment.name},
        retry_after=WAITING_SECONDS,
    )


def _refused(attachment: Attachment, record: StoredFile) -> Absence:
    return Absence(
        _("This file is withheld"),
        _(
            "The virus scanner of this site has found something in “%(name)s”, so it is not handed out here "
            "(%(reason)s). Please tell the municipality that published it."
        )
        % {"name": attachment.name, "reason": record.reason.removeprefix(FOUND)},
        status=403,
    )
