"""What the list can be filtered by: parameters of the address, and the entries they ask for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, Q, Value
from django.utils.translation import gettext_lazy as _

from hub.catalogue.publishing import all_publishers
from hub.documents import Viewer
from hub.site.counting import Columns
from theme.bands import ASKED_OF, BIGGEST, COST_BANDS, COSTS, UNKNOWN
from theme.labels import KINDS_PLURAL
from theme.parameters import GRADES, SIZES, Parameter, YearParameter


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


class Filter(Parameter):
    """A parameter with the entries it asks for; ``column`` is one of :func:`groups_for`."""

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


class YearFilter(YearParameter, Filter):
    """Years."""


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
