"""``manage.py retry_quarantined``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.models import Peer, Quarantined
from federation.quarantine import retry_quarantined


class Command(BaseCommand):
    """Tries to show what was received and is not shown."""

    help = "Try again to show quarantined entries: all, those of one peer, or one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("peer", nargs="?", metavar="SLUG", help="short name of the peer")
        parser.add_argument("--entry", metavar="ID", help="the address of one entry, https://…/id/…")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        among = Quarantined.objects.all()
        if slug := options["peer"]:
            if not Peer.objects.filter(slug=slug).exists():
                raise CommandError(_("There is no instance called %(name)s here.") % {"name": slug})
            among = among.filter(peer__slug=slug)
        if object_id := options["entry"]:
            among = among.filter(object_id=object_id)
            if not among.exists():
                raise CommandError(_("%(id)s is not in quarantine.") % {"id": object_id})
        shown = retry_quarantined(among)
        left = among.order_by("peer__slug", "seq").select_related("peer")
        self.stdout.write(
            _("%(shown)s shown, %(left)s still waiting.") % {"shown": shown, "left": left.count()}
        )
        for entry in left:
            self.stdout.write(f"{entry.peer.slug} {entry.object_id}: {entry.reason}")
