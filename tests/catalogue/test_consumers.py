"""Consumers whose service is away, that run apart, or that are handed something once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from hub.catalogue import consumers
from hub.catalogue.models import CatalogueEntry, Cursor, Setback
from hub.errors import Unavailable
from tests.search.catalogue import make_document, store

pytestmark = pytest.mark.django_db
NAME = "test.consumer"


class Follower:
    """A consumer that notes titles, and fails with what is set for a title."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.failures: dict[str, Exception] = {}

    def __call__(self, batch: Sequence[CatalogueEntry]) -> None:
        for entry in batch:
            if entry.title in self.failures:
                raise self.failures[entry.title]
        self.taken += [entry.title for entry in batch]


@pytest.fixture
def register() -> Iterator[Callable[..., Follower]]:
    def begin(*, apart: bool = False) -> Follower:
        follower = Follower()
        consumers.register(NAME, follower, apart=apart)
        return follower

    yield begin
    consumers._handlers.pop(NAME)
    consumers._apart.discard(NAME)


def test_what_is_unavailable_keeps_the_cursor_and_is_no_setback(register: Callable[..., Follower]) -> None:
    follower = register()
    store(make_document("Eins"))
    follower.failures["Eins"] = Unavailable("away")
    assert consumers.run_consumers(NAME) == 0
    assert (consumers.lag()[NAME] > 0, Setback.objects.count()) == (True, 0)
    follower.failures.clear()
    assert consumers.run_consumers(NAME) == 1
    assert (follower.taken, consumers.lag()[NAME]) == (["Eins"], 0)


def test_of_a_batch_what_was_taken_before_the_service_went_away_counts(
    register: Callable[..., Follower],
) -> None:
    follower = register()
    for title in ("Eins", "Gift", "Weg", "Vier"):
        store(make_document(title))
    follower.failures = {"Gift": ValueError("poison"), "Weg": Unavailable("away")}
    assert consumers.run_consumers(NAME) == 2
    assert follower.taken == ["Eins"]
    assert [setback.error for setback in Setback.objects.all()] == ["ValueError: poison"]
    follower.failures.clear()
    assert consumers.run_consumers(NAME) == 2
    assert follower.taken == ["Eins", "Weg", "Vier"]


def test_one_that_runs_apart_is_run_only_where_it_is_named(register: Callable[..., Follower]) -> None:
    follower = register(apart=True)
    store(make_document("Eins"))
    consumers.run_consumers()
    assert follower.taken == []
    consumers.run_consumers(NAME)
    assert follower.taken == ["Eins"]


def test_an_entry_is_handed_over_again_without_a_change(register: Callable[..., Follower]) -> None:
    follower = register()
    first, later = store(make_document("Eins")), store(make_document("Zwei"))
    consumers.run_consumers(NAME)
    position = Cursor.objects.get(consumer=NAME).position
    unread = store(make_document("Drei"))
    ids = [first.object_id, later.object_id, unread.object_id, "https://unknown.example/id/1"]
    consumers.hand_again(NAME, ids)
    assert follower.taken == ["Eins", "Zwei", "Eins", "Zwei"]
    assert Cursor.objects.get(consumer=NAME).position == position


@pytest.mark.parametrize("error", [Unavailable("away"), ValueError("poison")])
def test_what_cannot_be_handed_over_again_is_tried_later(
    register: Callable[..., Follower], error: Exception
) -> None:
    follower = register()
    entry = store(make_document("Eins"))
    consumers.run_consumers(NAME)
    follower.failures["Eins"] = error
    consumers.hand_again(NAME, [entry.object_id])
    consumers.retry_setbacks()
    assert Setback.objects.filter(consumer=NAME).count() == 1
    follower.failures.clear()
    assert consumers.retry_setbacks() == 1
    assert (follower.taken, Setback.objects.count()) == (["Eins", "Eins"], 0)
