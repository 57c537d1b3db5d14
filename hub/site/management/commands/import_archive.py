"""``manage.py import_archive``"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.site.archive.importing import import_archive
from hub.site.archive.reading import UnusableArchive


class Command(BaseCommand):
    help = (
        "Rebuild an empty instance from an archive of the same address: everything is verified first, and "
        "nothing is changed if anything is wrong with it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="folder or ZIP file that export_archive has written")
        parser.add_argument(
            "--fingerprint", default="", help="of the instance the archive must be of, as its peers know it"
        )
        parser.add_argument("--dry-run", action="store_true", help="verify and count, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        place: Path = options["archive"].absolute()
        try:
            done = import_archive(
                place,
                fingerprint=options["fingerprint"],
                dry_run=options["dry_run"],
                say=self.stdout.write,
            )
        except UnusableArchive as error:
            for fault in error.faults:
                self.stderr.write(fault)
            raise CommandError(f"{place}: {len(error.faults)} faults, nothing was changed") from error
        except OSError as error:
            raise CommandError(f"Nothing was changed: {error.strerror or error}") from error
        for kind, count in sorted(done.by_kind.items()):
            self.stdout.write(f"  {count:>6}  {kind}")
        if options["dry_run"]:
            self.stdout.write(f"{place}: whole and readable; nothing was changed")
            return
        self.stdout.write(
            f"{done.rebuilt} pages rebuilt, {done.received} records of other instances, "
            f"{done.withdrawn} withdrawn ones, log up to {done.log}"
        )
        self._tell("differs and appears as a new revision", done.renewed)
        self._tell("stays readable, yet has no page", done.kept)
        for missing in done.missing:
            self.stdout.write(f"  not in the archive: {missing}")

    def _tell(self, what: str, found: Mapping[str, list[str]]) -> None:
        for object_id, reasons in found.items():
            self.stdout.write(f"  {object_id} {what}:")
            for reason in reasons:
                self.stdout.write(f"    {reason}")
