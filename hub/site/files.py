"""Attachments: who may read the document may have its files, and nobody gets them by knowing a hash."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from federation.requests import viewer_of_peer
from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry, Overlay
from hub.catalogue.queries import entries, is_gone
from hub.documents import Attachment, Audience, Viewer
from hub.errors import FileWithheld, RefusedMessage, UnreadableDocument
from hub.files.models import StoredFile
from hub.files.queries import find_file
from hub.files.receiving import note_use
from hub.site.absent_files import answer
from hub.site.reach.counting import begins_file, count_download
from hub.site.sending import Offer, send_checksum, send_file

CHECKSUM = "pruefsumme"
"""What is asked for to get a file's checksum in place of the file."""


@require_safe
def download(request: HttpRequest, key: uuid.UUID, hexadecimal: str, name: str) -> HttpResponseBase:
    """Send one attachment of the document with that uuid.

    With ``?pruefsumme=1`` its checksum, for ``sha256sum --check``. 410 once the document is withdrawn,
    503 while the file is still being fetched from its origin, which asking for it may begin; 403 for what
    the virus scanner refused.
    """
    try:
        peer = viewer_of_peer(request)
        viewer = peer or viewer_of(request)
    except RefusedMessage as error:
        return HttpResponse(error.reason, status=401, content_type="text/plain; charset=utf-8")
    offers = list(_offers(key, f"sha256:{hexadecimal}", name, viewer))
    if not offers:
        return _not_here(request, key)
    for offer in offers:
        if offer.record is None:
            continue
        if CHECKSUM in request.GET:
            return send_checksum(offer.sent(offer.record))
        try:
            sent = send_file(request, offer.sent(offer.record))
        except FileWithheld:
            continue
        note_use(offer.record)
        if peer is None and offer.counts and begins_file(sent):
            count_download(request, key, offer.record.digest)
        return sent
    return answer(request, offers[0].attachment, offers[0].record, request.method == "GET" and peer is None)


@dataclass(frozen=True)
class _Offer:
    """A document's attachment, and the file that the document's own origin brought, if it is known."""

    attachment: Attachment
    record: StoredFile | None
    public: bool
    published: bool = True

    @property
    def counts(self) -> bool:
        """Whether having it is a download: pictures in a text and files of drafts are none."""
        return self.published and self.attachment.role == "file"

    def sent(self, record: StoredFile) -> Offer:
        """How it is handed out."""
        named = self.attachment
        return Offer(record, named.name, named.media_type, named.role == "picture", self.public)


def _offers(key: uuid.UUID, digest: str, name: str, viewer: Viewer) -> Iterator[_Offer]:
    """What the readable documents with that uuid say of the file, own ones first."""
    known = sorted(entries(viewer).filter(uuid=key), key=lambda entry: (bool(entry.source), entry.pk))
    for entry in known:
        try:
            named = [item for item in entry.document.attachments if item.digest == digest]
        except UnreadableDocument:
            continue
        if named:
            attachment = next((item for item in named if item.name == name), named[0])
            record = find_file(digest, "" if entry.is_local else entry.origin)
            yield _Offer(attachment, record, entry.audience == Audience.PUBLIC)
    if viewer.may_read(Audience.INSTANCE):
        yield from _draft_offers(digest, name)


def _draft_offers(digest: str, name: str) -> Iterator[_Offer]:
    """Staff see the files of drafts, which no document names yet; received files are never drafts."""
    if record := find_file(digest):
        attachment = Attachment(
            url="", name=name, media_type=record.media_type, size=record.size, digest=digest
        )
        yield _Offer(attachment, record, public=False, published=False)


def _was_public(entry: CatalogueEntry) -> bool:
    return entry.audience == Audience.PUBLIC and entry.overlay != Overlay.HELD


def _not_here(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    known = CatalogueEntry.objects.filter(uuid=key)
    if known and all(is_gone(entry) and _was_public(entry) for entry in known):
        return render(request, "410.html", status=410)
    raise Http404


urlpatterns = [path("dateien/<uuid:key>/<str:hexadecimal>/<path:name>", download, name="file")]
