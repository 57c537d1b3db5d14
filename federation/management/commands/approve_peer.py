"""``manage.py approve_peer``"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.peers import ApprovalRefused, approve
from federation.quarantine import retry_quarantined
from federation.tasks import enqueue_pull, enqueue_push


class Command(BaseCommand):
    """Approves a peer by its identity file."""

    help = (
        "Approve a peer by its identity file, pinning its keys. "
        "Peering is mutual: it must approve this instance too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument(
            "--file", required=True, type=Path, help="what its federation_identity --json printed"
        )
        parser.add_argument("--bodies", help="keys it may publish for, by commas; default: those it names")
        parser.add_argument(
            "--replace-key",
            default="",
            metavar="FINGERPRINT",
            help="pin the file's keys instead of the known ones, if they have this fingerprint: the one its "
            "operator has told you by phone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        bodies = options["bodies"]
        try:
            identity = json.loads(options["file"].read_text())
            peer = approve(
                identity,
                [key for key in bodies.split(",") if key] if bodies is not None else None,
                new_key=options["replace_key"],
            )
        except (OSError, ValueError) as error:
            raise CommandError(
                _("%(file)s cannot be read as an identity: %(error)s")
                % {"file": options["file"], "error": error}
            ) from error
        except ApprovalRefused as error:
            raise CommandError(str(error)) from error
        retry_quarantined()
        enqueue_pull(peer.slug)
        enqueue_push(peer.slug)
        self.stdout.write(
            _("%(name)s is approved, fingerprint %(fingerprint)s. Compare it by phone.")
            % {"name": peer.name, "fingerprint": peer.fingerprint}
        )
