"""How a document is cited: as a sentence, for BibTeX and for reference managers (RIS)."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

UNSAFE_IN_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#",
    "$": r"\$", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """A revision of a document as others cite it.

    ``publishers`` are names, the owner first; ``kind`` is what the kind is called, ``day`` that of the
    revision, ``licence`` an SPDX identifier or empty, ``address`` the permanent one.
    """

    publishers: tuple[str, ...]
    title: str
    kind: str
    revision: int
    day: dt.date
    licence: str
    address: str
    language: str

    @property
    def text(self) -> str:
        """Names (year): title. Kind, revision of day. Licence. Address."""
        names = ", ".join(self.publishers) or _("publisher unknown")
        revision = _("revision %(revision)s of %(day)s") % {
            "revision": self.revision,
            "day": date_format(self.day, "DATE_FORMAT"),
        }
        stop = "" if self.title.endswith((".", "?", "!")) else "."
        licence = f" {self.licence}." if self.licence else ""
        return (
            f"{names} ({self.day.year}): {self.title}{stop} {self.kind}, {revision}.{licence} {self.address}"
        )

    @property
    def bibtex(self) -> str:
        """One entry for BibTeX; braces keep names of bodies whole."""
        fields = {
            "author": " and ".join("{" + _escape(name) + "}" for name in self.publishers),
            "title": "{" + _escape(self.title) + "}",
            "year": str(self.day.year),
            "month": str(self.day.month),
            "howpublished": _escape(self.kind),
            "note": _escape(_("revision %(revision)s") % {"revision": self.revision}),
            "url": self.address,
            "language": self.language,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return "@misc{" + self._key + ",\n" + ",\n".join(lines) + "\n}\n"

    @property
    def ris(self) -> str:
        """One record in the tagged form that reference managers take."""
        lines = [("TY", "GEN"), *(("AU", _line(name)) for name in self.publishers)]
        lines += [
            ("TI", _line(self.title)),
            ("PY", str(self.day.year)),
            ("DA", f"{self.day:%Y/%m/%d}"),
            ("M3", _line(self.kind)),
            ("ET", str(self.revision)),
            ("LA", self.language),
            ("UR", self.address),
        ]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in lines) + "ER  - \r\n"

    @property
    def _key(self) -> str:
        """``koblenz2026chatbot``: letters and digits alone, for BibTeX takes no others everywhere."""
        first = self.publishers[0] if self.publishers else "wissenshub"
        return f"{_plain(first)}{self.day.year}{_plain(self.title.split(' ')[0])}"


def _escape(text: str) -> str:
    return "".join(UNSAFE_IN_BIBTEX.get(letter, letter) for letter in _line(text))


def _line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", letters)[:20]
