"""Bands of costs, and what is called unknown: the values that lists and search filter by."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from theme.labels import Labels

UNKNOWN = "unbekannt"
BIGGEST = 2**63 - 1
"""More than any costs: the end of the column."""

COST_BANDS: Mapping[str, tuple[int, str | Promise]] = {
    "0": (0, _("no costs")),
    "1000": (1_000, _("up to 1,000 €")),
    "10000": (10_000, _("up to 10,000 €")),
    "50000": (50_000, _("up to 50,000 €")),
    "250000": (250_000, _("up to 250,000 €")),
    "mehr": (BIGGEST, _("more than 250,000 €")),
}
"""Bands of what the first year costs, by the value in the address: the most of each, in euros."""
COSTS: Labels = {**{code: label for code, (_most, label) in COST_BANDS.items()}, UNKNOWN: _("unknown")}
ASKED_OF: Mapping[str, Collection[str]] = {
    "maturity": ("case_report",),
    "costs": ("case_report", "module"),
    "licence": ("module", "dataset", "motion"),
}
"""Kinds of which a fact is asked: only there is it „unbekannt“."""


def cost_band(euros: int | None) -> str:
    """The band an amount is in; empty where there is none."""
    if euros is None:
        return ""
    return next(code for code, (most, _label) in COST_BANDS.items() if euros <= most)
