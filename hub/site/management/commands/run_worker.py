"""``manage.py run_worker``"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.worker import Worker

from federation import tasks as federation_tasks
from hub.catalogue import consumers, guarding, settling
from hub.catalogue.models import Cursor
from hub.catalogue.tasks import wake
from hub.site.health import HEARTBEAT

logger = structlog.get_logger("hub.worker")

SWEEP_SECONDS = 1.0
RETRY_SECONDS = 60.0
HEARTBEAT_SECONDS = 2.0
# A job that waits for another's lock is announced to nobody: it is found by looking.
LOOK_SECONDS = 0.25
STALLED_SECONDS = 10.0


class Command(BaseCommand):
    help = "Run the worker: jobs as they come, and every second whatever was left unsettled."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        guarding.begin_as(guarding.Role.WORKER)
        asyncio.run(self._run(options["concurrency"]))

    async def _run(self, concurrency: int) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's
        async with worker_app.open_async():
            jobs = asyncio.create_task(_run_jobs(worker_app, concurrency))

            async def drop_stalled() -> None:
                if await _drop_stalled(worker_app):
                    await _in_thread(_enqueue_everything)

            sweeps = [
                asyncio.create_task(_every(SWEEP_SECONDS, stop, lambda: _in_thread(_sweep))),
                asyncio.create_task(
                    _every(RETRY_SECONDS, stop, lambda: _in_thread(consumers.retry_setbacks))
                ),
                asyncio.create_task(_every(STALLED_SECONDS, stop, drop_stalled)),
                asyncio.create_task(_in_thread(_enqueue_everything)),
            ]
            await asyncio.wait([jobs, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            jobs.cancel()
            await asyncio.gather(jobs, *sweeps, return_exceptions=True)


async def _run_jobs(worker_app: App, concurrency: int) -> None:
    await worker_app.run_worker_async(
        concurrency=concurrency,
        install_signal_handlers=False,
        delete_jobs="successful",
        fetch_job_polling_interval=LOOK_SECONDS,
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        task_middleware=[_give_connection_back],
    )


async def _drop_stalled(worker_app: App) -> int:
    """Remove the jobs of killed workers, which would hold their locks for ever; returns how many.

    They are not retried: a job is a wake-up, and fresh ones are enqueued instead.
    """
    stalled = list(await worker_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS))
    for job in stalled:
        await worker_app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)
    return len(stalled)


def _enqueue_everything() -> None:
    wake.func()
    federation_tasks.at_start()


def _give_connection_back(job: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Jobs run in threads of their own, each of which would keep a connection to the database."""
    try:
        return job()
    finally:
        close_old_connections()


async def _in_thread(work: Callable[[], object]) -> None:
    """Do ``work`` in a thread of its own and give its database connection back."""

    def run() -> None:
        try:
            work()
        finally:
            close_old_connections()

    await sync_to_async(run, thread_sensitive=False)()


async def _every(seconds: float, stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> None:
    """Do ``work`` again and again until ``stop``; a failure is logged and survived."""
    while not stop.is_set():
        try:
            await work()
        except Exception:  # the database may be away for a while: the worker outlives it
            logger.exception("sweep failed")
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            continue


def _sweep() -> None:
    settling.settle()
    consumers.run_consumers()
    Cursor.objects.update_or_create(
        consumer=HEARTBEAT, defaults={"position": int(timezone.now().timestamp())}
    )
