"""``manage.py rotate_keys``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from federation.notices.services import replace_keys, rotate_keys


class Command(BaseCommand):
    """Gives this instance new keys."""

    help = (
        "Give this instance new keys and tell its peers, signed with the old one; they follow by themselves."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument(
            "--compromised",
            action="store_true",
            help="the old keys are in wrong hands: nothing is signed with them, and every peer approves "
            "this instance anew by phone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        if options["compromised"]:
            fingerprint = replace_keys()
            self.stdout.write(_("New keys, fingerprint %(fingerprint)s.") % {"fingerprint": fingerprint})
            self.stdout.write(
                _(
                    "No peer has been told, and none takes anything until it has approved this instance anew:"
                    " call each one, read out this fingerprint, and send the new identity file "
                    "(federation_identity --json). There it is approved with approve_peer --replace-key."
                )
            )
            return
        said = rotate_keys().document
        self.stdout.write(_("New keys, fingerprint %(fingerprint)s.") % {"fingerprint": said["fingerprint"]})
        self.stdout.write(
            _("Peers follow by themselves. Keep a copy of the keys: federation_keys --export FILE.")
        )
