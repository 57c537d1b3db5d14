"""Changing what the plan stands on, its rooms and times, while others move sessions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from events.models import EventDesk, Plan
from events.planning.locking import lock_plan, note_change

NAMED = 5


class InUse(Exception):
    """Nothing was changed: sessions stand in the room or band. The text names them and says what to do."""


@contextmanager
def changing_plan(desk: EventDesk) -> Iterator[Plan]:
    """The locked plan of the event; its version rises, so that open grids read it anew."""
    with transaction.atomic():
        plan = lock_plan(desk)
        yield plan
        note_change(plan)


def name_sessions(titles: Iterable[str]) -> str:
    """The titles in German quotation marks, the first few of many."""
    given = list(titles)
    named = ", ".join(f"„{title}“" for title in given[:NAMED])
    if len(given) > NAMED:
        return _("%(titles)s and %(n)s more") % {"titles": named, "n": len(given) - NAMED}
    return named
