"""The rows of the figures, printed for people and written as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One figure. ``ratio`` is to the row that ``baseline`` names, of the same run."""

    name: str
    value: float
    unit: str
    baseline: str = ""
    ratio: float | None = None


def beside_aim(name: str, value: float, unit: str, aim: float) -> Row:
    """A figure beside what was aimed at; up to 1 is good."""
    return Row(name, value, unit, f"the aim of {aim:g}", value / aim)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of ``values``; ``share`` is between 0 and 1."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def print_table(rows: Sequence[Row]) -> None:
    """Print the rows in columns."""
    wide = max(len(row.name) for row in rows)
    print(f"\n{'figure':<{wide}}  {'value':>12}  {'unit':<8}  ratio to")
    for row in rows:
        ratio = f"{row.ratio:.2f} × {row.baseline}" if row.ratio is not None else ""
        print(f"{row.name:<{wide}}  {row.value:>12,.2f}  {row.unit:<8}  {ratio}")


def write_json(rows: Sequence[Row], path: Path) -> None:
    """Write the rows for machines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")
