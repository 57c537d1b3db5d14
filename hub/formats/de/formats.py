"""Moments with the word that tells a time from other figures: “22. November 2026, 12:43 Uhr”."""

from __future__ import annotations

DATETIME_FORMAT = r"j. F Y, H:i \U\h\r"
