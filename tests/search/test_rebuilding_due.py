"""When an index is built again, and how it is told to be."""

from __future__ import annotations

import datetime as dt
import gc
from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search import rebuilding, watching
from search.engines.base import Engine
from search.models import LanguageVersion, SearchIndex
from search.rebuilding import DEBOUNCE, Progress, give_up, is_due, rebuild, rebuild_due
from search.targets import EngineTarget
from tests.search.building import TOTAL, index_of, publish_reports, titles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", 2)


@pytest.fixture
def target(engine: Engine) -> EngineTarget:
    return publish_reports(engine)


def test_an_index_that_answers_since_is_not_given_up(
    target: EngineTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that was asked for is gone because the next one took its place meanwhile."""
    rebuild(target)
    first = index_of(target).generation
    monkeypatch.setattr(watching, "targets", lambda: [target])

    def build_meanwhile(self: EngineTarget, generation: int) -> bool:
        monkeypatch.undo()
        rebuild(target)
        return False

    monkeypatch.setattr(EngineTarget, "holds", build_meanwhile)
    watching.watch()
    assert index_of(target).generation == first + 1
    assert titles(target.engine, "Sensorik") == [f"Bericht {number}" for number in range(TOTAL)]


def test_an_index_that_is_built_meanwhile_is_not_forgotten(target: EngineTarget) -> None:
    rebuild(target)
    generation = index_of(target).generation
    SearchIndex.objects.filter(pk=target.name).update(building=generation + 1)
    assert not give_up(target, generation)
    assert (index_of(target).generation, index_of(target).building) == (generation, generation + 1)
    SearchIndex.objects.filter(pk=target.name).update(building=None)
    assert give_up(target, generation)
    assert index_of(target).generation == 0


def test_an_index_is_due_that_was_never_built_or_by_another_shape_or_other_words(
    target: EngineTarget,
) -> None:
    rebuild(target)
    assert not is_due(target)
    SearchIndex.objects.filter(pk=target.name).update(shape=0)
    assert is_due(target)
    rebuild_due()
    assert not is_due(target)
    version, _new = LanguageVersion.objects.update_or_create(pk=True, defaults={"value": 41})
    assert not is_due(target), "somebody may still be typing"
    LanguageVersion.objects.filter(pk=True).update(
        changed=timezone.now() - DEBOUNCE - dt.timedelta(seconds=1)
    )
    assert is_due(target)
    rebuild_due()
    assert (index_of(target).language, is_due(target)) == (version.value, False)


@pytest.mark.parametrize("crash", [False, True])
def test_garbage_is_looked_for_as_ever_after_a_build(target: EngineTarget, crash: bool) -> None:
    before, meanwhile = gc.get_threshold(), set()

    def look(progress: Progress) -> None:
        meanwhile.add(gc.get_threshold())
        if crash:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError) if crash else nullcontext():
        rebuild(target, look)
    assert gc.get_threshold() == before
    assert meanwhile == {(rebuilding.COLLECTED_AFTER, *before[1:])}


def test_the_command_says_how_far_it_is_and_builds_what_it_is_told(target: EngineTarget) -> None:
    out = StringIO()
    call_command("rebuild_search", engine=target.name, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[1] == f"{target.name}: 2 of 5"
    assert lines[-1].startswith(f"{target.name}: 5 entries in ")
    out = StringIO()
    call_command("rebuild_search", verbosity=0, stdout=out)
    assert out.getvalue().count("5 entries") >= 2
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("rebuild_search", "--engine", "gibt-es-nicht")
