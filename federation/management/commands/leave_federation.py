"""``manage.py leave_federation``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.notices.services import leave


class Command(BaseCommand):
    """Ends the exchange with all peers."""

    help = "End the exchange with all peers and tell them. Coming back takes approvals anew, on both sides."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("--yes", action="store_true", help="without it nothing is done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        if not options["yes"]:
            raise CommandError(
                _(
                    "Nothing was done. After leaving, nothing is exchanged with any peer, members of other "
                    "instances are signed out, and coming back takes approvals anew. If that is meant, "
                    "add --yes."
                )
            )
        leave()
        self.stdout.write(_("This instance has left. Let the worker run on until all peers know."))
