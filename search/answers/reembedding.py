"""Making vectors that are missing, and all anew when the setting changes, while the old ones answer.

The new embedder's vectors are made beside those of the active one, batch by batch, then its index; then it
answers and the old vectors go. A round that breaks off is gone on with. While an embedder cannot be used, it
is tried again after pauses that grow; passages are stored and found by their words all the same.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Mod
from django.utils import timezone

from search.answers.embedding import EmbedderUnavailable
from search.answers.embedding.choosing import Setting, configured, forget, load
from search.answers.embedding.indexes import check_dimension, drop_index, make_index
from search.answers.embedding.lsa import LEAST, SAMPLE, LsaEmbedder, learn
from search.answers.embedding.rows import embedder_of, kept_rows, missing_vectors, passages_for, setting_of
from search.answers.models import Passage, PassageEmbedder
from search.answers.vectors import make_vectors, store_vectors, text_of
from search.rebuilding import RebuildRunning, alone

logger = structlog.get_logger("hub.search")

BATCH = 64
ROUND_SECONDS = 60.0
"""After that time other jobs get their turn."""
FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=20), dt.timedelta(minutes=15)
LOCK = "vectors"


@dataclass(frozen=True)
class Progress:
    """How many passages have a vector of an embedder."""

    embedder: str
    done: int
    total: int


Say = Callable[[Progress], None]


def is_embedding_due() -> bool:
    """Whether another embedder is set than answers, or one could not be used and is to be tried again."""
    rows = PassageEmbedder.objects.defer("data").filter(active=True)
    row = rows.first()
    if row is None:
        return configured() != Setting()
    if row.retry is not None:
        return row.retry <= timezone.now()
    return setting_of(row) != configured() and _can_be_made(configured())


def embed_round_due() -> bool:
    """A round, unless a pause is on or one is running; returns whether some is left for another one.

    What went wrong is kept with the active embedder and never raised.
    """
    if PassageEmbedder.objects.filter(active=True, retry__gt=timezone.now()).exists():
        return False
    try:
        return embed_round()
    except (EmbedderUnavailable, RebuildRunning) as error:
        logger.warning("vectors not made", reason=str(error)[:300])
        return False


def embed_round(seconds: float = ROUND_SECONDS, say: Say = lambda progress: None) -> bool:
    """Make vectors for so many seconds; returns whether some are left for another round.

    Raises :class:`EmbedderUnavailable`, noted with the active embedder, or
    :class:`search.rebuilding.RebuildRunning` where another process is at it.
    """
    with alone(LOCK):
        try:
            left = _work(time.monotonic() + seconds, say)
        except Exception as error:
            _note_failure(error)
            raise
        PassageEmbedder.objects.filter(active=True).update(error="", failures=0, retry=None)
    return left


def learn_again() -> PassageEmbedder | None:
    """Let ``lsa`` learn from the passages as they are now; rounds then make its vectors beside the others.

    Returns None if it learned the same as before. Raises :class:`EmbedderUnavailable`.
    """
    count = Passage.objects.count()
    every = max(1, -(-count // SAMPLE))
    sample = Passage.objects.annotate(rest=Mod(F("pk"), every)).filter(rest=0).order_by("pk")[:SAMPLE]
    data = learn([text_of(passage) for passage in sample])
    embedder = LsaEmbedder(data)
    row, new = PassageEmbedder.objects.get_or_create(
        name=embedder.name,
        defaults={"dimension": embedder.dimension, "setting": configured().text, "data": data},
    )
    return row if new else None


def _work(end: float, say: Say) -> bool:
    active = kept_rows()[0]
    trouble: EmbedderUnavailable | None = None
    try:
        if _fill(active, end, say):
            return True
    except EmbedderUnavailable as error:  # the reason, maybe, why another one is set
        trouble = error
    wanted = _wanted_row(active)
    for row in kept_rows():
        if row.name not in {active.name, wanted.name}:
            _drop(row)
    if wanted.name != active.name:
        return _replace(active, wanted, end, say)
    if trouble:
        raise trouble
    return False


def _wanted_row(active: PassageEmbedder) -> PassageEmbedder:
    """The row of the embedder that is set, made if there is none; while it cannot be made, the active one."""
    setting = configured()
    if setting.method == "lsa":
        newest = PassageEmbedder.objects.defer("data").filter(setting=setting.text).order_by("-started")
        if newest.first() is None and _can_be_made(setting):
            learn_again()
        return newest.first() or active
    embedder = load(setting)
    said = {"setting": setting.text, "model": setting.model}
    held = PassageEmbedder.objects.defer("data").filter(name=embedder.name)
    if not held.exists():
        check_dimension(embedder.name, embedder.dimension)
        PassageEmbedder.objects.create(name=embedder.name, dimension=embedder.dimension, **said)
    elif not held.filter(**said).exists():  # the same model stands elsewhere now
        held.update(**said)
    return held.get()


def _can_be_made(setting: Setting) -> bool:
    """Whether there is enough to learn from, where that is needed."""
    return setting.method != "lsa" or Passage.objects.count() >= LEAST


def _fill(row: PassageEmbedder, end: float, say: Say, after: int = 0) -> bool:
    """Make the missing vectors of passages above an id; returns whether time ended before them."""
    while batch := list(missing_vectors(row, after).order_by("pk")[:BATCH]):
        if time.monotonic() >= end:
            return True
        _store(row, batch)
        after = batch[-1].pk
        PassageEmbedder.objects.filter(pk=row.pk).update(done=after)
        say(progress_of(row, after))
    return False


def _store(row: PassageEmbedder, batch: list[Passage]) -> None:
    """Those that are replaced meanwhile get their vectors with what replaces them."""
    vectors = dict(zip((passage.pk for passage in batch), make_vectors(row, batch), strict=True))
    with transaction.atomic():
        still = Passage.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=vectors)
        passages = list(still.only("pk"))
        store_vectors(row, passages, [vectors[passage.pk] for passage in passages])


def progress_of(row: PassageEmbedder, done: int) -> Progress:
    """How far the embedder has come with ``done`` as the last passage's id."""
    wanted = passages_for(setting_of(row))
    return Progress(row.name, wanted.filter(pk__lte=done).count(), wanted.count())


