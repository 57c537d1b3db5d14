"""What was sought and how much was found: by week and text, and nothing of who sought it.

A request costs no query for being counted (:mod:`hub.counts`). A text can name somebody all the same.
So what looks like an address or a number of a person is not kept at all, what was sought on one day only
is shown to nobody and deleted after :data:`ONE_DAY_KEPT`, and everything after :data:`KEPT`. See
docs/decisions/0010.
"""

from __future__ import annotations

import atexit
import datetime as dt
import re
from collections import Counter, defaultdict
from itertools import groupby
from typing import Any, NamedTuple

from django.core.signals import request_finished
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from hub.counts import Buffer, write_at_end, write_quietly
from search.models import SearchTerm
from search.spelling import fold

EVERY_SECONDS = 10.0
"""How long counts wait in memory at least."""

KEPT = dt.timedelta(weeks=52)
ONE_DAY_KEPT = dt.timedelta(weeks=4)
FEWEST_DAYS = 2
"""On so many days a text has to have been sought before anybody is shown it."""

SHORTEST, LONGEST = 2, 60
"""Characters of a text that is kept; a longer one is a sentence about a case, not a search."""

LONGEST_FOLDED = 100
"""Characters of its folded spelling: umlauts take two."""

MOST_NEW = 1_000
"""Texts of a day that were not sought in its week before: what is beyond is not counted. So nobody fills the
table by a program that seeks at random."""

PERSONAL = re.compile(r"@|\(at\)|://|(?:\d[\s./()+-]{0,3}){6}")
"""An address, or six digits and more: telephone, account, file or customer numbers."""

# Rows are sent in one order, so that two processes that write the same ones never lock each other.
UPSERT = """
    INSERT INTO search_searchterm AS held (week, text, shown, times, without_results, days, last_day)
    SELECT week, text, shown, times, without_results, days, last_day FROM (
        SELECT *, known OR row_number() OVER (PARTITION BY known ORDER BY text) <= %s - (
            SELECT count(*) FROM search_searchterm AS today
            WHERE today.week = given.week AND today.last_day = given.last_day AND today.days = 1
        ) AS kept
        FROM (
            SELECT *, EXISTS (
                SELECT FROM search_searchterm AS old WHERE old.week = new.week AND old.text = new.text
            ) AS known
            FROM unnest(
                %s::date[], %s::text[], %s::text[], %s::int[], %s::int[], %s::int[], %s::date[]
            ) AS new (week, text, shown, times, without_results, days, last_day)
        ) AS given
    ) AS judged
    WHERE kept
    ORDER BY text
    ON CONFLICT (week, text) DO UPDATE SET
        times = held.times + EXCLUDED.times,
        without_results = held.without_results + EXCLUDED.without_results,
        days = held.days + (EXCLUDED.last_day > held.last_day)::int,
        last_day = greatest(held.last_day, EXCLUDED.last_day)
"""


class Key(NamedTuple):
    """What is counted apart: a text as it was typed, on one day, with or without results."""

    day: dt.date
    text: str
    shown: str
    found: bool


buffer: Buffer[Key] = Buffer()


def note(text: str, total: int) -> None:
    """Count a search for ``text`` that somebody meant to make; without filters it found ``total`` items.

    Whether somebody meant to, the caller knows: it asks :func:`hub.readers.is_reader`, and passes over
    further pages of results and what was found while the text was still being typed.
    """
    shown = " ".join(text.split())
    if SHORTEST <= len(shown) <= LONGEST and shown.isprintable() and not PERSONAL.search(shown):
        buffer.add(Key(timezone.localdate(), fold(shown)[:LONGEST_FOLDED], shown, total > 0))


def flush() -> int:
    """Write what is held now; returns how many rows. What the database refuses is held on, and raised."""
    return _write(buffer.take())


def flush_when_due(**_signal: Any) -> None:
    """Write what is held if the last time is long enough ago; a failure is logged and tried again later."""
    write_quietly(buffer.take(EVERY_SECONDS), _write)


def keep_flushing() -> None:
    """Have this process write its counts after responses and at its end. For processes that serve pages."""
    request_finished.connect(flush_when_due, dispatch_uid="asked.flush")
    atexit.register(write_at_end, flush)


def known_terms() -> QuerySet[SearchTerm]:
    """The rows of texts that were sought on several days."""
    often = SearchTerm.objects.values("text").annotate(all_days=Sum("days"))
    return SearchTerm.objects.filter(text__in=often.filter(all_days__gte=FEWEST_DAYS).values("text"))


def forget(today: dt.date) -> int:
    """Delete what is older than :data:`KEPT`, and what was sought on one day only before
    :data:`ONE_DAY_KEPT`; how many rows. Two queries."""
    old = SearchTerm.objects.filter(last_day__lt=today - KEPT).delete()[0]
    single = SearchTerm.objects.filter(last_day__lt=today - ONE_DAY_KEPT)
    return old + single.exclude(text__in=known_terms().values("text")).delete()[0]


def monday_of(day: dt.date) -> dt.date:
    """The first day of its week."""
    return day - dt.timedelta(days=day.weekday())


def _write(counts: Counter[Key]) -> int:
    if not counts:
        return 0
    rows, written = _make_rows(counts), 0
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # A row can be written once in a statement, so each day has its own.
            for _day, of_day in groupby(rows, key=lambda row: row[-1]):
                cursor.execute(UPSERT, [MOST_NEW, *map(list, zip(*of_day, strict=True))])
                written += cursor.rowcount
    except BaseException:
        buffer.give_back(counts)
        raise
    return written


def _make_rows(counts: Counter[Key]) -> list[tuple[dt.date, str, str, int, int, int, dt.date]]:
    """A row for each day and text, in their order."""
    held: dict[tuple[dt.date, str], list[Any]] = defaultdict(lambda: ["", 0, 0])
    for key, number in sorted(counts.items()):
        row = held[key.day, key.text]
        row[0] = row[0] or key.shown
        row[1] += number
        row[2] += 0 if key.found else number
    return [
        (monday_of(day), text, shown, times, without, 1, day)
        for (day, text), (shown, times, without) in sorted(held.items())
    ]
