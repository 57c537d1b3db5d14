"""``manage.py scan_files``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.env import env
from hub.errors import ScannerUnavailable
from hub.files.letting_go import refuse_content
from hub.files.models import FileState, StoredFile, storage_name
from hub.files.references import needed_by
from hub.files.scanning import Finding, ScannerRefusesSize, scan
from hub.files.storage import content_storage

PROGRESS_EVERY = 100


class Command(BaseCommand):
    """Shows the virus scanner what is stored already."""

    help = (
        "Show every stored file to the virus scanner, for example after HUB_CLAMAV was set. Infected files "
        "are not handed out any more; those of other instances are deleted."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        if not env.clamav:
            raise CommandError("There is no scanner: set HUB_CLAMAV, for example /run/clamav/clamd.ctl")
        digests = list(
            StoredFile.objects.filter(state=FileState.STORED)
            .order_by("digest")
            .values_list("digest", flat=True)
            .distinct()
        )
        self._unscanned = infected = 0
        for number, digest in enumerate(digests, start=1):
            try:
                finding = self._scan(digest)
            except ScannerUnavailable as error:
                raise CommandError(
                    f"{number - 1} of {len(digests)} files scanned, {infected} infected. {error}. "
                    "Once it answers, run this command again."
                ) from error
            if finding:
                infected += 1
                self._refuse(digest, finding)
            if number % PROGRESS_EVERY == 0:
                self.stdout.write(f"{number} of {len(digests)}")
        self.stdout.write(f"{len(digests)} files scanned, {infected} infected, {self._unscanned} not scanned")

    def _scan(self, digest: str) -> Finding | None:
        try:
            with content_storage().open(storage_name(digest)) as file:
                return scan(file)
        except FileNotFoundError:
            self._pass_over(digest, "its bytes are gone")
        except ScannerRefusesSize as error:
            self._pass_over(digest, str(error))
        return None

    def _pass_over(self, digest: str, reason: str) -> None:
        self._unscanned += 1
        self.stderr.write(f"{digest} not scanned: {reason}")

    def _refuse(self, digest: str, finding: Finding) -> None:
        for record in StoredFile.objects.filter(digest=digest):
            self.stderr.write(f"{digest} of {record.origin or 'this instance'}: {finding.name}")
            for object_id in needed_by(digest, record.origin):
                self.stderr.write(f"  offered by {object_id}")
        refuse_content(digest, finding.reason)
