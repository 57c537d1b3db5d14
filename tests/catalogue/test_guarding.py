"""Who makes sure that the own log is the newest, and who goes by that."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import pytest
from django.utils import timezone

from hub.catalogue import guarding, receivers
from hub.catalogue.guarding import Role
from hub.catalogue.models import LogHead, Mark
from hub.catalogue.settling import settle
from hub.env import env
from hub.errors import NotCurrent
from tests.factories.pages import add_section
from tests.wire.starting import unchecked

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who has asked the peers."""
    found: list[str] = []
    check: Callable[[], None] = lambda: found.append(guarding._Process.role.name)  # noqa: E731
    monkeypatch.setattr(guarding, "_checks", [check])
    return found


def confirmed_ago(seconds: float) -> None:
    moment = timezone.now() - dt.timedelta(seconds=seconds)
    LogHead.objects.update_or_create(origin=env.origin, defaults={"confirmed": moment})


def test_a_process_that_serves_pages_asks_nobody_and_leaves_the_marks_to_the_worker(asked):
    with unchecked(Role.PAGES):
        add_section("mainz")
        assert settle() == 0
        with pytest.raises(NotCurrent, match="Arbeiter"):
            guarding.ensure_current()
    assert Mark.objects.exists()
    with unchecked(Role.WORKER):
        assert settle() == 1
    assert asked == ["WORKER"]


def test_it_goes_on_once_the_worker_has_confirmed_after_its_start(asked):
    add_section("mainz")
    with unchecked(Role.PAGES):
        guarding._Process.started = time.monotonic() - 30
        confirmed_ago(31)  # as it came with a backup
        assert settle() == 0
        confirmed_ago(29)
        assert settle() == 1
    assert asked == []


def test_that_it_may_is_asked_once(asked, django_assert_num_queries):
    with unchecked(Role.PAGES):
        guarding._Process.started = time.monotonic() - 30
        confirmed_ago(1)
        with django_assert_num_queries(1):
            guarding.ensure_current()
            guarding.ensure_current()


def test_the_worker_confirms_at_its_start_and_every_ten_seconds(asked, django_assert_num_queries):
    with unchecked(Role.WORKER):
        settle()
        first = LogHead.objects.get(origin=env.origin)
        assert (first.seq, abs((timezone.now() - first.confirmed).total_seconds()) < 60) == (0, True)
        with django_assert_num_queries(0):
            guarding.confirm()
        guarding._Process.confirmed -= 11
        confirmed_ago(100)
        settle()
        assert LogHead.objects.get(origin=env.origin).confirmed >= first.confirmed


def test_nothing_is_confirmed_by_a_command_or_before_the_check_has_passed(asked):
    with unchecked():
        settle()
    with unchecked(Role.WORKER):
        guarding.confirm()
    assert not LogHead.objects.exists()


def test_whatever_settling_fails_with_the_one_who_saved_is_not_told(monkeypatch, asked):
    monkeypatch.setattr(receivers, "settle", lambda: [][0])
    receivers._settle_quietly()


def test_a_mark_stays_when_the_check_itself_fails(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(guarding, "_checks", [lambda: [][0]])
    with unchecked(), django_capture_on_commit_callbacks(execute=True):
        add_section("mainz")
    assert Mark.objects.exists()
