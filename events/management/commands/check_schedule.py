"""Whether schedules are such that programme apps read them."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.desks import find_desk
from events.models import EventDesk
from events.printing.checking import check_schedule
from events.printing.exporting import FORMS, export_schedule


class Command(BaseCommand):
    help = (
        "Checks schedule.xml and schedule.json: files, the released programme of an event, or of all events. "
        "What is wrong is printed as “file:line: sentence”, and the exit status is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--event", type=uuid.UUID, metavar="UUID", help="the uuid of its document")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = checked = 0
        for name, content in self._contents(options["files"], options["event"]):
            checked += 1
            faults = check_schedule(content)
            wrong += bool(faults)
            for fault in faults:
                self.stdout.write(f"{name}:{fault.line}: {fault.sentence}")
            if not faults:
                self.stdout.write(f"{name}: in order")
        if wrong:
            raise CommandError(f"{wrong} of {checked} are not as they should be")
        if not checked:
            self.stdout.write("No programme is released: there is nothing to check.")

    def _contents(self, files: list[Path], key: uuid.UUID | None) -> Iterator[tuple[str, bytes]]:
        for file in files:
            try:
                yield str(file), file.read_bytes()
            except OSError as error:
                raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        if key:
            desk = find_desk(key)
            if desk is None:
                raise CommandError(f"No event is organised here under {key}")
            found = list(_export(desk))
            if not found:
                raise CommandError(f"{desk}: no programme is released")
            yield from found
        elif not files:
            for desk in EventDesk.objects.select_related("event").order_by("pk"):
                yield from _export(desk)


def _export(desk: EventDesk) -> Iterator[tuple[str, bytes]]:
    for form in FORMS:
        content = export_schedule(desk, form)
        if content is not None:
            yield f"{desk.event.translation_key}/schedule.{form}", content
