"""What the progress report counts in a period. Each function says how many queries it costs.

Read is what everybody or the staff of all member bodies may read: what an instance keeps to itself is not
part of what is reported to others.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, DateField, Exists, Func, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, Change, ChangeType
from hub.catalogue.publishing import all_publishers, published_by
from hub.catalogue.queries import cards
from hub.documents import Responses, Viewer
from hub.errors import UnreadableDocument
from hub.messages.queries import requests_between, responses_between
from hub.site.queries import contributions
from hub.site.reports.periods import Period

VIEWER = Viewer.member()
REPORT, GROUP, EVENT, NOTE = "case_report", "focus_group", "event", "session_note"


@dataclass(frozen=True)
class Written:
    """Contributions by publishing body and kind, new ones and revised ones; ``total`` counts each once."""

    by_body: Mapping[tuple[str, str], tuple[int, int]]
    new: int
    revised: int

    @property
    def publishers(self) -> set[str]:
        """Bodies that published something new."""
        return {body for (body, _kind), (new, _revised) in self.by_body.items() if new}


@dataclass(frozen=True)
class Advances:
    """All figures of one period. Amounts are whole euros for the first year."""

    written: Written
    groups_met: int
    events: int
    modules: int
    releases: int
    reports: int
    with_costs: int
    first_year_eur: int
    confirmed: int
    requests: int
    askers: frozenset[str]
    responses: Responses


def read_advances(period: Period, keys: Collection[str] | None, asked: Collection[str]) -> Advances:
    """The figures of a period, of some bodies or (None) of all instances; seven queries.

    ``asked`` are the bodies of this instance whose requests count.
    """
    found = contributions(VIEWER)
    if keys is not None:
        found = found.filter(published_by(keys, VIEWER))
    requests = requests_between(asked, *period.moments)
    events, met = _count_meetings(found, period)
    facts = _count_facts(found, period)
    return Advances(
        written=_count_written(found, period, keys),
        groups_met=met,
        events=events,
        modules=facts["modules"],
        releases=_count_releases(found, period),
        reports=facts["reports"],
        with_costs=facts["with_costs"],
        first_year_eur=facts["first_year_eur"] or 0,
        confirmed=facts["confirmed"],
        requests=len(requests),
        askers=frozenset(sender for _kind, sender in requests),
        responses=responses_between(asked, *period.moments),
    )


def count_overdue(keys: Collection[str] | None, today: dt.date) -> tuple[int, int]:
    """Case reports that are confirmed today, and those nobody has confirmed for twelve months; one query."""
    found = cards(VIEWER).filter(kind=REPORT).order_by()
    if keys is not None:
        found = found.filter(published_by(keys, VIEWER))
    counted = found.annotate(due=review_day()).aggregate(
        overdue=Count("pk", filter=Q(due__lte=today)), confirmed=Count("pk", filter=Q(due__gt=today))
    )
    return counted["confirmed"], counted["overdue"]


def review_day() -> Func:
    """The day on which a record is due for review: twelve months after it was confirmed or changed."""
    changed = TruncDate("changed", tzinfo=timezone.get_default_timezone())
    return Func(
        Coalesce("confirmed", changed),
        template="(%(expressions)s + interval '12 months')::date",
        output_field=DateField(),
    )


def _count_written(found: QuerySet[CatalogueEntry], period: Period, keys: Collection[str] | None) -> Written:
    start, end = period.moments
    again = Change.objects.filter(
        object_id=OuterRef("object_id"),
        type=ChangeType.PUBLISH,
        revision__gt=1,
        created__gte=start,
        created__lt=end,
    )
    is_new = Q(first_published__gte=start, first_published__lt=end)
    rows = (
        found.filter(first_published__lt=end, changed__gte=start)
        .annotate(again=Exists(again))
        .filter(is_new | Q(again=True))
        .order_by()
        .values("kind", keys=all_publishers(VIEWER))
        .annotate(new=Count("pk", filter=is_new), all=Count("pk"))
        .values_list("keys", "kind", "new", "all")
    )
    by_body: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    new = revised = 0
    for publishers, kind, fresh, number in rows:
        new, revised = new + fresh, revised + number - fresh
        for body in set(publishers) & set(keys) if keys is not None else set(publishers):
            before = by_body[body, kind]
            by_body[body, kind] = (before[0] + fresh, before[1] + number - fresh)
    return Written(dict(by_body), new, revised)


def _count_meetings(found: QuerySet[CatalogueEntry], period: Period) -> tuple[int, int]:
    """Events held, and focus groups that met: an event or a session note is related to them; two queries."""
    start, end = period.moments
    held = Q(kind=EVENT, starts__gte=start, starts__lt=end, ends__lte=timezone.now())
    days = (period.first.isoformat(), period.last.isoformat())
    noted = Q(kind=NOTE, card__held__gte=days[0], card__held__lte=days[1])
    meetings = [
        (kind, object_id, set(related))
        for kind, object_id, related, card in found.filter(held | noted).values_list(
            "kind", "object_id", "related", "card"
        )
        if card.get("status") != "cancelled"
    ]
    groups = found.filter(kind=GROUP).values_list("object_id", "related")
    met = sum(
        any(group in related or object_id in links for _kind, object_id, related in meetings)
        for group, links in groups
    )
    return sum(kind == EVENT for kind, _id, _related in meetings), met


def _count_releases(found: QuerySet[CatalogueEntry], period: Period) -> int:
    """Releases of building blocks dated in the period; one query.

    The year of a building block is that of its current release, and no earlier one is newer.
    """
    modules = found.filter(kind="module", year__gte=period.first.year).defer(None)
    return sum(period.first <= day <= period.last for entry in modules for day in _release_days(entry))


def _release_days(entry: CatalogueEntry) -> list[dt.date]:
    """The days of its releases; none where reading it needs newer software."""
    try:
        module = entry.document.module
    except UnreadableDocument:
        return []
    if module is None:
        return []
    days = [release.released for release in module.releases] or [module.released]
    return [day for day in days if day]


def _count_facts(found: QuerySet[CatalogueEntry], period: Period) -> dict[str, int]:
    start, end = period.moments
    is_new = Q(first_published__gte=start, first_published__lt=end)
    is_report = Q(kind=REPORT) & is_new
    stated = is_new & Q(first_year_eur__isnull=False)
    return found.order_by().aggregate(
        modules=Count("pk", filter=is_new & Q(kind="module")),
        reports=Count("pk", filter=is_report),
        with_costs=Count("pk", filter=is_report & stated),
        first_year_eur=Sum("first_year_eur", filter=is_report & stated),
        confirmed=Count("pk", filter=Q(kind=REPORT, confirmed__range=(period.first, period.last))),
    )
