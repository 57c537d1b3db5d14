"""``manage.py move_domain``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.notices.services import CannotAnnounce, announce_move
from hub.catalogue.models import CatalogueEntry, State
from hub.env import env


class Command(BaseCommand):
    """Tells everybody that this instance has moved."""

    help = (
        "After HUB_ORIGIN was changed: publish everything under its new ids and tell the peers, who follow. "
        "Keep the old address leading to the new one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("--from", dest="old", required=True, metavar="ORIGIN", help="the former address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        old = options["old"].rstrip("/").lower()
        try:
            announce_move(old)
        except CannotAnnounce as error:
            raise CommandError(str(error)) from error
        known = CatalogueEntry.objects.filter(origin=old, source="")
        left = known.filter(state=State.LIVE, moved_to="").values_list("object_id", flat=True)
        self.stdout.write(
            _("Moved from %(old)s to %(new)s: %(count)s items have a new id.")
            % {"old": old, "new": env.origin, "count": known.exclude(moved_to="").count()}
        )
        for object_id in left:
            self.stdout.write(_("%(id)s has no page and stays here under its old id.") % {"id": object_id})
