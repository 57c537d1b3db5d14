"""What was counted. Each function says how many queries it costs."""

from __future__ import annotations

import uuid

from django.db.models import Sum

from hub.site.reach.models import DayCount, Measure


def downloads_of(key: uuid.UUID | str) -> dict[str, int]:
    """How often each file of a document was downloaded here, by digest; only those that were. One query."""
    found = DayCount.objects.filter(uuid=key, measure=Measure.DOWNLOAD).exclude(digest="")
    summed = found.order_by().values_list("digest").annotate(number=Sum("count"))
    return {digest: int(number) for digest, number in summed}
