"""Letting go of the days of counts that are long past."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from content.months import add_months

KEPT_BY_DAY = 13
"""Months for which counts are kept by day; older ones by month."""

FOLD = """
    WITH old AS (
        DELETE FROM site_daycount WHERE day < %s AND day <> date_trunc('month', day)::date
        RETURNING date_trunc('month', day)::date AS month, uuid, measure, digest, form, count
    )
    INSERT INTO site_daycount (day, uuid, measure, digest, form, count)
    SELECT month, uuid, measure, digest, form, sum(count) FROM old
    GROUP BY month, uuid, measure, digest, form ORDER BY month, uuid, measure, digest, form
    ON CONFLICT (uuid, day, measure, digest, form)
    DO UPDATE SET count = site_daycount.count + EXCLUDED.count
"""


def kept_by_day_since(today: dt.date) -> dt.date:
    """The first day of which counts are kept by day."""
    return add_months(today.replace(day=1), -KEPT_BY_DAY)


def fold_months(today: dt.date) -> None:
    """Sum up the days of months that are long past in the row of their first day; one query."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD, [kept_by_day_since(today)])
