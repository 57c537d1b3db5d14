"""``manage.py hand_over``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.models import Peer
from federation.notices.services import CannotAnnounce, hand_over
from federation.peers import ApprovalRefused


class Command(BaseCommand):
    """Hands items over to another hub."""

    help = (
        "Hand the items of some bodies, or of all, over to a peer; it takes them over with accept_handover."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("peer", help="the peer's short name")
        parser.add_argument("--bodies", help="keys, by commas; default: all that publish here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        peer = Peer.objects.filter(slug=options["peer"]).first()
        if peer is None:
            raise CommandError(
                _("There is no peer with the short name %(slug)s.") % {"slug": options["peer"]}
            )
        bodies = options["bodies"]
        try:
            notices = hand_over(peer, [key for key in bodies.split(",") if key] if bodies else None)
        except (CannotAnnounce, ApprovalRefused) as error:
            raise CommandError(str(error)) from error
        count = sum(len(notice.document["uuids"]) for notice in notices)
        self.stdout.write(
            _(
                "%(count)s items are handed over to %(name)s. They stay here until they have arrived from "
                "there; its operator takes them over with accept_handover."
            )
            % {"count": count, "name": peer.name}
        )
