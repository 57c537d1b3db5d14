"""``manage.py rebuild_search``: build indexes and passages again from the catalogue."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.errors import Unavailable
from search.rebuilding import Progress, RebuildRunning, rebuild
from search.targets import targets


class Command(BaseCommand):
    """Build the search index of each engine and the passages again, aside and without a pause."""

    help = "Build the search indexes and the answer passages again; the old ones answer until the end."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--engine",
            choices=[target.name for target in targets()],
            help="build this one only; all of them without it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for target in targets():
            if options["engine"] in (None, target.name):
                try:
                    done = rebuild(target, self._say if options["verbosity"] else lambda progress: None)
                except RebuildRunning as error:
                    raise CommandError(f"{target.name} is being built already: wait for it.") from error
                except Unavailable as error:
                    raise CommandError(f"{target.name} does not answer: {error}") from error
                self.stdout.write(f"{done.name}: {done.entries} entries in {done.seconds:.1f} s.")

    def _say(self, progress: Progress) -> None:
        self.stdout.write(f"{progress.name}: {progress.done} of {progress.total}")
