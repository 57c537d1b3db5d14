"""``manage.py erase``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from hub.catalogue.erasing import erase, find_erasable
from hub.errors import HubError


class Command(BaseCommand):
    """Erases an own contribution for good."""

    help = "Erase a contribution of this instance for good, here and on every approved instance."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which one, and whether to ask."""
        parser.add_argument("item", metavar="URL_OR_UUID", help="its address on this instance, or its UUID")
        parser.add_argument("--yes", action="store_true", help="do not ask before erasing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, and erase."""
        try:
            entry = find_erasable(options["item"])
            if not options["yes"]:
                self._ask(entry.title or entry.object_id)
            change = erase(entry.object_id)
        except HubError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("It is erased. Approved instances erase it as soon as they learn of it.")
            if change
            else _("It is erased. No other instance had it, or it had been erased before.")
        )

    def _ask(self, title: str) -> None:
        self.stdout.write(
            _(
                "“%(title)s” will be erased for good, with all versions, translations and comments, here and "
                "on every approved instance. It cannot be brought back, not even from a backup."
            )
            % {"title": title}
        )
        word = _("erase")
        if input(_("Type “%(word)s” to go on: ") % {"word": word}).strip().casefold() != word.casefold():
            raise CommandError(_("Nothing was erased."))
