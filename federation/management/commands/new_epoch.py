"""``manage.py new_epoch``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.restoring.epochs import new_epoch


class Command(BaseCommand):
    """Begins the own log anew."""

    help = (
        "Begin the log of this instance anew, with everything that is published now. "
        "Only after an alarm: every approved instance then has to run accept_epoch."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take why, and whether to ask."""
        parser.add_argument("--reason", required=True, help="what has happened, for the log")
        parser.add_argument("--yes", action="store_true", help="do not ask before beginning")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and begin."""
        if not options["yes"]:
            self.stdout.write(
                _(
                    "The log of this instance begins anew. No approved instance takes anything from it until "
                    "its operator has accepted that: tell them by phone."
                )
            )
            word = _("anew")
            given = input(_("Type “%(word)s” to go on: ") % {"word": word})
            if given.strip().casefold() != word.casefold():
                raise CommandError(_("Nothing was changed."))
        head = new_epoch(options["reason"])
        self.stdout.write(
            _(
                "Epoch %(epoch)s has begun with %(seq)s entries. On every approved instance: "
                "manage.py accept_epoch."
            )
            % {"epoch": head.epoch, "seq": head.seq}
        )
