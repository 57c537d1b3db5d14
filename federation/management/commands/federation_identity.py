"""``manage.py federation_identity``"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from federation.identity import own_identity
from federation.peering.pictures import code_for_terminal
from federation.peering.words import lines_of_words


class Command(BaseCommand):
    """Prints who this instance is."""

    help = "Print who this instance is, for its peers to approve; makes its keys at the first call."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("--json", action="store_true", help="as the file approve_peer reads")
        parser.add_argument("--qr", action="store_true", help="with the fingerprint as a QR code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        identity = own_identity()
        if options["json"]:
            self.stdout.write(json.dumps(identity.as_json(), ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{identity.name} ({identity.origin})")
        self.stdout.write(identity.fingerprint)
        for line in lines_of_words(identity.fingerprint):
            self.stdout.write(line)
        if options["qr"]:
            self.stdout.write(code_for_terminal(f"{identity.origin} {identity.fingerprint}"))
