"""Colour and sign of the alliance's cities; every other body gets the neutral ones.

``accent`` names the CSS class ``accent-<accent>`` and the symbol of that id in ``static/theme/marks.svg``.
"""

from __future__ import annotations

NEUTRAL = "neutral"
ACCENTS = {
    "07315000": "mainz",
    "07111000": "koblenz",
    "07314000": "ludwigshafen",
    "07211000": "trier",
}


def accent_of(key: str) -> str:
    """The accent of a body by its key (AGS)."""
    return ACCENTS.get(key, NEUTRAL)
