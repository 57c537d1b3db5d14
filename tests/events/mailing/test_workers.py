"""Two workers send each letter once; a process that dies leaves one doubt, and sends again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from events.mailing.sending import send_letters
from events.mailing.waking import SEND, _enqueue
from events.models import Letter
from hub.postgres import Cluster
from hub.settings.test import STATE

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PROJECT = Path(__file__).resolve().parents[3]
WORKER = """
import sys
import django
django.setup()
from django.conf import settings
from django.utils import timezone
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
from events.mailing.sending import send_letters
send_letters(timezone.now())
"""


def start_worker(port: int) -> subprocess.Popen[bytes]:
    url = Cluster(STATE).url(connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(port)],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "hub.settings.test"},
    )


def test_two_workers_send_each_letter_once_and_in_order(server, write):
    server.pause = 0.02
    names = [f"Kim{number}" for number in range(12)]
    letters = [write(name, occasion) for occasion in ("1", "2") for name in names]

    def work() -> None:
        send_letters(timezone.now())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send_letters(timezone.now())  # what waited for an older one that the other was just sending
    assert len(server.mails) == len(letters)
    for name in names:
        ids = [
            int(mail["Message-ID"].split("-")[1])
            for mail, address in zip(server.mails, server.recipients, strict=True)
            if address.startswith(f"{name.lower()}@")
        ]
        assert len(ids) == 2
        assert ids == sorted(ids)


def test_a_worker_that_dies_before_it_noted_the_answer_sends_again(server, write):
    write()
    taken = threading.Event()

    def hold(mail) -> None:
        taken.set()
        killed.wait(60)

    server.before_answer, killed = hold, threading.Event()
    worker = start_worker(server.port)
    assert taken.wait(180)
    assert send_letters(timezone.now()) == 0, "it is locked while another sends it"
    worker.kill()
    worker.wait()
    server.before_answer = None
    killed.set()
    for _ in range(600):  # the database notices after a moment that the process is gone
        if send_letters(timezone.now()):
            break
        threading.Event().wait(0.1)
    assert Letter.objects.get().sent
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert server.recipients[0] == server.recipients[1]


def test_the_worker_is_woken_once_the_letter_is_there(write):
    def waiting() -> int:
        return ProcrastinateJob.objects.filter(task_name=SEND, status="todo").count()

    with connection.cursor() as cursor:  # not emptied between tests: they are no models of ours
        cursor.execute("DELETE FROM procrastinate_jobs")
    with transaction.atomic():
        write("Kim")
        write("Robin")
        assert waiting() == 0
    assert waiting() == 1
    with transaction.atomic():
        write("Alex")
        transaction.set_rollback(True)
    assert Letter.objects.count() == 2


def count_hooks() -> int:
    """How often the worker will be woken when this transaction is committed."""
    return sum(hook is _enqueue for _savepoints, hook, _robust in connection.run_on_commit)


def test_many_letters_of_one_transaction_wake_the_worker_once(write):
    with transaction.atomic():
        for name in ("Kim", "Robin", "Alex"):
            write(name)
        with transaction.atomic():
            write("Toni")
        assert count_hooks() == 1
    with transaction.atomic():
        write("Lou")
        assert count_hooks() == 1, "the next transaction has one of its own"


def test_what_is_taken_back_does_not_keep_the_worker_asleep(write):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with transaction.atomic():
        with suppress(RuntimeError), transaction.atomic():
            write("Kim")
            raise RuntimeError
        write("Robin")
    assert ProcrastinateJob.objects.filter(task_name=SEND, status="todo").count() == 1


def test_a_repeated_occasion_is_the_same_letter(server, write):
    assert write() == write()
    send_letters(timezone.now())
    assert write().sent
    assert send_letters(timezone.now()) == 0
