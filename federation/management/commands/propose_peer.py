"""``manage.py propose_peer``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.peering.identities import NoIdentity
from federation.peering.pictures import code_for_terminal
from federation.peering.proposing import AlreadyPeer, propose
from federation.peering.words import lines_of_words


class Command(BaseCommand):
    """Proposes an instance as a peer."""

    help = "Ask who is at an address, tell them that this instance would like to peer, print the fingerprint."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("address", help="such as wissenshub.example.de")
        parser.add_argument("--qr", action="store_true", help="with the fingerprint as a QR code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            proposal = propose(options["address"])
        except (NoIdentity, AlreadyPeer) as error:
            raise CommandError(str(error)) from error
        identity: dict[str, Any] = proposal.identity or {}
        self.stdout.write(f"{identity['name']} ({proposal.origin})")
        self.stdout.write(identity["fingerprint"])
        for line in lines_of_words(identity["fingerprint"]):
            self.stdout.write(line)
        if options["qr"]:
            self.stdout.write(code_for_terminal(f"{proposal.origin} {identity['fingerprint']}"))
        if proposal.told is None:
            self.stdout.write(_("The other side could not be told yet; that is tried again by itself."))
        self.stdout.write(
            _("Compare it by phone, then: approve_peer --from-proposal %(origin)s --fingerprint …")
            % {"origin": proposal.origin}
        )
