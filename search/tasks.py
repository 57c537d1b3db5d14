"""Jobs of the search. They carry a name at most; what is due is read from the tables."""

from __future__ import annotations

import structlog
from django.db import transaction
from procrastinate.contrib.django import app

from hub.catalogue import consumers
from hub.catalogue.consumers import lock_cursor
from hub.errors import HubError
from search import rebuilding, watching
from search.answers import log, reembedding
from search.answers.indexing import drop_expired, find_files_changed
from search.consumers import PASSAGES, find_misplaced, follow_again
from search.jobs import enqueue_embedding, enqueue_reading, enqueue_rebuild
from search.reading import services as reading
from search.targets import targets

logger = structlog.get_logger("hub.search")

EVERY_TEN_SECONDS = "* * * * * */10"
"""Seconds stand last where a line has six fields."""
EVERY_NIGHT = "50 3 * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"


@app.task(name="search.follow")
def follow(consumer: str) -> None:
    """Bring the index of one engine up to date."""
    if consumer in consumers.consumer_names():
        consumers.run_consumers(consumer)


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="search.watch", lock="search.watch", queueing_lock="search.watch", pass_context=False)
def watch(timestamp: int) -> None:
    """See how each index stands: wake what lags, and have built again what is old or lost."""
    watching.watch()


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="search.follow_bodies", queueing_lock="search.follow_bodies", pass_context=False)
def follow_bodies(timestamp: int) -> None:
    """Let the index follow the directory of bodies."""
    follow_again(find_misplaced())


@app.task(name="search.rebuild")
def rebuild() -> None:
    """Build again what is due."""
    rebuilding.rebuild_due()


@app.task(name="search.rebuild_one")
def rebuild_one(target: str) -> None:
    """Build this index again."""
    for each in targets():
        if each.name == target:
            try:
                rebuilding.rebuild(each)
            except HubError as error:
                logger.warning("not built", index=target, reason=str(error)[:300])


@app.task(name="search.read_files")
def read_files() -> None:
    """Read attached files for a while; what is left waits until other jobs had their turn."""
    if reading.read_round():
        enqueue_reading()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="search.sweep_files", queueing_lock="search.sweep_files", pass_context=False)
def sweep_files(timestamp: int) -> None:
    """Let go of what is not shown any more: texts of files and passages. Read what was missed."""
    reading.forget_unattached()
    follow_again(find_files_changed())
    with transaction.atomic():
        lock_cursor(PASSAGES)
        drop_expired()
    enqueue_reading()


@app.task(name="search.embed_passages")
def embed_passages() -> None:
    """Make vectors of passages for a while; what is left waits until other jobs had their turn."""
    if reembedding.embed_round_due():
        enqueue_embedding()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="search.sweep_vectors", queueing_lock="search.sweep_vectors", pass_context=False)
def sweep_vectors(timestamp: int) -> None:
    """Make the vectors that were missed, and see whether a folder holds another model now."""
    enqueue_embedding()


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="search.forget_answers", queueing_lock="search.forget_answers", pass_context=False)
def forget_answers(timestamp: int) -> None:
    """Delete old rows of the log of answers, and the texts of questions before them."""
    log.forget()


def rebuild_after_commit() -> None:
    """Have built again what is due once this transaction is committed and nothing more is changed."""
    after = int(rebuilding.DEBOUNCE.total_seconds()) + 1
    transaction.on_commit(lambda: enqueue_rebuild(after), robust=True)
