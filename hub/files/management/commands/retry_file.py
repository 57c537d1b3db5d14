"""``manage.py retry_file``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hub.errors import ScannerUnavailable
from hub.files.models import FileState, StoredFile
from hub.files.receiving import retry


class Command(BaseCommand):
    """Lets a withheld or refused file be tried once more."""

    help = (
        "Fetch and scan a withheld or refused file once more, for example after a false alarm of the virus "
        "scanner. federation_status and the log name its checksum."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("digest", help="checksum of the file, with or without sha256: before it")
        parser.add_argument("--origin", help="address of the instance that brought it; without it all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        digest = "sha256:" + options["digest"].removeprefix("sha256:").lower()
        found = StoredFile.objects.filter(digest=digest).exclude(state=FileState.STORED)
        if options["origin"] is not None:
            found = found.filter(origin=options["origin"].rstrip("/"))
        records = list(found)
        if not records:
            raise CommandError(f"No file {digest} is withheld or refused")
        for record in records:
            try:
                retry(record)
            except (ScannerUnavailable, FileNotFoundError) as error:
                raise CommandError(f"{record.origin or 'this instance'}: {error}") from error
            self.stdout.write(f"{record.origin or 'this instance'}: {record.state}")
