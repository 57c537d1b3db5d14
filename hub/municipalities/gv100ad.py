"""Reads GV100AD, the official directory of Germany's municipalities.

A text of fixed width, published by the Statistisches Bundesamt (Destatis) every quarter: 220 characters
a line, one record each, a district before its associations and both before their municipalities. UTF-8,
formerly ISO 8859-1; both are read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.translation import gettext as _

from hub.errors import UnreadableDirectory

Row = TypeVar("Row")

WIDTH = 220
# In no name; ISO 8859-1 gives one for each byte from 0x80 to 0x9f, so other encodings show by them.
CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Source: Destatis, Datensatzbeschreibung GV100AD. First and last position, counted from 1.
COLUMNS: Mapping[str, tuple[int, int]] = {
    "record": (1, 2),  # Satzart
    "date": (3, 10),  # Gebietsstand, YYYYMMDD
    "state": (11, 12),  # Land                      ┐
    "region": (13, 13),  # Regierungsbezirk         │ AGS: 11-18
    "district": (14, 15),  # Kreis                  │
    "municipality": (16, 18),  # Gemeinde           ┘
    "association": (19, 22),  # Gemeindeverband
    "name": (23, 72),
    "seat": (73, 122),  # Sitz der Verwaltung
    "text_code": (123, 124),  # Textkennzeichen: what kind of district, association or municipality
    "area": (129, 139),  # hectares
    "population": (140, 150),
    "postcode": (166, 170),  # of the administration
}
STATE, REGION, PLANNING_REGION, DISTRICT, ASSOCIATION, MUNICIPALITY = "10", "20", "30", "40", "50", "60"
INDEPENDENT_DISTRICTS = {"41", "42"}  # kreisfreie Stadt, Stadtkreis: the city itself, no Landkreis
DISTRICTS = INDEPENDENT_DISTRICTS | {"43", "44", "45"}  # Kreis, Landkreis, Regionalverband
# verbandsfrei, and (Thüringen) a municipality that works for its neighbours: no body of its own.
NO_ASSOCIATION = {"50", "58"}
ASSOCIATIONS = NO_ASSOCIATION | {"51", "52", "53", "54", "55", "56"}
CITIES = {"61", "62"}  # kreisfreie Stadt, Stadtkreis
TOWNS = {"63", "67"}  # Stadt, große Kreisstadt
UNINCORPORATED = {"65", "66"}  # gemeindefreies Gebiet, inhabited or not
MUNICIPALITIES = CITIES | TOWNS | UNINCORPORATED | {"60", "64"}  # Markt, Gemeinde


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district (record 40). ``key`` has five digits."""

    key: str
    name: str
    seat: str
    text_code: str

    @property
    def is_independent(self) -> bool:
        """Whether it is an independent city, which has a municipality record as well."""
        return self.text_code in INDEPENDENT_DISTRICTS


@dataclass(frozen=True, slots=True)
class AssociationRow:
    """An association of municipalities (record 50). ``key`` has nine digits."""

    key: str
    district: str
    name: str
    seat: str
    text_code: str

    @property
    def is_body(self) -> bool:
        """Whether it is more than the record of a municipality that belongs to none."""
        return self.text_code not in NO_ASSOCIATION


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """A municipality or an unincorporated area (record 60). ``key`` is the AGS."""

    key: str
    district: str
    association: str
    name: str
    text_code: str
    area_ha: int
    population: int
    postcode: str

    @property
    def is_body(self) -> bool:
        """Whether it is a municipality."""
        return self.text_code not in UNINCORPORATED


@dataclass(slots=True)
class Directory:
    """What a file holds, by key and in its order. ``as_of`` is its territorial status (Gebietsstand)."""

    as_of: dt.date
    states: dict[str, str] = field(default_factory=dict)
    districts: dict[str, DistrictRow] = field(default_factory=dict)
    associations: dict[str, AssociationRow] = field(default_factory=dict)
    municipalities: dict[str, MunicipalityRow] = field(default_factory=dict)


class Line:
    """One line, cut by the table of columns."""

    def __init__(self, number: int, text: str) -> None:
        if len(text) != WIDTH:
            reason = _("%(width)d characters expected, %(found)d found") % {
                "width": WIDTH,
                "found": len(text),
            }
            raise UnreadableDirectory(reason, number)
        self.number = number
        self.text = text

    def column(self, name: str) -> str:
        """The text of a column, without the blanks around it."""
        first, last = COLUMNS[name]
        return self.text[first - 1 : last].strip()

    def digits(self, name: str) -> str:
        """The text of a column that holds digits in all its width."""
        first, last = COLUMNS[name]
        value = self.text[first - 1 : last]
        if not (value.isascii() and value.isdigit()):
            raise self.error(
                _("digits expected at positions %(first)d to %(last)d, “%(value)s” found")
                % {"first": first, "last": last, "value": value}
            )
        return value

    def text_code(self, known: set[str]) -> str:
        """The text code, which has to be one of those known for the record."""
        code = self.column("text_code")
        if code not in known:
            raise self.error(
                _("text code %(known)s expected at positions 123 to 124, “%(code)s” found")
                % {"known": ", ".join(sorted(known)), "code": code}
            )
        return code

    def named(self) -> str:
        """The name, which has to be there."""
        name = self.column("name")
        if not name:
            raise self.error(_("a name expected at positions 23 to 72, blanks found"))
        return name

    def date(self) -> dt.date:
        """The territorial status."""
        try:
            return dt.datetime.strptime(self.digits("date"), "%Y%m%d").date()  # noqa: DTZ007 (a day)
        except ValueError as error:
            raise self.error(
                _("a date (YYYYMMDD) expected at positions 3 to 10, “%(value)s” found")
                % {"value": self.column("date")}
            ) from error

    def key(self, *columns: str) -> str:
        """These columns' digits in a row."""
        return "".join(self.digits(column) for column in columns)

    def error(self, reason: str) -> UnreadableDirectory:
        """What is wrong here."""
        return UnreadableDirectory(reason, self.number)


