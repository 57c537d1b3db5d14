"""Builds small directories in the form of GV100AD, for tests.

Its positions are written down here a second time, on purpose: a wrong table in the parser shows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


def put(*cells: tuple[int, str]) -> str:
    """A line of 220 characters with texts at positions counted from 1."""
    line = [" "] * 220
    for position, text in cells:
        line[position - 1 : position - 1 + len(text)] = text
    assert len(line) == 220
    return "".join(line)


@dataclass
class Sample:
    """Lines of a directory, in the order they were added."""

    as_of: dt.date = dt.date(2023, 11, 30)
    lines: list[str] = field(default_factory=list)

    def add(self, record: str, key: str, name: str, *cells: tuple[int, str]) -> Sample:
        self.lines.append(put((1, record), (3, f"{self.as_of:%Y%m%d}"), (11, key), (23, name), *cells))
        return self

    def state(self, key: str = "07", name: str = "Rheinland-Pfalz", seat: str = "Mainz") -> Sample:
        return self.add("10", key, name, (73, seat))

    def district(self, key: str, name: str, seat: str, code: str = "44") -> Sample:
        return self.add("40", key, name, (73, seat), (123, code))

    def association(self, key: str, name: str, seat: str = "", code: str = "53") -> Sample:
        return self.add("50", f"{key[:5]}   {key[5:]}", name, (73, seat), (123, code))

    def municipality(
        self,
        key: str,
        name: str,
        *,
        association: str = "",
        code: str = "64",
        area: int = 1000,
        population: int = 500,
        postcode: str = "55000",
    ) -> Sample:
        """A municipality; without an association it gets the record of one of its own before it."""
        if not association:
            association = f"0{key[5:]}"
            self.association(key[:5] + association, name, code="50")
        return self.add(
            "60",
            key + association,
            name,
            (123, code),
            (129, f"{area:011d}"),
            (140, f"{population:011d}"),
            (151, f"{population // 2:011d}"),
            (166, postcode),
        )

    def city(self, key: str, name: str, population: int, postcode: str = "55116") -> Sample:
        """An independent city, with its own district record."""
        self.district(key, f"{name}, kreisfreie Stadt", name, "41")
        return self.municipality(
            f"{key}000", f"{name}, Stadt", code="61", population=population, postcode=postcode
        )

    def without(self, *keys: str) -> Sample:
        """The same without the lines of these municipalities (AGS)."""
        kept = [line for line in self.lines if not (line[:2] == "60" and line[10:18] in keys)]
        return Sample(self.as_of, kept)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def data(self) -> bytes:
        return self.text.encode()


def small_state(as_of: dt.date = dt.date(2023, 11, 30), population: int = 500) -> Sample:
    """Two independent cities, a district around one, a Verbandsgemeinde, forty municipalities in it.

    Enough for the loss of one or two to be no sign of a broken file.
    """
    sample = Sample(as_of).state()
    sample.association("070009999", "Gemeinsames deutsch-luxemburgisches Hoheitsgebiet", code="50")
    sample.municipality(
        "07000999", "Gemeinsames Hoheitsgebiet", association="9999", code="66", population=0, postcode="     "
    )
    sample.city("07111", "Koblenz", 115_268, "56068")
    sample.district("07131", "Ahrweiler", "Bad Neuenahr-Ahrweiler")
    sample.association("071315001", "Adenau", "Adenau")
    sample.municipality(
        "07131007", "Bad Neuenahr-Ahrweiler, Stadt", code="63", population=26_669, postcode="53474"
    )
    sample.municipality("07131001", "Adenau, Stadt", association="5001", code="63", postcode="53518")
    for number in range(100, 140):
        sample.municipality(
            f"07131{number}", f"Dorf {number}", association="5001", population=population, area=10
        )
    sample.city("07315", "Mainz", 220_552)
    return sample
