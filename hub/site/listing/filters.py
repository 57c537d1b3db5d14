"""What the list can be filtered by: parameters of the address, and the entries they ask for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hub.catalogue.publishing import all_publishers
from hub.documents import Viewer
from hub.municipalities.bands import BANDS
from hub.site.counting import Columns
from theme.labels import KINDS_PLURAL, MATURITIES, Labels

UNKNOWN = "unbekannt"
MOST_VALUES = 30
LONGEST_VALUE = 60
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


class BandOf(Func):
    """The number of the band an amount is in, from 0; null where there is none."""

    output_field = IntegerField()
    template = "width_bucket(%(expressions)s)"

    def __init__(self, column: str) -> None:
        starts = [most + 1 for most, _label in list(COST_BANDS.values())[:-1]]
        super().__init__(F(column), Value(starts, ArrayField(BigIntegerField())))


def name_values(row: dict[str, Any]) -> dict[str, Any]:
    """A counted row with the values that stand in addresses."""
    if "costs" not in row:
        return row
    band = row["costs"]
    named = {**row, "costs": "" if band is None else list(COST_BANDS)[band]}
    for name, kinds in ASKED_OF.items():
        if not named[name] and row["kind"] in kinds:
            named[name] = UNKNOWN
    return named


@dataclass(frozen=True, eq=False)
class Filter:
    """A parameter of the address, its heading and what its values are called.

    ``column`` names what is counted for it (:data:`GROUPS`). A ``closed`` one has no values but
    those of ``labels``; with ``in_order`` they are shown in that order, else the most frequent first.
    A ``folded`` one is opened by those who need it.
    """

    name: str
    column: str
    title: str | Promise
    labels: Labels = field(default_factory=dict)
    closed: bool = False
    in_order: bool = False
    folded: bool = False

    def clean(self, given: Iterable[str]) -> list[str]:
        """The values that can be meant, each once; others are left out."""
        kept = dict.fromkeys(value for value in given if self.is_possible(value))
        return list(kept)[:MOST_VALUES]

    def is_possible(self, value: str) -> bool:
        """Whether the value may be asked for: PostgreSQL takes no NUL, an address much else."""
        if self.closed:
            return value in self.labels
        return 0 < len(value) <= LONGEST_VALUE and value.isprintable()

    def condition(self, values: Collection[str]) -> Q:
        """Which entries have one of the values."""
        if self.column in LISTS:
            return Q(**{f"{self.column}__overlap": list(values)})
        known = [value for value in values if value != UNKNOWN]
        condition = self.known_condition(known)
        if UNKNOWN in values and self.column in ASKED_OF:
            condition |= self.unknown_condition() & Q(kind__in=ASKED_OF[self.column])
        return condition

    def known_condition(self, values: Collection[str]) -> Q:
        """Which entries have one of these known values."""
        return Q(**{f"{self.column}__in": list(values)})

    def unknown_condition(self) -> Q:
        """Which entries have none."""
        return Q(**{self.column: ""})


class CostFilter(Filter):
    """Bands of costs."""

    def known_condition(self, values: Collection[str]) -> Q:
        """Between the most of the band before and that of the band."""
        codes, condition = list(COST_BANDS), Q(pk__in=[])
        for code in values:
            place = codes.index(code)
            least = COST_BANDS[codes[place - 1]][0] + 1 if place else -BIGGEST
            condition |= Q(first_year_eur__range=(least, COST_BANDS[code][0]))
        return condition

    def unknown_condition(self) -> Q:
        """No amount at all."""
        return Q(first_year_eur__isnull=True)


class YearFilter(Filter):
    """Years, of which there is no list."""

    def is_possible(self, value: str) -> bool:
        """Four digits."""
        return len(value) == 4 and value.isascii() and value.isdigit()


SIZES: Labels = {band.code: band.label for band in BANDS}
GRADES: Labels = {**MATURITIES, UNKNOWN: _("unknown")}
TOPIC = Filter("thema", "topics", _("Topic"))
KIND = Filter("art", "kind", _("Kind"), KINDS_PLURAL)
REGION = Filter("region", "publishers", _("Region"))
SIZE = Filter("groesse", "publishers", _("Size of the municipality"), SIZES, closed=True, in_order=True)
BODY = Filter("kommune", "publishers", _("Municipality"))
MATURITY = Filter("reife", "maturity", _("Maturity"), GRADES, in_order=True)
COST = CostFilter("kosten", "costs", _("Costs in the first year"), COSTS, closed=True, in_order=True)
LICENCE = Filter("lizenz", "licence", _("Licence"), {UNKNOWN: _("unknown")}, folded=True)
YEAR = YearFilter("jahr", "year", _("Year"), in_order=True, folded=True)
LANGUAGE = Filter("sprache", "languages", _("Language"), dict(settings.LANGUAGES), folded=True)
FILTERS = (TOPIC, KIND, REGION, SIZE, BODY, MATURITY, COST, LICENCE, YEAR, LANGUAGE)

LISTS = frozenset({"topics", "publishers", "languages"})


def groups_for(viewer: Viewer) -> tuple[Columns, ...]:
    """What is counted, by name; columns of many values apart.

    Publishers are counted with those who confirmed to publish together, as the filters find them.
    """
    facts: Columns = {
        "kind": "kind",
        "maturity": "maturity",
        "costs": BandOf("first_year_eur"),
        "licence": "licence",
        "year": "year",
        "languages": "languages",
    }
    return facts, {"topics": "topics"}, {"publishers": all_publishers(viewer)}
