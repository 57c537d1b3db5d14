"""From the values of an indicator to the geometry of a bar chart. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.formats import number_format

from hub.documents import Measurement

WIDTH, HEIGHT = 360, 210
TOP, BOTTOM = 22, 26
"""Room above the highest bar for its value and below all bars for the periods, in units of the chart."""
SHOWN = 24
"""Bars drawn, the newest ones; a phone has no room for more."""
GLYPH = 7.5
"""Width of a digit at the chart's size of type."""
LARGEST = 15
"""Powers of ten up to which a value is drawn and grouped; received documents may hold any digits."""


@dataclass(frozen=True)
class Bar:
    """One bar in units of the chart. ``period`` and ``value`` are empty where there is no room.

    ``period_x`` and ``value_x`` are the middles of the two labels, which stay within the chart.
    """

    x: float
    y: float
    width: float
    height: float
    period: str
    period_x: float
    value: str
    value_x: float
    value_y: float


@dataclass(frozen=True)
class Chart:
    """The bars, oldest first, the height of the zero line, and how many older values are left out."""

    bars: tuple[Bar, ...]
    zero: float
    left_out: int
    width: int = WIDTH
    height: int = HEIGHT


def read_value(text: str) -> Decimal | None:
    """A value as a number; None for what is none or is beyond all measure."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    sound = (
        value.is_finite() and abs(value.adjusted()) <= LARGEST and len(value.as_tuple().digits) <= 2 * LARGEST
    )
    return value if sound else None


def format_value(text: str) -> str:
    """A value as people read it, with the digits it was given; what is no number stays as it is."""
    value = read_value(text)
    return text if value is None else str(number_format(value, force_grouping=True))


def draw_bars(measurements: Sequence[Measurement]) -> Chart | None:
    """The chart of at least two values; None for fewer, or if one of those drawn is no number."""
    shown = measurements[-SHOWN:]
    values = [read_value(measurement.value) for measurement in shown]
    numbers = [float(value) for value in values if value is not None]
    if len(shown) < 2 or len(numbers) < len(shown):
        return None
    highest, lowest = max(0.0, *numbers), min(0.0, *numbers)
    scale = (HEIGHT - TOP - BOTTOM - (TOP if lowest < 0 else 0)) / ((highest - lowest) or 1.0)
    zero = TOP + highest * scale
    wordings = [format_value(measurement.value) for measurement in shown]
    periods = _thin_out([measurement.period for measurement in shown])
    labels = _thin_out(wordings)
    bars = tuple(
        _bar(n, len(shown), number * scale, zero, periods[n], labels[n]) for n, number in enumerate(numbers)
    )
    return Chart(bars=bars, zero=round(zero, 1), left_out=len(measurements) - len(shown))


def _bar(n: int, count: int, rise: float, zero: float, period: str, value: str) -> Bar:
    slot = WIDTH / count
    top = zero - max(rise, 0.0)
    return Bar(
        x=round(n * slot + slot * 0.15, 1),
        y=round(top, 1),
        width=round(slot * 0.7, 1),
        height=round(max(abs(rise), 1.0), 1),
        period=period,
        period_x=_place(period, (n + 0.5) * slot),
        value=value,
        value_x=_place(value, (n + 0.5) * slot),
        value_y=round(top - 6 if rise >= 0 else zero - rise + 15, 1),
    )


def _thin_out(labels: Sequence[str]) -> list[str]:
    """The labels, with as many left empty as it takes for the others not to touch; the newest stays."""
    slot, width = WIDTH / len(labels), max(map(len, labels)) * GLYPH
    pushed = max(0.0, (width - slot) / 2)  # the newest label may have been pushed in from the edge
    step = math.ceil((width + 6 + pushed) / slot)
    return [label if (len(labels) - 1 - n) % step == 0 else "" for n, label in enumerate(labels)]


def _place(label: str, middle: float) -> float:
    half = len(label) * GLYPH / 2
    return round(max(half, min(middle, WIDTH - half)), 1)
