"""``manage.py export_archive``"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.errors import HubError
from hub.site.archive.checking import check_folder
from hub.site.archive.exporting import export_archive


class Command(BaseCommand):
    help = (
        "Write everything public as a folder of pages, files and documents that can be read without a "
        "server and from which import_archive rebuilds the hub."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where to; must not exist yet, or be empty")
        parser.add_argument("--zip", action="store_true", help="one ZIP file instead of a folder")
        parser.add_argument("--languages", nargs="+", default=[], help="pages in these languages only")
        parser.add_argument("--check", action="store_true", help="write nothing, check the archive there")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["folder"].absolute()
        if options["check"]:
            self._tell(check_folder(target), target)
            return
        if options["zip"] and target.suffix != ".zip":
            target = target.with_name(f"{target.name}.zip")
        try:
            done = export_archive(
                target,
                packed=options["zip"],
                languages=tuple(options["languages"]),
                say=self.stdout.write,
            )
        except HubError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Nothing was written: {error.strerror or error}") from error
        self.stdout.write(f"{done.own} own and {done.received} received records, {done.files} files")
        for missing in done.missing:
            self.stdout.write(f"  not here: {missing['name']} ({missing['record']}): {missing['reason']}")
        self._tell(done.faults, target)

    def _tell(self, faults: list[str], target: Path) -> None:
        """Every fault, then the verdict; a fault ends with exit code 1."""
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{target}: {len(faults)} faults", returncode=1)
        self.stdout.write(f"{target}: whole, all checksums and links are right")
