"""What is read about pages of content, across bodies."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import Locale, Page

from content.models import BodyPage, CaseReportPage

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


def reports_due(body_keys: Iterable[str], now: dt.datetime) -> list[DueReport]:
    """Published reports of these bodies that are or will within a month be unconfirmed, oldest first.

    A report is confirmed when it is published, and again whenever it is published anew. Of its
    translations the one in the language written first counts. At most three queries.
    """
    sections = dict(BodyPage.objects.filter(body_id__in=set(body_keys)).values_list("path", "body_id"))
    if not sections:
        return []
    today = timezone.localdate(now)
    found = []
    for page in _published_before(_add_months(today, ANNOUNCED_BEFORE - CONFIRMED_FOR), sections):
        confirmed = timezone.localdate(page.last_published_at)
        due = _add_months(confirmed, CONFIRMED_FOR)
        if _add_months(confirmed, CONFIRMED_FOR - ANNOUNCED_BEFORE) <= today:
            found.append(DueReport(page, sections[_path_above(page)], confirmed, due, due <= today))
    return found


def _published_before(day: dt.date, sections: Iterable[str]) -> QuerySet[CaseReportPage]:
    """Live reports right under these paths, last published up to about ``day``, oldest first."""
    within = Q()
    for path in sections:
        within |= Q(path__startswith=path)
    first = Locale.get_default()
    translated = CaseReportPage.objects.filter(
        translation_key=OuterRef("translation_key"), locale=first, live=True, alias_of=None
    )
    end = timezone.make_aware(dt.datetime.combine(day + LONGEST_SHIFT + dt.timedelta(days=1), dt.time()))
    reports: QuerySet[CaseReportPage] = CaseReportPage.objects.filter(
        within, live=True, alias_of=None, last_published_at__lt=end
    )
    return reports.filter(Q(locale=first) | ~Exists(translated)).order_by("last_published_at", "pk")


def _path_above(page: Page) -> str:
    """The path of a page's parent in the tree."""
    return str(page.path[: -page.steplen])


def _add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the month's last one where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
