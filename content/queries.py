"""What is read about pages of content, across bodies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from wagtail.models import Locale, Page

from content.models import BodyPage, CaseReportPage
from content.months import add_months

CONFIRMED_FOR = 12
"""Months after which a report that nobody has confirmed again counts as unconfirmed."""

ANNOUNCED_BEFORE = 1
"""Months before that day in which it is announced."""

LONGEST_SHIFT = dt.timedelta(days=3)
"""How much a month's end may move a day: 30 November, three months on, is 28 February."""


@dataclass(frozen=True)
class DueReport:
    """A case report whose confirmation runs out: on ``due`` it counts as unconfirmed.

    ``body`` is the key of the body it belongs to, ``confirmed`` the day of the last confirmation.
    """

    page: Page
    body: str
    confirmed: dt.date
    due: dt.date
    overdue: bool


@dataclass(frozen=True)
class Confirmation:
    """When something was last confirmed, and how that stands: ``due`` is the day it counts as unconfirmed."""

    day: dt.date
    due: dt.date
    announced: bool
    overdue: bool


def confirmation_of(day: dt.date, today: dt.date) -> Confirmation:
    """How a confirmation of ``day`` stands; twelve months later to the day it is overdue. No query."""
    due = add_months(day, CONFIRMED_FOR)
    announced = add_months(day, CONFIRMED_FOR - ANNOUNCED_BEFORE) <= today
    return Confirmation(day, due, announced, due <= today)


def reports_due(body_keys: Iterable[str], now: dt.datetime) -> list[DueReport]:
    """Published reports of these bodies that are or will within a month be unconfirmed, oldest first.

    Confirmed is what its editors have confirmed, by publishing it in the editor or by saying that it still
    holds; of a report without such a day, the publication counts. Of its translations the one in the
    language written first counts. At most three queries.
    """
    sections = dict(BodyPage.objects.filter(body_id__in=set(body_keys)).values_list("path", "body_id"))
    if not sections:
        return []
    today = timezone.localdate(now)
    found = []
    for page in _confirmed_before(add_months(today, ANNOUNCED_BEFORE - CONFIRMED_FOR), sections):
        state = confirmation_of(page.confirmed_day, today)
        if state.announced:
            body = sections[_path_above(page)]
            found.append(DueReport(page, body, state.day, state.due, state.overdue))
    return found


def _confirmed_before(day: dt.date, sections: Iterable[str]) -> QuerySet[CaseReportPage]:
    """Live reports right under these paths, with ``confirmed_day`` up to about ``day``, oldest first."""
    within = Q()
    for path in sections:
        within |= Q(path__startswith=path)
    first = Locale.get_default()
    translated = CaseReportPage.objects.filter(
        translation_key=OuterRef("translation_key"), locale=first, live=True, alias_of=None
    )
    published = TruncDate("last_published_at", tzinfo=timezone.get_default_timezone())
    reports: QuerySet[CaseReportPage] = CaseReportPage.objects.filter(within, live=True, alias_of=None)
    reports = reports.annotate(confirmed_day=Coalesce("confirmed_on", published))
    reports = reports.filter(confirmed_day__lte=day + LONGEST_SHIFT)
    return reports.filter(Q(locale=first) | ~Exists(translated)).order_by(
        "confirmed_day", "last_published_at", "pk"
    )


def _path_above(page: Page) -> str:
    """The path of a page's parent in the tree."""
    return str(page.path[: -page.steplen])
