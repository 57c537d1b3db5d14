"""Jobs of the site as a whole, by the clock."""

from __future__ import annotations

import structlog
from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from hub.catalogue.settling import reconcile
from hub.site.personal.mails import send_due_reminders

logger = structlog.get_logger("hub.jobs")

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "40 3 * * *"
EVERY_WORKING_DAY = "20 6 * * 1-5"


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="site.publish_scheduled", queueing_lock="site.publish_scheduled", pass_context=False)
def publish_scheduled(timestamp: int) -> None:
    """Publish what is due and take offline what has expired."""
    call_command("publish_scheduled", verbosity=0)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.reconcile", queueing_lock="site.reconcile", pass_context=False)
def reconcile_nightly(timestamp: int) -> None:
    """Compare the catalogue with every page; whatever had to be mended is an alarm."""
    found = reconcile()
    if found.mended:
        logger.error("the catalogue differed from its pages", mended=found.mended)


@app.periodic(cron=EVERY_WORKING_DAY)
@app.task(name="site.remind_due", lock="site.remind_due", queueing_lock="site.remind_due", pass_context=False)
def remind_due(timestamp: int) -> None:
    """Once a month, on its first working day, remind editors of reports to reconfirm.

    The days after see to those who were missed, because a mail failed or a report fell due meanwhile.
    """
    send_due_reminders(timezone.now())
