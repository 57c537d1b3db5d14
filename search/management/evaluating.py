"""What the commands that measure by a set have in common: the set, the half, and what must be here."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from django.core.management.base import BaseCommand, CommandError

from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from search.consumers import is_searchable
from search.evaluation.measures import Interval
from search.evaluation.sets import HELD_OUT, TRAIN, DocumentSet, UnreadableSet, read_file

NAMED = 5
"""Of many things so many are named."""

Whole = TypeVar("Whole", bound=DocumentSet[Any])


class EvaluationCommand(BaseCommand):
    """Reads a set. ``asked`` is what it holds, ``docs`` the page with its format.

    ``consumer`` makes what is measured from the catalogue, also where no worker runs.
    """

    asked: ClassVar[str]
    docs: ClassVar[str]
    consumer: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The set, the half, and what to tell besides."""
        parser.add_argument("set", type=Path, help=f"YAML file, see {self.docs}")
        parser.add_argument("--half", choices=(TRAIN, HELD_OUT), help="default: both")
        parser.add_argument(
            f"--{self.asked}", action="store_true", help=f"list each of the {self.asked} of the train half"
        )
        parser.add_argument("--json", type=Path, help="also write the figures into this file")

    def read(self, options: Mapping[str, Any], shape: type[Whole]) -> tuple[Whole, tuple[Any, ...]]:
        """The set, whose documents are all here, and what of it is asked. Raises :class:`CommandError`."""
        if options[self.asked] and options["half"] != TRAIN:
            raise CommandError(
                f"--{self.asked} goes with --half train only: who tunes by the held-out half has none."
            )
        try:
            whole = read_file(options["set"], shape)
        except UnreadableSet as error:
            raise CommandError(str(error)) from error
        _demand_documents(whole)
        run_consumers(self.consumer)
        if not (chosen := whole.of_half(options["half"])):
            raise CommandError(f"The set has no {self.asked} of the half {options['half']}.")
        return whole, chosen


def say_interval(interval: Interval) -> str:
    """The mean and its bounds."""
    return f"{interval.mean:.3f} ({interval.low:.2f}–{interval.high:.2f})"


def _demand_documents(whole: DocumentSet[Any]) -> None:
    """Without the documents that are asked about, the figures would speak of the catalogue."""
    names = whole.names()
    entries = CatalogueEntry.objects.filter(uuid__in=names)
    here = {names[str(entry.uuid)] for entry in entries if is_searchable(entry)}
    if missing := [name for name in whole.documents if name not in here]:
        raise CommandError(
            f"{len(missing)} of {len(names)} documents of the set are not in this instance: "
            f"{', '.join(missing[:NAMED])} … Load them, or take them out of the set."
        )
