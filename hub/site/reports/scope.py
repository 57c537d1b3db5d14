"""Whose contributions a report is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Whose contributions: ``keys`` are those of bodies; None is all of this instance, ``here``.

    ``name`` says it in words.
    """

    keys: Sequence[str] | None
    here: Sequence[str]
    name: str

    @property
    def asked(self) -> Sequence[str]:
        """Keys of the bodies that may have been asked something."""
        return self.here if self.keys is None else self.keys
