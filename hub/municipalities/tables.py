"""The two tables that go with the official directory: centre points, and who succeeded whom."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hub.errors import UnreadableDirectory
from hub.municipalities.facts import Place

PLACE_COLUMNS = ["ags", "lat", "lon"]
SUCCESSOR_COLUMNS = ["old", "new", "date"]
AGS = re.compile(r"\d{8}")
OFFICIAL_KEY = re.compile(r"\d{5}|\d{8,9}")
# Germany's outermost points with a margin of about ten kilometres, in degrees of WGS 84.
SOUTH, NORTH, WEST, EAST = 47.2, 55.15, 5.75, 15.15


@dataclass(frozen=True, slots=True)
class Succession:
    """On ``date`` the body ``old`` went over into ``new``, by merger or renumbering."""

    old: str
    new: str
    date: dt.date
    line: int


def read_places(data: bytes) -> dict[str, Place]:
    """Centre points by AGS, from ``ags,lat,lon``. Raises ``UnreadableDirectory``."""
    places: dict[str, Place] = {}
    for number, (key, latitude, longitude) in _rows(data, PLACE_COLUMNS):
        if not AGS.fullmatch(key):
            raise UnreadableDirectory(
                _("an AGS of 8 digits expected, “%(key)s” found") % {"key": key}, number
            )
        if key in places:
            raise UnreadableDirectory(_("key %(key)s stands in the file twice") % {"key": key}, number)
        places[key] = _place(latitude, longitude, number)
    return places


def read_successions(data: bytes) -> dict[str, Succession]:
    """Successions by the old key, from ``old,new,date``. Raises ``UnreadableDirectory``."""
    found: dict[str, Succession] = {}
    for number, (old, new, date) in _rows(data, SUCCESSOR_COLUMNS):
        for key in (old, new):
            if not OFFICIAL_KEY.fullmatch(key):
                raise UnreadableDirectory(
                    _("a key of 5, 8 or 9 digits expected, “%(key)s” found") % {"key": key}, number
                )
        if old in found:
            raise UnreadableDirectory(_("key %(key)s stands in the file twice") % {"key": old}, number)
        found[old] = Succession(old, new, _date(date, number), number)
    _refuse_circles(found)
    return found


def _rows(data: bytes, header: list[str]) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDirectory(_("the encoding is wrong: UTF-8 expected")) from error
    if not text.strip():
        raise UnreadableDirectory(_("the file is empty"))
    reader = csv.reader(io.StringIO(text, newline=""))
    for row in reader:
        cells = [cell.strip() for cell in row]
        if reader.line_num == 1:
            if cells != header:
                raise UnreadableDirectory(
                    _("the header “%(header)s” expected, “%(found)s” found")
                    % {"header": ",".join(header), "found": ",".join(cells)},
                    1,
                )
        elif any(cells):
            if len(cells) != len(header):
                raise UnreadableDirectory(
                    _("%(count)d values expected, %(found)d found")
                    % {"count": len(header), "found": len(cells)},
                    reader.line_num,
                )
            yield reader.line_num, cells


def _place(latitude: str, longitude: str, number: int) -> Place:
    try:
        place = Place(float(latitude), float(longitude))
    except ValueError as error:
        raise UnreadableDirectory(
            _("degrees with a decimal point expected, “%(value)s” found")
            % {"value": f"{latitude},{longitude}"},
            number,
        ) from error
    # Not a number fails this too, as it compares with nothing.
    if not (SOUTH <= place.latitude <= NORTH and WEST <= place.longitude <= EAST):
        raise UnreadableDirectory(
            _("a point in Germany expected, latitude %(latitude)s and longitude %(longitude)s found")
            % {"latitude": latitude, "longitude": longitude},
            number,
        )
    return place


def _date(text: str, number: int) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableDirectory(
            _("a date such as 2024-01-01 expected, “%(value)s” found") % {"value": text}, number
        ) from error


def _refuse_circles(successions: Mapping[str, Succession]) -> None:
    for start in successions.values():
        passed = {start.old}
        step: Succession | None = start
        while step is not None:
            if step.new in passed:
                raise UnreadableDirectory(
                    _("%(key)s succeeds itself in the end") % {"key": step.new}, step.line
                )
            passed.add(step.new)
            step = successions.get(step.new)
