"""Before the first append after a start, a check: is the own log the newest that anybody holds?

An instance restored from a backup that simply went on would give out sequences a second time. The check
knows peers, which the catalogue does not, so whoever knows them registers it. The worker and commands run
it; processes that serve requests let nobody wait for peers: they go by what the worker has confirmed.
"""

from __future__ import annotations

import datetime as dt
import enum
import threading
import time
from collections.abc import Callable

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from hub.catalogue.models import LogHead
from hub.env import env
from hub.errors import NotCurrent

Check = Callable[[], None]

CONFIRM_SECONDS = 10.0
"""How often the worker confirms anew, so that processes that started meanwhile may append as well."""


class Role(enum.Enum):
    """What a process does about the check: a command runs it, and so does the worker, which lets the others
    know; one that serves pages asks nobody.
    """

    COMMAND = enum.auto()
    WORKER = enum.auto()
    PAGES = enum.auto()


class _Process:
    """This process: what it does, since when, whether the check has passed in it, and when it said so."""

    role = Role.COMMAND
    started = time.monotonic()
    passed = False
    confirmed = float("-inf")


_checks: list[Check] = []
_one_at_a_time = threading.RLock()


def guard_appending(check: Check) -> None:
    """Register the check; there is one. It raises :class:`hub.errors.NotCurrent` while it does not pass."""
    _checks[:] = [check]


def begin_as(role: Role) -> None:
    """Say what this process, which has just started, does about the check; without it, it is a command."""
    _Process.role, _Process.started = role, time.monotonic()


def is_worker() -> bool:
    """Whether this process is the worker, which can wait without keeping anybody waiting."""
    return _Process.role is Role.WORKER


def ensure_current() -> None:
    """Run the check unless it has passed in this process already.

    Raises :class:`hub.errors.NotCurrent`; nothing may be appended then, and it is tried again later.
    """
    if _Process.passed:
        return
    with _one_at_a_time:
        if _Process.role is Role.PAGES:
            _require_confirmation()
        elif not _Process.passed:
            for check in _checks:
                check()
        _Process.passed = True


def note_current() -> None:
    """Take the check as passed in this process: the own log has just been compared or begun anew."""
    _Process.passed = True


def confirm() -> None:
    """In the worker, after the check has passed: let processes that serve pages know, now and then."""
    due = time.monotonic() - _Process.confirmed >= CONFIRM_SECONDS
    if is_worker() and _Process.passed and due:
        LogHead.objects.bulk_create([LogHead(origin=env.origin)], ignore_conflicts=True)
        LogHead.objects.filter(origin=env.origin).update(confirmed=Now())
        _Process.confirmed = time.monotonic()


def _require_confirmation() -> None:
    """One query: whether the worker has confirmed since this process started.

    Ages are compared, that of the row by the database's clock, so no two clocks have to agree. A row that
    came with a backup is older than any process that was started on it.
    """
    age = dt.timedelta(seconds=time.monotonic() - _Process.started)
    if not LogHead.objects.filter(origin=env.origin, confirmed__gt=Now() - age).exists():
        raise NotCurrent(
            _(
                "This instance has just started, and its worker has not yet made sure that no entries are "
                "missing here. What you publish appears as soon as it has."
            )
        )
