"""``manage.py compare_peers``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from federation.comparing.comparing import Comparison, Outcome, compare
from federation.models import Peer, PeerState


class Command(BaseCommand):
    """Compares everything received with what each peer says it publishes."""

    help = "Compare what is held of each peer, or of those named, with what it publishes, and mend it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("peers", nargs="*", metavar="SLUG", help="short names; all approved by default")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        peers = Peer.objects.filter(state=PeerState.APPROVED).order_by("slug")
        if named := options["peers"]:
            peers = peers.filter(slug__in=named)
            if unknown := sorted(set(named) - {peer.slug for peer in peers}):
                raise CommandError(
                    _("There is no approved instance called %(names)s.") % {"names": ", ".join(unknown)}
                )
        failed = False
        for peer in peers:
            result = compare(peer)
            failed |= result.outcome == Outcome.FAILED
            self.stdout.write(f"{peer.slug}: {_sentence(result)}")
        if failed:
            raise CommandError(_("Not every comparison came to its end."))


def _sentence(result: Comparison) -> str:
    if result.outcome == Outcome.FAILED:
        return result.reason
    if result.outcome == Outcome.NOT_OFFERED:
        return _("does not compare yet; its version is older.")
    if result.outcome == Outcome.LATER:
        return _("something is being published right now; it is compared again later.")
    if not result.differing:
        return _("equal.")
    return ngettext(
        "%(mended)s entry differed and has been mended.",
        "%(mended)s entries differed and have been mended.",
        result.mended,
    ) % {"mended": result.mended}
