"""``manage.py accept_epoch``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.models import Peer
from federation.restoring.epochs import accept_epoch
from hub.errors import HubError


class Command(BaseCommand):
    """Follows the new epoch of a peer."""

    help = "Follow the new log that an approved instance has begun; confirm that by phone before."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which peer."""
        parser.add_argument("peer", help="its short name, as federation_status shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        peer = Peer.objects.filter(slug=options["peer"]).first()
        if peer is None:
            raise CommandError(_("No instance has the short name “%(slug)s”.") % {"slug": options["peer"]})
        try:
            done = accept_epoch(peer, self.stdout.write)
        except HubError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Epoch %(epoch)s of %(name)s is followed; %(count)s entries were applied.")
            % {"epoch": done.epoch, "name": peer.name, "count": done.applied}
        )
        if not done.complete:
            self.stdout.write(_("The rest follows by itself as soon as that instance answers."))
