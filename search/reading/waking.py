"""When files are read: once a document that attaches them is published, and once their bytes are here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from hub.catalogue.models import CatalogueEntry
from hub.errors import UnreadableDocument
from hub.files.signals import content_refused, content_stored
from search.jobs import enqueue_reading
from search.models import FileText, TextState
from search.reading import READABLE
from search.reading.due import due_contents

CONSUMER = "search.files"


def connect() -> None:
    """Follow what comes into the storage, and what is found to be harmful there."""
    content_stored.connect(_follow_content, dispatch_uid="search.files")
    content_refused.connect(_follow_refusal, dispatch_uid="search.files.refused")


def follow_files(batch: Sequence[CatalogueEntry]) -> None:
    """The catalogue's consumer: have files read that were not."""
    digests = {digest for entry in batch for digest in _readable_digests(entry)}
    if digests and due_contents().filter(digest__in=digests).exists():
        transaction.on_commit(enqueue_reading, robust=True)


def _follow_content(sender: object, digest: str, media_type: str, **_said: Any) -> None:
    """What was read before is read again: it was let go of, or another origin has brought it now."""
    if media_type in READABLE:
        known = FileText.objects.filter(digest=digest, state=TextState.READ)
        known.update(state=TextState.WAITING, tries=0)
        transaction.on_commit(enqueue_reading, robust=True)


def _follow_refusal(sender: object, digest: str, **_said: Any) -> None:
    if FileText.objects.filter(digest=digest).exists():
        transaction.on_commit(enqueue_reading, robust=True)


def _readable_digests(entry: CatalogueEntry) -> set[str]:
    try:
        files = entry.document.files if entry.body else ()
    except UnreadableDocument:
        return set()
    return {file.digest for file in files if file.media_type in READABLE}
