"""``manage.py federation_keys``"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from federation.identity import own_identity
from federation.notices.keyfile import UnusableKeyFile, export_keys, import_keys


class Command(BaseCommand):
    """Keeps a copy of the keys outside the database, and puts it back."""

    help = "Write the keys of this instance to a file, or sign with those of such a file from now on."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--export", type=Path, metavar="FILE", help="a new file that only you can read")
        action.add_argument("--import", dest="source", type=Path, metavar="FILE", help="what --export wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        try:
            if options["export"]:
                export_keys(options["export"])
            else:
                import_keys(options["source"])
        except UnusableKeyFile as error:
            raise CommandError(str(error)) from error
        fingerprint = own_identity().fingerprint
        if options["export"]:
            said = _("The keys with the fingerprint %(fingerprint)s are kept. Whoever has the file can sign.")
        else:
            said = _("This instance signs with the keys %(fingerprint)s from now on.")
        self.stdout.write(said % {"fingerprint": fingerprint})
