"""Whether khal, vdirsyncer, recurring-ical-events and ical.js find the same instants in a calendar."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.calendars.checking import check_file
from events.calendars.files import build_calendar
from hub.catalogue.queries import entries
from hub.documents import Viewer
from hub.errors import FetchFailed
from hub.fetching import fetch

MOST_BYTES = 20 * 1024 * 1024
OK = 200
ENOUGH = 2
"""Programs without which there is nothing to compare."""


class Command(BaseCommand):
    help = (
        "Lists every date of calendar files as UTC instants and fails, naming them, where programs differ. "
        "Without an argument: the calendar of every event of this instance, and that of all together."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sources", nargs="*", metavar="FILE|URL")
        parser.add_argument("--quiet-dates", action="store_true", help="do not list the dates")

    def handle(self, *args: Any, **options: Any) -> None:
        """Every file, then the verdict; a difference ends with exit code 1."""
        wrong = checked = alone = 0
        for name, body in map(_read, options["sources"]) if options["sources"] else _own_feeds():
            finding = check_file(body)
            checked += 1
            self.stdout.write(
                f"{name}: {len(finding.dates)} dates, {', '.join(finding.readers) or 'no reader'}"
            )
            for date in () if options["quiet_dates"] else finding.dates:
                self.stdout.write(
                    f"  {date.starts:%Y-%m-%dT%H:%M:%SZ} {date.ends:%Y-%m-%dT%H:%M:%SZ} {date.uid}"
                )
            for reader in finding.missing:
                self.stdout.write(f"  not installed: {reader}")
            for fault in finding.faults:
                self.stderr.write(f"  DIFFERS {fault}")
            wrong += bool(finding.faults)
            alone += bool(finding.missing) and len(finding.readers) < ENOUGH
        if wrong:
            raise CommandError(f"{wrong} of {checked} calendars are not read alike")
        if alone:
            raise CommandError(
                "nothing was compared: fewer than two of the programs are installed. They come with the "
                "development packages: pip install -r requirements-dev.txt, npm ci"
            )
        self.stdout.write(f"{checked} calendars, all read alike")


def _own_feeds() -> Iterator[tuple[str, bytes]]:
    own = entries(Viewer.local()).filter(kind="event", source="").order_by("starts", "object_id")
    for entry in own:
        yield f"/kalender/{entry.uuid}.ics", build_calendar(entry.title, [entry], programme=True)
    yield "/kalender/*.ics", build_calendar("*", own, programme=True)


def _read(source: str) -> tuple[str, bytes]:
    if source.startswith(("http://", "https://")):
        return source, _fetch(source)
    try:
        return source, Path(source).read_bytes()
    except OSError as error:
        raise CommandError(f"{source}: {error.strerror}") from error


def _fetch(url: str) -> bytes:
    try:
        reply = fetch("GET", url, max_bytes=MOST_BYTES)
    except FetchFailed as error:
        raise CommandError(f"{url}: {error}") from error
    if reply.status != OK:
        raise CommandError(f"{url}: answers {reply.status}")
    return reply.body