def decode(data: bytes) -> str:
    """The text of a file. Raises ``UnreadableDirectory`` where it is neither UTF-8 nor ISO 8859-1."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("iso-8859-1")
    if CONTROL.search(text):
        raise UnreadableDirectory(_("the encoding is wrong: UTF-8 or ISO 8859-1 (Latin-1) expected"))
    return text


def read_directory(data: bytes) -> Directory:
    """The directory in these bytes, of all states it holds.

    Raises ``UnreadableDirectory`` with the number of the line that is not as it should be.
    """
    lines = [line.removesuffix("\r") for line in decode(data).split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise UnreadableDirectory(_("the file is empty"))
    directory = Directory(Line(1, lines[0]).date())
    for number, text in enumerate(lines, 1):
        line = Line(number, text)
        if text[2:10] != lines[0][2:10]:
            raise line.error(
                _("the same territorial status as in line 1 (%(date)s) expected at positions 3 to 10")
                % {"date": directory.as_of.isoformat()}
            )
        reader = READERS.get(line.column("record"))
        if reader is None:
            raise line.error(
                _("a record type expected (%(known)s), “%(record)s” found")
                % {"known": ", ".join(READERS), "record": text[:2]}
            )
        reader(directory, line)
    _refuse_hollow(directory)
    return directory


def _read_state(directory: Directory, line: Line) -> None:
    _add(directory.states, line.digits("state"), line.named(), line)


def _skip(directory: Directory, line: Line) -> None:
    """Regions are no bodies here: those of Rheinland-Pfalz were dissolved in 2000."""


def _read_district(directory: Directory, line: Line) -> None:
    key = line.key("state", "region", "district")
    if key[:2] not in directory.states:
        raise line.error(_("district %(key)s stands before its state (record 10)") % {"key": key})
    row = DistrictRow(key, line.named(), line.column("seat"), line.text_code(DISTRICTS))
    _add(directory.districts, key, row, line)


def _read_association(directory: Directory, line: Line) -> None:
    district = line.key("state", "region", "district")
    key = district + line.digits("association")
    row = AssociationRow(key, district, line.named(), line.column("seat"), line.text_code(ASSOCIATIONS))
    if row.is_body:
        _refuse_orphan(directory, key, district, line)
    _add(directory.associations, key, row, line)


def _read_municipality(directory: Directory, line: Line) -> None:
    district = line.key("state", "region", "district")
    key = district + line.digits("municipality")
    association = district + line.digits("association")
    row = MunicipalityRow(
        key,
        district,
        association,
        line.named(),
        line.text_code(MUNICIPALITIES),
        int(line.digits("area")),
        int(line.digits("population")),
        line.column("postcode"),
    )
    if row.is_body:
        line.digits("postcode")
        _refuse_orphan(directory, key, district, line)
        if association not in directory.associations:
            raise line.error(
                _("municipality %(key)s stands before its association %(association)s (record 50)")
                % {"key": key, "association": association}
            )
    _add(directory.municipalities, key, row, line)


def _refuse_orphan(directory: Directory, key: str, district: str, line: Line) -> None:
    if district not in directory.districts:
        raise line.error(
            _("%(key)s stands before its district %(district)s (record 40)")
            % {"key": key, "district": district}
        )


def _add(rows: dict[str, Row], key: str, row: Row, line: Line) -> None:
    if key in rows:
        raise line.error(_("key %(key)s stands in the file twice") % {"key": key})
    rows[key] = row


def _refuse_hollow(directory: Directory) -> None:
    """Refuse districts and associations without municipalities: the file was cut off."""
    rows = directory.municipalities.values()
    held = {row.district for row in rows} | {row.association for row in rows}
    for key in [*directory.districts, *directory.associations]:
        if key not in held:
            raise UnreadableDirectory(_("the file is not whole: %(key)s has no municipality") % {"key": key})


READERS: Mapping[str, Callable[[Directory, Line], None]] = {
    STATE: _read_state,
    REGION: _skip,
    PLANNING_REGION: _skip,
    DISTRICT: _read_district,
    ASSOCIATION: _read_association,
    MUNICIPALITY: _read_municipality,
}