def _replace(active: PassageEmbedder, wanted: PassageEmbedder, end: float, say: Say) -> bool:
    """Make ``wanted`` ready and put it in the place of ``active``; returns whether time ended before."""
    embedder_of(wanted)
    if _fill(wanted, end, say, wanted.done):
        return True
    make_index(wanted.name, wanted.dimension)
    if _fill(wanted, end, say):  # what came meanwhile
        return True
    with transaction.atomic():
        PassageEmbedder.objects.filter(pk=active.pk).update(active=False)
        PassageEmbedder.objects.filter(pk=wanted.pk).update(active=True)
    logger.info("another embedder answers", embedder=wanted.name, before=active.name)
    _drop(active)
    forget()
    return True


def _drop(row: PassageEmbedder) -> None:
    """All at once, so that a question finds either all of its vectors or none."""
    drop_index(row.name)
    with transaction.atomic(), connection.cursor() as cursor:
        # Django would read them all first, for whoever listens to deletions.
        cursor.execute("DELETE FROM search_passagevector WHERE embedder = %s", [row.name])
        PassageEmbedder.objects.filter(pk=row.pk).delete()


def _note_failure(error: Exception) -> None:
    row = kept_rows()[0]
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.failures, 10))
    told = str(error) if isinstance(error, EmbedderUnavailable) else f"{type(error).__name__}: {error}"
    PassageEmbedder.objects.filter(pk=row.pk).update(
        error=told[:500], failures=F("failures") + 1, retry=timezone.now() + pause
    )
