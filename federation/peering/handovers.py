"""Taking over what another instance hands over to this one, as a job whose progress an operator sees."""

from __future__ import annotations

import structlog
from django.core.cache import cache
from django.utils.translation import gettext as _

from federation.models import Notice
from federation.notices.taking_over import accept_handover

logger = structlog.get_logger("federation")

KEPT_SECONDS = 7 * 24 * 3600


def take_over_in_sight(pk: int) -> None:
    """Do it; how far it is, and how it ended, is shown at the peer. Repeating goes on where it stopped."""
    notice = Notice.objects.filter(pk=pk).first()
    if notice is None:
        return

    def say(line: str) -> None:
        cache.set(_key(pk), line, KEPT_SECONDS)

    try:
        done = accept_handover(notice, say)
    except Exception as error:
        logger.exception("handover not taken over", origin=notice.origin, number=notice.number)
        say(_("It was not finished; try it again. (%(reason)s)") % {"reason": error})
        return
    line = _("Taken over so far: %(count)s. Not received yet: %(missing)s.") % {
        "count": done.count,
        "missing": done.missing,
    }
    waiting = "; ".join(f"{item}: {reason}" for item, reason in list(done.waiting.items())[:5])
    if waiting:
        line += " " + _("Still waiting: %(count)s (%(items)s)") % {
            "count": len(done.waiting),
            "items": waiting,
        }
    say(line)


def handover_state(pk: int) -> str:
    """How far taking it over is, or how it ended last; empty if it was not done lately."""
    return str(cache.get(_key(pk), ""))


def _key(pk: int) -> str:
    return f"federation.handover.{pk}"
