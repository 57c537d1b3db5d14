"""``manage.py import_municipalities``"""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hub.errors import RefusedDirectory, UnreadableDirectory
from hub.municipalities.directory import Extras, import_directory
from hub.municipalities.gv100ad import read_directory
from hub.municipalities.reporting import report_lines
from hub.municipalities.starter import apply_starter
from hub.municipalities.summary import Summary
from hub.municipalities.tables import read_places, read_successions

Read = TypeVar("Read")
ALL = "all"
HELP = """Bring the directory of bodies into step with the official directory of municipalities (GV100AD).

Its territorial status is the day its facts are of; its population is taken to be of 31 December of the year
before, as in the directory of 30 November 2023, unless --population-date says otherwise. What it no longer
lists stays as dissolved. All or nothing: a broken file changes nothing."""


def _iso_date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date such as 2022-12-31") from error


class Command(BaseCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="GV100AD, as Destatis publishes it")
        parser.add_argument(
            "--starter", action="store_true", help="the starter directory that comes along, instead of a file"
        )
        parser.add_argument("--coordinates", type=Path, metavar="CSV", help="centre points: ags,lat,lon")
        parser.add_argument(
            "--coordinates-source", default="GeoBasis-DE / BKG", help="where they are from, shown as source"
        )
        parser.add_argument(
            "--successors", type=Path, metavar="CSV", help="mergers and renumberings: old,new,date"
        )
        parser.add_argument(
            "--state", action="append", help="two digits, may be repeated, or all (default: 07)"
        )
        parser.add_argument("--population-date", type=_iso_date, help="day the population is of")
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--allow-older", action="store_true", help="go back to an older directory")
        parser.add_argument(
            "--allow-dissolving", action="store_true", help="dissolve more than 5 %% of a state's bodies"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["starter"] == (options["file"] is not None):
            raise CommandError("Name a GV100AD file, or --starter.")
        with translation.override(settings.LANGUAGE_CODE):
            try:
                with transaction.atomic():
                    summary = apply_starter() if options["starter"] else _import(options)
                    transaction.set_rollback(options["dry_run"])
            except RefusedDirectory as error:
                raise CommandError(f"{options['file']}: {error}") from error
            self._report(summary, options)

    def _report(self, summary: Summary, options: dict[str, Any]) -> None:
        for line in report_lines(summary, every=options["verbosity"] > 1):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write(_("This was a dry run: nothing was written."))


def _import(options: dict[str, Any]) -> Summary:
    places, successors, path = options["coordinates"], options["successors"], options["file"]
    states = options["state"] or ["07"]
    extras = Extras(
        states=frozenset() if ALL in states else frozenset(states),
        places=_read(places, read_places) if places else {},
        place_source=options["coordinates_source"] if places else "",
        successions=_read(successors, read_successions) if successors else {},
        population_date=options["population_date"],
        allow_older=options["allow_older"],
        allow_dissolving=options["allow_dissolving"],
    )
    directory = _read(path, read_directory)
    try:
        return import_directory(directory, extras)
    except UnreadableDirectory as error:
        # A line is one of the table of successors here: the directory itself was read whole.
        raise _broken(successors if error.line else path, error) from error


def _read(path: Path, reader: Callable[[bytes], Read]) -> Read:
    try:
        return reader(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnreadableDirectory as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: UnreadableDirectory) -> CommandError:
    where = _("line %(line)d: ") % {"line": error.line} if error.line else ""
    return CommandError(f"{path}: {where}{error.reason}")
