"""Whether anything personal of events is still there although its time is over."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from events.office.personal import Holding, list_holdings


class Command(BaseCommand):
    help = (
        "Lists how many personal rows each event holds, by table, and when they are due to be gone. "
        "Rows that are there although their time is over are marked, and the exit status is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", metavar="DATE", help="judge as of the end of this day, e.g. 2027-03-31")

    def handle(self, *args: Any, **options: Any) -> None:
        now = _read_moment(options["now"])
        overdue = 0
        for holding in list_holdings(now):
            late = holding.due is not None and holding.due < now
            overdue += holding.rows * late
            self.stdout.write(_tell(holding, late))
        if overdue:
            raise CommandError(
                f"{overdue} personal rows are still there although their time is over. "
                "The worker deletes them each night (events.forget_people): does it run?"
            )
        self.stdout.write(f"Nothing personal is overdue as of {now:%Y-%m-%d %H:%M}.")


def _read_moment(text: str | None) -> dt.datetime:
    if text is None:
        return timezone.now()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise CommandError(f"“{text}” is no day. Write it as 2027-03-31.")
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))


def _tell(holding: Holding, late: bool) -> str:
    due = f"{timezone.localtime(holding.due):%Y-%m-%d %H:%M}" if holding.due else "while the series goes on"
    mark = "OVERDUE" if late else "kept"
    return f"{mark:8} {holding.rows:6} {holding.table:16} until {due}  {holding.owner}"
