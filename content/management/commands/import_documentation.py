"""Take the Markdown files of a folder or an archive over as the documentation of a building block."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from content.documentation.gathering import Reading
from content.documentation.packing import pack_folder
from content.documentation.services import NewRelease, take_over
from content.models import ModulePage
from hub.errors import UnreadableUpload


class Command(BaseCommand):
    """``import_documentation docs/ --module <uuid> --version 1.3.0``."""

    help = "Takes Markdown files over as documentation of a building block, as a new release of it."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """``--version`` is that of the documentation here, not Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Arguments."""
        parser.add_argument("source", type=Path, help="folder or archive, for example a checkout's docs/")
        parser.add_argument("--module", type=uuid.UUID, required=True, help="last part of its /id/ address")
        parser.add_argument("--version", required=True, help="the new release, for example 1.3.0")
        parser.add_argument("--notes", default="", help="what is new in it")
        parser.add_argument(
            "--released", type=dt.date.fromisoformat, help="day of the release, default today"
        )
        parser.add_argument("--archive", action="store_true", help="offer the files as an archive as well")
        parser.add_argument("--publish", action="store_true", help="publish it at once instead of a draft")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, save, report. Nothing stays of a run that fails."""
        page = ModulePage.objects.filter(translation_key=options["module"], alias_of__isnull=True)
        module = next((each for each in page.select_related("locale") if not each.is_translation), None)
        if module is None:
            raise CommandError(f"There is no building block {options['module']} on this instance.")
        release = NewRelease(
            options["version"],
            options["released"] or timezone.localdate(),
            options["notes"],
            options["archive"],
        )
        try:
            with transaction.atomic():
                reading = self._take_over(module, options["source"], release, options["publish"])
        except UnreadableUpload as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError(f"It cannot be published yet: {' '.join(error.messages)}") from error
        self._tell(reading, options["publish"])

    def _take_over(self, module: ModulePage, source: Path, release: NewRelease, publish: bool) -> Reading:
        if source.is_dir():
            with tempfile.TemporaryFile() as packed:
                for link in pack_folder(source, cast(BinaryIO, packed)):
                    self.stderr.write(f"left out, a link: {link}")
                name = f"{source.resolve().name}.zip"
                done = take_over(module, None, cast(BinaryIO, packed), name, release)
        elif source.is_file():
            with source.open("rb") as file:
                done = take_over(module, None, file, source.name, release)
        else:
            raise CommandError(f"There is neither a folder nor a file {source}.")
        if publish:
            done.revision.publish()
        return done.reading

    def _tell(self, reading: Reading, published: bool) -> None:
        report = reading.report
        for sort in ("broken", "skipped"):
            for note in report.notes[sort]:
                self.stderr.write(f"{sort}: {note.place}: {note.text}")
            if rest := report.left_over(sort):
                self.stderr.write(f"{sort}: and {rest} more")
        state = "published" if published else "saved as a draft"
        self.stdout.write(
            f"{len(reading.chapters)} chapters {state}, {report.counts['mended']} links mended."
        )
