"""``manage.py federation_status``"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from federation.notices.queries import pending_moves, say_pending
from federation.queries import own_health, peer_health, quarantined_entries

COLUMNS = ("slug", "state", "seq", "ahead", "lag", "quarantined", "withheld_files", "notices_pending")


class Command(BaseCommand):
    """Shows how the exchange with each peer stands."""

    help = "Show how the exchange with each peer stands, and where this instance itself is."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take its options."""
        parser.add_argument("--json", action="store_true", help="for machines")
        parser.add_argument("--quarantine", action="store_true", help="name the entries that are not shown")
        parser.add_argument(
            "--check", action="store_true", help="end with 1 if anything needs somebody, for monitoring"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        own, rows = own_health(), peer_health()
        if options["json"]:
            told = {"self": own, "peers": rows, "quarantine": _quarantine()}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._show(own, rows, quarantine=options["quarantine"])
        if options["check"] and (needing := _needing(own, rows)):
            raise CommandError(_("This needs somebody: %(what)s") % {"what": "; ".join(needing)})

    def _show(self, own: dict[str, Any], rows: list[dict[str, Any]], *, quarantine: bool) -> None:
        self.stdout.write(
            f"{own['origin']}  {own['epoch']}/{own['seq']}  {own['head_hash']}\n"
            + _("%(waiting)s waiting to be published, %(failing)s of them fail; %(followers)s followers")
            % {
                "waiting": own["waiting_marks"],
                "failing": own["failing_marks"],
                "followers": own["followers"],
            }
            + "\n"
        )
        self._table([COLUMNS, *(tuple(_cell(row[name]) for name in COLUMNS) for row in rows)])
        for row in rows:
            self.stdout.write(f"\n{row['slug']}: {_verified(row)}")
            self.stdout.write(_compared(row))
            for notice in pending_moves().filter(origin=row["origin"]):
                self.stdout.write(f"! {say_pending(notice)}")
            failed = row["last_error"] and f"{_when(row)}{row['last_error']}"
            for error in filter(None, (failed, row["compare_error"], row["notice_error"])):
                self.stdout.write(f"! {error}")
        if quarantine:
            for entry in _quarantine():
                self.stdout.write(f"{entry['peer']} {entry['seq']} {entry['object_id']}: {entry['reason']}")

    def _table(self, table: list[tuple[str, ...]]) -> None:
        widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
        for line in table:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _verified(row: dict[str, Any]) -> str:
    if not row["verified_at"]:
        return _("its log has not been read to its end yet.")
    return _("verified up to %(seq)s on %(when)s.") % {
        "seq": row["verified_seq"],
        "when": _moment(row["verified_at"]),
    }


def _compared(row: dict[str, Any]) -> str:
    if not row["comparable"]:
        return _("It does not compare yet; its version is older.")
    if not row["compared_at"]:
        return _("Not compared yet.")
    return _("Compared up to %(seq)s on %(when)s, %(mended)s mended in all.") % {
        "seq": row["compared_seq"],
        "when": _moment(row["compared_at"]),
        "mended": row["mended"],
    }


def _needing(own: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """What somebody has to look at, one part of a sentence for each."""
    words = {
        "error": _("the exchange fails"),
        "quarantined": _("entries are not shown"),
        "compare_error": _("its entries cannot be compared, or contradict its log"),
        "not_compared": _("not compared for days"),
        "refused_files": _("files are refused"),
        "notices": _("it does not take the notices of this instance"),
    }
    found = [f"{row['slug']}: {words[need]}" for row in rows for need in row["needs"]]
    if own["failing_marks"]:
        found.append(_("%(count)s pages cannot be published") % {"count": own["failing_marks"]})
    return found


def _quarantine() -> list[dict[str, Any]]:
    return [
        {
            "peer": entry.peer.slug,
            "epoch": entry.epoch,
            "seq": entry.seq,
            "object_id": entry.object_id,
            "reason": entry.reason,
            "since": entry.created.isoformat(),
        }
        for entry in quarantined_entries()
    ]


def _when(row: dict[str, Any]) -> str:
    return f"{_moment(row['last_error_at'])}: " if row["last_error_at"] else ""


def _moment(text: str) -> str:
    moment = parse_datetime(text)
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else text


def _cell(value: object) -> str:
    return "-" if value is None else str(value)
