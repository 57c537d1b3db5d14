"""``manage.py resync``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.models import Peer
from federation.restoring.resync import resync
from hub.errors import HubError


class Command(BaseCommand):
    """Reads a peer's whole log again."""

    help = "Read the whole log of an approved instance again, compare it with what is held, and mend that."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which peer."""
        parser.add_argument("peer", help="its short name, as federation_status shows it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        peer = Peer.objects.filter(slug=options["peer"]).first()
        if peer is None:
            raise CommandError(_("No instance has the short name “%(slug)s”.") % {"slug": options["peer"]})
        try:
            done = resync(peer, self.stdout.write)
        except HubError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(read)s entries read, %(missing)s were missing, %(mended)s contributions mended.")
            % vars(done)
        )
