"""Several settlers and writers at once: real connections, real commits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from hub.catalogue import settling
from hub.catalogue.models import CatalogueEntry, Change, Mark
from hub.env import env
from tests.factories.pages import add_report, add_section

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SETTLERS = 4


def together(work, count=SETTLERS):
    """Run ``work(number)`` in threads that start at the same moment; returns what they return."""
    gate = threading.Barrier(count)

    def run(number):
        try:
            gate.wait(timeout=20)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def assert_gapless():
    seqs = list(Change.objects.filter(origin=env.origin).order_by("position").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_several_settlers_append_each_change_once(monkeypatch):
    section = add_section()
    pages = [add_report(section, f"Bericht {number}") for number in range(6)]
    for page in pages:
        Mark.objects.create(key=page.translation_key)
        CatalogueEntry.objects.filter(uuid=page.translation_key).delete()
    Change.objects.filter(
        object_id__in=[f"{env.origin}/id/{page.translation_key}" for page in pages]
    ).delete()
    before = Change.objects.count()
    assert sum(together(lambda number: settling.settle())) == len(pages)
    assert Change.objects.count() == before + len(pages)
    assert not Mark.objects.exists()


def test_editors_at_once_leave_a_gapless_log_with_the_last_state():
    section = add_section()
    pages = [add_report(section, f"Bericht {number}") for number in range(SETTLERS)]

    def edit(number):
        for step in range(5):
            page = type(pages[number]).objects.get(pk=pages[number].pk)
            page.title = f"Bericht {number}, Stand {step}"
            page.save_revision().publish()
        return True

    assert all(together(edit))
    settling.settle()
    assert_gapless()
    for number, page in enumerate(pages):
        assert CatalogueEntry.objects.get(uuid=page.translation_key).title == f"Bericht {number}, Stand 4"


def test_a_slow_settler_does_not_overwrite_what_came_after_it(monkeypatch):
    page = add_report(add_section(), "Erster Stand")
    reading, go_on = threading.Event(), threading.Event()
    build = settling.build_document

    def slow_build(read):
        document = build(read)
        if threading.current_thread().name == "slow":
            reading.set()
            go_on.wait(timeout=20)
        return document

    monkeypatch.setattr(settling, "build_document", slow_build)
    Mark.objects.create(key=page.translation_key)

    def settle_slowly():
        settling.settle()
        connection.close()

    slow = threading.Thread(target=settle_slowly, name="slow")
    slow.start()
    assert reading.wait(timeout=20)

    def edit():
        fresh = type(page).objects.get(pk=page.pk)
        fresh.title = "Zweiter Stand"
        fresh.save_revision().publish()
        connection.close()

    fast = threading.Thread(target=edit)
    fast.start()
    fast.join(timeout=1)
    go_on.set()
    fast.join(timeout=20)
    slow.join(timeout=20)
    settling.settle()
    assert CatalogueEntry.objects.get(uuid=page.translation_key).title == "Zweiter Stand"
    assert_gapless()
