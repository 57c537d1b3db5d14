"""The page on which those who run and coordinate this instance see how the indexes stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from content.services import open_section
from hub.accounts.models import Role
from search import watching
from search.engines.base import Engine, EngineUnavailable, Index
from search.engines.postgres import PostgresEngine
from search.models import SearchIndex
from search.rebuilding import rebuild
from search.targets import EngineTarget, PassageTarget
from tests.factories.pages import add_section
from tests.factories.people import add_operator, add_person
from tests.search.catalogue import make_document, publish, store

pytestmark = pytest.mark.django_db
PAGE = "/admin/suche/"


class Lent(PostgresEngine):
    """An engine under another name whose server can be away or lose its disk."""

    name = "lent"
    is_away = False
    is_lost = False

    def holds(self, generation: int) -> bool:
        if self.is_away:
            raise EngineUnavailable("connection refused")
        return not self.is_lost

    def aside(self, generation: int) -> Any:
        return Nothing()

    def create(self, generation: int) -> Any:
        self.is_lost = False
        return Nothing()

    def drop(self, generation: int) -> None:
        """Nothing is there."""

    def swap(self, generation: int) -> None:
        """The row of the index says it."""


class Nothing(Index):
    """Takes everything and keeps nothing."""

    def index(self, records: Any) -> None:
        list(records)

    def remove(self, object_ids: Any) -> None:
        list(object_ids)


@pytest.fixture
def lent(monkeypatch: pytest.MonkeyPatch) -> Lent:
    """The only engine that is watched, with an index that answers."""
    engine = Lent()
    monkeypatch.setattr(watching, "targets", lambda: [EngineTarget(engine)])
    SearchIndex.objects.create(engine=engine.name, generation=3)
    rebuild(EngineTarget(engine))
    return engine


def index() -> SearchIndex:
    return SearchIndex.objects.get(pk="lent")


def rebuilds_waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name="search.rebuild").count()


def test_an_engine_that_does_not_answer_is_said_and_is_forgotten_when_it_does(lent: Lent) -> None:
    lent.is_away = True
    watching.watch()
    assert (index().error, index().generation, rebuilds_waiting()) == ("connection refused", 4, 0)
    lent.is_away = False
    watching.watch()
    assert (index().error, rebuilds_waiting()) == ("", 0)


def test_a_lost_index_is_built_again_by_itself(lent: Lent) -> None:
    lent.is_lost = True
    watching.watch()
    assert (index().generation, rebuilds_waiting()) == (0, 1)
    rebuild(EngineTarget(lent))
    watching.watch()
    assert (index().generation, index().building) == (1, None)


def test_how_long_an_index_lags_is_kept_until_it_does_not() -> None:
    rebuild(EngineTarget(PostgresEngine()))
    store(make_document("Neu"))
    watching.watch()
    since = SearchIndex.objects.get(pk="postgres").behind_since
    assert since is not None
    SearchIndex.objects.filter(pk="postgres").update(behind_since=since - dt.timedelta(seconds=90))
    watching.watch()
    standing = watching.standings()[0]
    assert (standing.lag > 0, standing.seconds >= 90, standing.percent) == (True, True, None)
    publish(make_document("Noch eins"))
    watching.watch()
    assert SearchIndex.objects.get(pk="postgres").behind_since is None


def test_a_new_instance_has_its_indexes_built(django_assert_num_queries: Callable[..., Any]) -> None:
    watching.watch()
    assert rebuilds_waiting() == 1
    watching.watch()
    assert rebuilds_waiting() == 1
    rebuild(EngineTarget(PostgresEngine()))
    rebuild(PassageTarget())
    with django_assert_num_queries(3):
        assert [each.ready for each in watching.standings()] == [True, True]


def test_the_page_says_how_each_index_stands(admin_client: Client, engine: Engine) -> None:
    publish(make_document("Eins", "Wort"))
    rebuild(EngineTarget(engine))
    page = admin_client.get(PAGE).content.decode()
    assert f'id="index-{engine.name}"' in page
    assert "auf dem neuesten Stand" in page
    assert f"Fassung {SearchIndex.objects.get(pk=engine.name).generation}" in page
    assert "noch nicht aufgebaut" not in page


def test_the_page_shows_progress_and_what_went_wrong(admin_client: Client) -> None:
    SearchIndex.objects.create(
        engine="postgres",
        generation=1,
        building=2,
        position=50,
        target=200,
        started=timezone.now(),
        error="disk full <b>",
    )
    page = admin_client.get(PAGE).content.decode()
    assert '<progress max="100" value="25"' in page
    assert "disk full &lt;b&gt;" in page
    assert "Aufbau fortsetzen" in page


def test_the_button_has_one_index_built_again_once(admin_client: Client) -> None:
    for _twice in range(2):
        response = admin_client.post(f"{PAGE}neu-aufbauen/postgres/", follow=True)
        assert "Der Index wird neu aufgebaut" in response.content.decode()
    jobs = ProcrastinateJob.objects.filter(task_name="search.rebuild_one")
    assert [job.args for job in jobs] == [{"target": "postgres"}]
    assert admin_client.post(f"{PAGE}neu-aufbauen/gibt-es-nicht/").status_code == 404
    assert admin_client.get(f"{PAGE}neu-aufbauen/postgres/").status_code == 405


def test_what_a_service_said_is_shown_to_those_who_run_this_instance_alone(client: Client) -> None:
    SearchIndex.objects.create(engine="postgres", generation=1, error="http://10.0.0.7:7700 refused")
    section = add_section()
    open_section(section)
    coordinator = add_person("erika@koblenz.example", section.body, Role.COORDINATOR)
    for user, shown in ((add_operator(), True), (coordinator, False)):
        client.force_login(user)
        page = client.get(PAGE).content.decode()
        assert "Der letzte Aufbau" in page
        assert ("10.0.0.7" in page) is shown
