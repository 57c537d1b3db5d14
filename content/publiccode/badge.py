"""The badge: whether a module's publiccode.yml is valid, as a small picture of our own."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.publiccode.validating import VERSION

LETTER = 6.7
"""Width of a letter of the badge at 11 pixels, on average."""


def say_state(gaps: int) -> str:
    """“publiccode.yml 0.7.0 · valid”, or how many answers are missing."""
    missing = ngettext("%(n)s answer is missing", "%(n)s answers are missing", gaps) % {"n": gaps}
    state = missing if gaps else _("valid")
    return f"publiccode.yml {VERSION} · {state}"


def draw_badge(gaps: int) -> str:
    """An SVG without script or anything from elsewhere; its title is what is read aloud."""
    name, _dot, state = say_state(gaps).partition(" · ")
    left, right = round(len(name) * LETTER) + 16, round(len(state) * LETTER) + 16
    context = {
        "title": say_state(gaps),
        "name": name,
        "state": state,
        "left": left,
        "right": right,
        "width": left + right,
        "name_at": left / 2,
        "state_at": left + right / 2,
        "is_valid": not gaps,
    }
    return render_to_string("content/publiccode/badge.svg", context)
