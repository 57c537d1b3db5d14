"""Where a message is: every step it may take, in one table.

========  ============  ========
is        what happens  becomes
========  ============  ========
queued    acknowledged  arrived
queued    failed        queued
queued    refused       refused
========  ============  ========

``arrived``, ``refused`` and ``received`` are final. There is no giving up: a message that cannot be handed
over stays queued, and is seen to be, until the other hub answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from django.utils import timezone

from hub.messages.models import Delivery, Message
from hub.messages.refusals import Reason


class Happening(StrEnum):
    """What may come of handing a message over."""

    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    REFUSED = "refused"


STEPS: Mapping[tuple[Delivery, Happening], Delivery] = {
    (Delivery.QUEUED, Happening.ACKNOWLEDGED): Delivery.ARRIVED,
    (Delivery.QUEUED, Happening.FAILED): Delivery.QUEUED,
    (Delivery.QUEUED, Happening.REFUSED): Delivery.REFUSED,
}


def note_acknowledged(message: Message) -> bool:
    """The other hub has it; the time to answer counts from now."""
    return _step(
        message, Happening.ACKNOWLEDGED, arrived=timezone.now(), error="", failures=0, not_before=None
    )


def note_failed(message: Message, error: str, not_before: dt.datetime) -> bool:
    """It could not be handed over; tried again at ``not_before``. ``error`` is what its writer reads."""
    return _step(
        message,
        Happening.FAILED,
        failures=message.failures + 1,
        error=error[:2000],
        not_before=not_before,
    )


def note_refused(message: Message, reason: Reason | None) -> bool:
    """The other hub will not take it; ``None`` if it gave a reason that is not known here."""
    return _step(message, Happening.REFUSED, error=reason.value if reason else "", not_before=None)


def _step(message: Message, happening: Happening, **fields: object) -> bool:
    """Take a step of the table; returns whether it was taken, which another process may have done."""
    target = STEPS.get((Delivery(message.delivery), happening))
    if target is None:
        return False
    values = {"delivery": target, **fields}
    taken = Message.objects.filter(pk=message.pk, delivery=message.delivery).update(**values)
    if taken:
        for name, value in values.items():
            setattr(message, name, value)
    return bool(taken)
