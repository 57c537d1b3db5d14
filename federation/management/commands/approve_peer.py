"""``manage.py approve_peer``"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.jobs import begin_exchange
from federation.models import Peer
from federation.peering.proposing import approve_proposal
from federation.peering.queries import open_proposals
from federation.peers import ApprovalRefused, approve


class Command(BaseCommand):
    """Approves a peer by its identity file, or a proposal by the fingerprint compared."""

    help = (
        "Approve a peer by its identity file or its proposal, pinning its keys. "
        "Peering is mutual: it must approve this instance too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--file", type=Path, help="what its federation_identity --json printed")
        source.add_argument("--from-proposal", metavar="ORIGIN", help="the address of an open proposal")
        parser.add_argument(
            "--fingerprint", default="", help="with --from-proposal: what its operator has told you by phone"
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
        named = options["bodies"]
        bodies = [key for key in named.split(",") if key] if named is not None else None
        try:
            if options["file"]:
                peer = _approve_file(options["file"], bodies, options["replace_key"])
            else:
                peer = _approve_proposal(options["from_proposal"], bodies, options["fingerprint"])
        except ApprovalRefused as error:
            raise CommandError(str(error)) from error
        begin_exchange(peer)
        self.stdout.write(
            _("%(name)s is approved, fingerprint %(fingerprint)s. Compare it by phone.")
            % {"name": peer.name, "fingerprint": peer.fingerprint}
        )


def _approve_file(file: Path, bodies: list[str] | None, new_key: str) -> Peer:
    try:
        return approve(json.loads(file.read_text()), bodies, new_key=new_key)
    except (OSError, ValueError) as error:
        raise CommandError(
            _("%(file)s cannot be read as an identity: %(error)s") % {"file": file, "error": error}
        ) from error


def _approve_proposal(origin: str, bodies: list[str] | None, fingerprint: str) -> Peer:
    proposal = open_proposals().filter(origin=origin, identity__isnull=False).first()
    if proposal is None or proposal.identity is None:
        raise CommandError(
            _("There is no proposal of %(origin)s. Begin with: propose_peer %(origin)s") % {"origin": origin}
        )
    if not fingerprint:
        raise CommandError(
            _("Name the fingerprint that the people there have read out to you, with --fingerprint.")
        )
    letters = "".join(fingerprint.split()).upper()
    if letters != "".join(proposal.identity["fingerprint"].split()):
        raise CommandError(
            _("%(origin)s shows the fingerprint %(shown)s, not the one you were told. Nothing is approved.")
            % {"origin": origin, "shown": proposal.identity["fingerprint"]}
        )
    chosen = bodies if bodies is not None else proposal.identity["bodies"]
    return approve_proposal(proposal, proposal.identity["fingerprint"], chosen)
