"""What may be stated of which document, and for how long a statement holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.months import add_months
from hub.catalogue.cards import SLACK
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import is_gone

ADOPTABLE = frozenset({"module", "case_report", "motion", "training", "dataset"})
"""Kinds that a body can take over and use."""

VERSIONED = frozenset({"module"})
"""Kinds of which there are versions to use."""

CHECKABLE = ADOPTABLE | {"indicator", "format", "focus_group", "session_note"}
"""Kinds that a second body can read against what it knows."""

STATABLE = {"adoption": ADOPTABLE, "check": CHECKABLE}
"""Of which kinds a statement of a kind counts; others, as joint publications, of all."""

CONFIRMED_FOR = 12
"""Months after which an adoption that nobody has confirmed again counts as unconfirmed."""

KEPT_FOR = 15
"""Months after which such an adoption is withdrawn by itself."""

REMINDED_BEFORE = dt.timedelta(days=30)
LATEST_START = 12
"""Months by which the use may begin later than today."""

LATEST_END = 120
"""Months by which the end of the use may lie ahead, as contracts run."""

EARLIEST = dt.date(1990, 1, 1)
LONGEST_NOTE = 1000
HIGHEST_COSTS = 1_000_000_000
"""Euros; more is a slip of the pen."""


class StatementRefused(Exception):
    """It cannot be stated. ``reason`` says why, to the person; correct that and state it again."""

    def __init__(self, reason: str | Promise, field: str = "") -> None:
        super().__init__(str(reason))
        self.reason, self.field = reason, field


class Standing(StrEnum):
    """How an adoption stands on a day. Only the current ones count as users."""

    CURRENT = "current"
    PLANNED = "planned"
    UNCONFIRMED = "unconfirmed"
    ENDED = "ended"
    LAPSED = "lapsed"


def confirmed_until(confirmed: dt.date) -> dt.date:
    """The day on which an adoption confirmed on that day begins to count as unconfirmed."""
    return add_months(confirmed, CONFIRMED_FOR)


def lapses_on(confirmed: dt.date) -> dt.date:
    """The day on which it is withdrawn by itself."""
    return add_months(confirmed, KEPT_FOR)


def is_confirmed(day: dt.date | None, today: dt.date) -> bool:
    """Whether what was confirmed on ``day`` still is. A day to come confirms nothing."""
    return day is not None and EARLIEST <= day <= today + SLACK and confirmed_until(day) > today


def is_kept(day: dt.date | None, today: dt.date) -> bool:
    """Whether an adoption confirmed on ``day`` is not yet to be withdrawn by itself."""
    return day is not None and EARLIEST <= day <= today + SLACK and lapses_on(day) > today


def standing_of(
    confirmed: dt.date | None, since: dt.date | None, until: dt.date | None, today: dt.date
) -> Standing:
    """How an adoption stands. One that ended says so for as long as it would have been kept."""
    if confirmed is None or not is_kept(confirmed, today):
        return Standing.LAPSED
    if until is not None and until < today:
        return Standing.ENDED
    if not is_confirmed(confirmed, today):
        return Standing.UNCONFIRMED
    return Standing.PLANNED if since is not None and since > today else Standing.CURRENT


class Stated(Protocol):
    """What decides whether a statement counts: catalogue entries have it, and so do lighter rows."""

    @property
    def pk(self) -> int:
        """The entry's row."""

    @property
    def about(self) -> str:
        """The id of the document it is about."""

    @property
    def publishers(self) -> Sequence[str]:
        """The bodies that speak."""

    @property
    def confirmed(self) -> dt.date | None:
        """When it was last said."""


S = TypeVar("S", bound=Stated)


class Target(Protocol):
    """What a statement is about: a catalogue entry, or a lighter row."""

    @property
    def object_id(self) -> str:
        """Its id."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def publishers(self) -> Sequence[str]:
        """Its owners."""


def owners_of(kind: str, targets: Iterable[Target]) -> dict[str, Sequence[str]]:
    """The owners of those documents, by id, of which statements of that kind count at all."""
    allowed = STATABLE.get(kind)
    return {
        target.object_id: target.publishers for target in targets if allowed is None or target.kind in allowed
    }


def counting(
    rows: Iterable[S], owners: Mapping[str, Collection[str]], today: dt.date | None = None
) -> dict[tuple[str, str], S]:
    """Those statements of one kind that count, by the body that speaks and the document it is about.

    A statement is the word of one body, about a document of others; ``owners`` are the publishers of the
    documents by id, and what is said of any other is left out. Of two of the same body the one confirmed
    last holds. With ``today`` they are adoptions, which count for as long as they are kept; how they
    stand then, :func:`standing_of` says.
    """
    held = {}
    for row in sorted(rows, key=lambda each: (each.confirmed or dt.date.min, each.pk)):
        is_word = len(row.publishers) == 1 and row.publishers[0] not in owners.get(row.about, row.publishers)
        if is_word and (today is None or is_kept(row.confirmed, today)):
            held[row.publishers[0], row.about] = row
    return held


def why_not(kind: str, body: str, entry: CatalogueEntry) -> str | Promise:
    """Why the body of that key cannot state this of ``entry``; empty if it can."""
    if is_gone(entry):
        return _("The contribution has been withdrawn in the meantime. What you have written is still here.")
    if body in entry.publishers:
        return _("That is a contribution of your own; only others can say this of it.")
    if kind == "adoption" and entry.kind not in ADOPTABLE:
        return _("This kind of contribution is nothing to take over.")
    if kind == "check" and entry.kind not in CHECKABLE:
        return _("This kind of contribution is not checked by others.")
    if kind == "co_publication" and body not in entry.co_publishers:
        return _("The owner has not named your municipality as a co-publisher.")
    return ""


def check_dates(since: dt.date | None, until: dt.date | None, today: dt.date) -> None:
    """Raises :class:`StatementRefused` for a use that begins or ends at an impossible time."""
    if since is not None and not EARLIEST <= since <= add_months(today, LATEST_START):
        raise StatementRefused(_("The use can begin within the next twelve months at the latest."), "since")
    if until is not None and not EARLIEST <= until <= add_months(today, LATEST_END):
        raise StatementRefused(_("The use can end within the next ten years at the latest."), "until")
    if since is not None and until is not None and until < since:
        raise StatementRefused(_("The end lies before the beginning."), "until")
