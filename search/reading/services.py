"""Reading what is due, and letting go of what nobody attaches any more; run by :mod:`search.tasks`."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils import timezone

from hub.files.models import FileReference, StoredFile
from hub.files.services import open_content
from search.consumers import follow_again
from search.engines.tsearch import write_vector
from search.language import current, refresh
from search.models import FilePage, FileText, TextState
from search.reading import Reason
from search.reading.due import MOST_TRIES, due_contents, refused_texts, shown_references, unattached_texts
from search.reading.running import Reading, read_file

logger = structlog.get_logger("hub.search")

ROUND_SECONDS = 60.0
"""After that time other jobs get their turn."""

TOGETHER = 50


def read_round(seconds: float = ROUND_SECONDS) -> bool:
    """Read what is due and analyse anew what the words of the search have outdated, for a while.

    Returns whether some is left for another round. What the storage does not give out now is tried by a
    later round.
    """
    end = time.monotonic() + seconds
    refresh()
    forget_refused()
    seen: set[str] = set()
    while records := due_contents().exclude(digest__in=seen)[:TOGETHER]:
        read: list[FileText] = []
        for record in records:
            if time.monotonic() >= end:
                break
            if record.digest not in seen:
                seen.add(record.digest)
                read += _read(record)
        _follow(read)
        if time.monotonic() >= end:
            return True
    while text := _outdated():
        if time.monotonic() >= end:
            return True
        _analyse_again(text)
    return False


def forget_unattached() -> int:
    """Delete the texts of contents that no shown document attaches any more; returns how many."""
    return unattached_texts().delete()[1].get(FileText._meta.label, 0)


def forget_refused() -> int:
    """Delete the texts of contents that were found harmful, from the index first; returns how many."""
    digests = list(refused_texts().values_list("digest", flat=True))
    if digests:
        FilePage.objects.filter(file__in=digests).delete()
        holders = FileReference.objects.filter(digest__in=digests)
        follow_again(holders.values_list("object_id", flat=True))
    return FileText.objects.filter(digest__in=digests).delete()[1].get(FileText._meta.label, 0)


def _read(record: StoredFile) -> list[FileText]:
    """Read a file and keep its pages; returns it if the documents that attach it are to be indexed again.

    One at which a process ended before is not left to others: its documents are indexed at once.
    """
    text, _created = FileText.objects.get_or_create(digest=record.digest)
    reading = Reading(reason=Reason.CRASHED)
    if text.tries < MOST_TRIES:
        FileText.objects.filter(pk=text.pk).update(tries=text.tries + 1)  # counts if this process ends
        try:
            with open_content(record) as file:
                reading = read_file(file, record.media_type)
        except Exception as error:  # a storage may raise anything, and it says nothing against the file
            logger.warning("file not read yet", digest=record.digest, reason=str(error)[:300])
            FileText.objects.filter(pk=text.pk).update(tries=text.tries)
            return []
    _keep(text, reading)
    text.state, text.read = _state_of(reading), timezone.now()
    if reading.pages and not text.tries:
        return [text]
    _follow([text])
    return []


def _follow(texts: Sequence[FileText]) -> None:
    """Index again, each once, the documents that attach what was read.

    The texts wait until that is done: what ends in between begins anew.
    """
    holders = shown_references().filter(
        digest__in=[text.digest for text in texts if text.state == TextState.READ]
    )
    follow_again(holders.values_list("object_id", flat=True))
    for text in texts:
        text.save(update_fields=["state", "read"])
        logger.info("file read", digest=text.digest, state=text.state, reason=text.reason)


def _keep(text: FileText, reading: Reading) -> None:
    text.reason = reading.reason.value if reading.reason else ""
    text.cut, text.language = reading.cut, current().version
    pages = [
        FilePage(file=text, number=page.number, heading=page.heading, text=page.text)
        for page in reading.pages
    ]
    _analyse(pages)
    with transaction.atomic():
        FilePage.objects.filter(file=text).delete()
        FilePage.objects.bulk_create(pages, batch_size=TOGETHER)
        text.save(update_fields=["reason", "cut", "language"])


def _state_of(reading: Reading) -> TextState:
    if reading.pages:
        return TextState.READ
    return TextState.UNREADABLE if reading.reason else TextState.EMPTY


def _outdated() -> FileText | None:
    read = FileText.objects.filter(state=TextState.READ)
    return read.exclude(language=current().version).order_by("pk").first()


def _analyse_again(text: FileText) -> None:
    pages = list(FilePage.objects.filter(file=text).defer("terms"))
    _analyse(pages)
    with transaction.atomic():
        FilePage.objects.bulk_update(pages, ["terms"], batch_size=TOGETHER)
        FileText.objects.filter(pk=text.pk).update(language=current().version)


def _analyse(pages: list[FilePage]) -> None:
    for page in pages:
        vector = write_vector([(page.heading, "A", "D"), (page.text, "C", "D")])
        page.terms = Cast(Value(vector), SearchVectorField())
