"""Dates typed under the English interface: ISO or day, month, year.

Month before day, which Django takes for English as well, is left out: “03/04/2026” would be read as the
fourth of March where the third of April was meant.
"""

from __future__ import annotations

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d %b %Y", "%d %B %Y"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
]
