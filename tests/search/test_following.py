"""What belongs to an item beside its document, and changes by itself: co-publishers and the directory."""

from __future__ import annotations

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience, Statement, Viewer
from hub.municipalities.models import Body
from search import tasks, watching
from search.consumers import find_misplaced, follow_again
from search.engines.base import Engine, Query
from search.engines.postgres import PostgresEngine
from search.models import SearchRecord
from tests.search.asking import Search, counts, titles
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, store, withdraw

pytestmark = pytest.mark.django_db


def confirm(entry: CatalogueEntry, by: str, **fields: Any) -> CatalogueEntry:
    """Publish the statement by which a body confirms that it publishes together."""
    statement = Statement(about=entry.object_id)
    values = {"kind": "co_publication", "case": None, "publishers": (by,), "statement": statement} | fields
    return publish(make_document("Mitveröffentlichung", **values))


def test_who_has_confirmed_to_publish_together_is_found_by_its_name(search: Search) -> None:
    Body.objects.update_or_create(key=KOBLENZ, defaults={"name": "Koblenz", "kind": "city"})
    entry = publish(make_document("Gemeinsam", "Wort", co_publishers=(KOBLENZ,)))
    assert counts(search("Wort"), "publishers") == {MAINZ: 1}
    statement = confirm(entry, KOBLENZ)
    assert counts(search("Wort"), "publishers") == {MAINZ: 1, KOBLENZ: 1}
    assert titles(search("Koblenz Wort", filters={"publishers": (KOBLENZ,)})) == ["Gemeinsam"]
    assert search().total == 1
    withdraw(statement)
    assert counts(search("Wort"), "publishers") == {MAINZ: 1}


def test_who_says_so_unasked_or_to_fewer_readers_is_not_counted(search: Search) -> None:
    entry = publish(make_document("Gemeinsam", "Wort", co_publishers=(KOBLENZ,)))
    confirm(entry, "07211000")
    confirm(entry, KOBLENZ, audience=Audience.MEMBERS)
    assert counts(search("Wort"), "publishers") == {MAINZ: 1}
    assert counts(search("Wort", viewer=Viewer.local()), "publishers") == {MAINZ: 1}


def test_the_index_follows_the_directory(search: Search) -> None:
    Body.objects.update_or_create(key="07131", defaults={"name": "Ahrweiler", "kind": "district"})
    town = {"name": "Adenau", "kind": "town", "population": 2_900}
    body, _new = Body.objects.update_or_create(key="07131001", defaults=town)
    entry = publish(make_document("Bericht", "Wort", publishers=(body.pk,)))
    publish(make_document("Anderer", "Wort"))
    assert find_misplaced() == []
    Body.objects.filter(pk=body.pk).update(district_id="07131", population=5_100)
    assert find_misplaced() == [entry.object_id]
    follow_again(find_misplaced())
    assert titles(search("Wort", filters={"districts": ("07131",), "sizes": ("5000",)})) == ["Bericht"]
    assert (find_misplaced(), SearchRecord.objects.count()) == ([], 2)


@pytest.mark.meilisearch
def test_the_other_engine_is_woken_as_soon_as_postgresql_holds_it(
    meilisearch: Engine, django_capture_on_commit_callbacks: Any
) -> None:
    """By a job of its own, so that nobody waits for it; and again by the clock, should that be lost."""
    store(make_document("Bericht", "Wort"))
    with django_capture_on_commit_callbacks(execute=True):
        run_consumers()
    assert PostgresEngine().search(Query("Wort")).total == 1
    assert meilisearch.search(Query("Wort")).total == 0
    jobs = ProcrastinateJob.objects.filter(task_name="search.follow")
    assert [job.args for job in jobs] == [{"consumer": "search.meilisearch"}]
    jobs.update(status="succeeded", queueing_lock=None)
    watching.watch()
    assert jobs.filter(status="todo").count() == 1
    tasks.follow("search.meilisearch")
    assert meilisearch.search(Query("Wort")).total == 1


def test_a_job_for_an_engine_that_is_no_longer_there_does_nothing() -> None:
    store(make_document("Bericht", "Wort"))
    tasks.follow("search.gone")
    assert SearchRecord.objects.count() == 0
