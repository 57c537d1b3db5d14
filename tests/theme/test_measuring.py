"""Text that is set so that it fits: measured as the font itself has it."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from theme.measuring import LEADING, fit, text_width, wrap
from theme.pdf import FONTS, static_file

WIDTH, HEIGHT = 363.0, 102.0
NAMES = (
    "Kim",
    "Maximilian-Alexander",
    "Anna-Maria Josephine",
    "Þórunn",
    "Юлия",
    "W" * 40,
    "i" * 100,
    "小野" * 12,
)


@pytest.mark.parametrize("text", ["Maximilian-Alexander", "Ümit Çelik", "iiiiil", "WWWWW", "09:00–10:00"])
@pytest.mark.parametrize(("face", "bold"), [("Regular", False), ("SemiBold", True)])
def test_a_line_is_never_wider_than_measured(text, face, bold) -> None:
    drawn = ImageFont.truetype(str(static_file(f"{FONTS}/FiraSans-{face}.woff2")), 1000).getlength(text)
    assert drawn <= text_width(text, 1000, bold=bold) <= drawn * 1.08


@pytest.mark.parametrize("name", NAMES)
def test_every_name_fits(name) -> None:
    fitted = fit(name, WIDTH, HEIGHT, range(64, 34, -2), bold=True)
    assert max(text_width(line, fitted.size, bold=True) for line in fitted.lines) <= WIDTH
    assert len(fitted.lines) * fitted.size * LEADING <= HEIGHT
    assert "".join(fitted.lines) == name.replace(" ", "")


def test_a_short_name_is_as_large_as_may_be_and_a_long_one_breaks_before_it_shrinks() -> None:
    assert fit("Kim", WIDTH, HEIGHT, (64, 36), bold=True).size == 64
    broken = fit("Maximilian-Alexander", WIDTH, HEIGHT, (64, 44, 36), bold=True)
    assert (broken.size, broken.lines) == (44, ("Maximilian-", "Alexander"))
    assert fit("W" * 40, WIDTH, HEIGHT, (64, 36), bold=True).size < 36


def test_lines_break_at_blanks_and_behind_hyphens_alone() -> None:
    assert wrap("Anna-Maria von Beispiel", 1, 10) == ("Anna-", "Maria", "von", "Beispiel")
    assert wrap("", 100, 10) == ()
    assert wrap("  ", 100, 10) == ()
