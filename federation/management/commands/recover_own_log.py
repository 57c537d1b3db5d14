"""``manage.py recover_own_log``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from federation.restoring.recovering import recover
from hub.errors import HubError


class Command(BaseCommand):
    """Takes back what peers hold of the own log and this instance does not."""

    help = "After a restore from a backup: fetch what is missing from the approved instances, with its pages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            done = recover(self.stdout.write)
        except HubError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _(
                "%(entries)s entries were missing. Pages: %(published)s published, %(withdrawn)s withdrawn, "
                "%(erased)s erased, %(kept)s without a page."
            )
            % {
                "entries": done.count,
                "published": done.pages.published,
                "withdrawn": done.pages.withdrawn,
                "erased": done.pages.erased,
                "kept": len(done.pages.kept),
            }
        )
        for object_id, reason in done.pages.kept.items():
            self.stdout.write(f"{object_id}: {reason}")
