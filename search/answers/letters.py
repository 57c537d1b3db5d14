"""Letters in a row: what words have in common that no rule of inflection foresees."""

from __future__ import annotations

from collections.abc import Iterator

SIZES = (3, 4, 5)


def letters_in_a_row(folded: str) -> Iterator[str]:
    """All of them in a folded word, as often as they occur; ``_`` marks its beginning and end."""
    padded = f"_{folded}_"
    for size in SIZES:
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]
