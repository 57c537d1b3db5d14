"""Sums of what was counted, for reports. Each function says how many queries it costs."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth, TruncWeek

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.publishing import published_by
from hub.documents import Viewer
from hub.site.reach.models import DayCount, Measure

WEEKLY_UP_TO = 100
"""Days up to which sums are made by week; longer spans go by month."""

Target = tuple[uuid.UUID, str, str]
"""What was downloaded: the document, and the digest of the file or the form it was handed out in."""


@dataclass(frozen=True)
class Totals:
    """Views and downloads of a span of days. ``steps`` are those by week or month, by their first day."""

    views: int = 0
    downloads: int = 0
    forms: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[dt.date, tuple[int, int]] = field(default_factory=dict)
    weekly: bool = False


def counts_of(keys: Collection[str] | None, first: dt.date, last: dt.date) -> QuerySet[DayCount]:
    """What was counted from ``first`` to ``last`` of what these bodies publish here, alone or
    jointly; None: of all of it."""
    own = CatalogueEntry.objects.filter(source="")
    if keys is not None:
        own = own.filter(published_by(keys, Viewer.local()))
    return DayCount.objects.filter(day__range=(first, last), uuid__in=own.values("uuid")).order_by()


def counts_of_others(first: dt.date, last: dt.date) -> QuerySet[DayCount]:
    """The same of what other hubs publish, as it was read and downloaded here."""
    own = CatalogueEntry.objects.filter(source="")
    others = CatalogueEntry.objects.exclude(source="").exclude(uuid__in=own.values("uuid"))
    return DayCount.objects.filter(day__range=(first, last), uuid__in=others.values("uuid")).order_by()


def total(counts: QuerySet[DayCount], days: int, *, by_month: bool = False) -> Totals:
    """All sums; one query. ``by_month`` where single days are not kept any more."""
    weekly = days <= WEEKLY_UP_TO and not by_month
    step = TruncWeek("day") if weekly else TruncMonth("day")
    rows = counts.values_list(step, "measure", "form").annotate(number=Sum("count"))
    forms: dict[str, int] = defaultdict(int)
    steps: dict[dt.date, list[int]] = defaultdict(lambda: [0, 0])
    for begins, measure, form, number in rows:
        is_download = measure == Measure.DOWNLOAD
        steps[begins][is_download] += int(number)
        if is_download:
            forms[form] += int(number)
    sums = {begins: (views, downloads) for begins, (views, downloads) in sorted(steps.items())}
    views = sum(each for each, _downloads in sums.values())
    return Totals(views, sum(forms.values()), dict(forms), sums, weekly)


def most_read(counts: QuerySet[DayCount], limit: int) -> dict[uuid.UUID, int]:
    """The documents read most often; one query."""
    rows = counts.filter(measure=Measure.VIEW).values_list("uuid").annotate(number=Sum("count"))
    return {key: int(number) for key, number in rows.order_by("-number", "uuid")[:limit]}


def most_downloaded(counts: QuerySet[DayCount], limit: int) -> dict[Target, int]:
    """What was downloaded most often, files and documents as a whole; one query."""
    rows = counts.filter(measure=Measure.DOWNLOAD).values_list("uuid", "digest", "form")
    ranked = rows.annotate(number=Sum("count")).order_by("-number", "uuid", "digest", "form")[:limit]
    return {(key, digest, form): int(number) for key, digest, form, number in ranked}
