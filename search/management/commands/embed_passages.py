"""``manage.py embed_passages``: make the vectors of passages that are missing, as ``HUB_EMBEDDER`` says."""

from __future__ import annotations

import math
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.answers.embedding import EmbedderUnavailable
from search.answers.embedding.choosing import configured
from search.answers.reembedding import Progress, embed_round, learn_again
from search.rebuilding import RebuildRunning


class Command(BaseCommand):
    """Make them now, without the worker; the vectors there are answer until the end."""

    help = "Make the vectors of passages that are missing; all anew after a change of HUB_EMBEDDER."

    def add_arguments(self, parser: Any) -> None:
        """``--learn``: learn anew first, what only ``lsa`` does."""
        parser.add_argument("--learn", action="store_true", help="let lsa learn from the passages anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until nothing is missing, telling after each batch how many there are.

        Raises :class:`CommandError` where ``--learn`` does not fit the setting, another run is at it, or the
        embedder fails.
        """
        if options["learn"] and configured().method != "lsa":
            raise CommandError("Only lsa learns: set HUB_EMBEDDER=lsa.")
        try:
            if options["learn"]:
                row = learn_again()
                self.stdout.write(f"{row.name} has learned." if row else "There is nothing new to learn.")
            while embed_round(math.inf, self._say if options["verbosity"] else lambda progress: None):
                pass
        except RebuildRunning as error:
            raise CommandError("Vectors are being made already: wait for it.") from error
        except EmbedderUnavailable as error:
            raise CommandError(str(error)) from error

    def _say(self, progress: Progress) -> None:
        self.stdout.write(f"{progress.embedder}: {progress.done} of {progress.total}")
