"""What nobody confirmed is deleted."""

from __future__ import annotations

import datetime as dt

from events.models import Person, Registration

KEPT_FOR = dt.timedelta(days=7)


def forget_unconfirmed(now: dt.datetime) -> int:
    """Delete those who never followed their link and did nothing else; how many there were."""
    idle = Person.objects.filter(
        confirmed=None,
        registration__state=Registration.State.UNCONFIRMED,
        registration__created__lt=now - KEPT_FOR,
        proposals=None,
        hosts=None,
    )
    keys = list(idle.values_list("pk", flat=True))
    Person.objects.filter(pk__in=keys).delete()
    return len(keys)
