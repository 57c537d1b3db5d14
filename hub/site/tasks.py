"""Jobs of the site as a whole, by the clock."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from content.editorial.scheduling import run_schedule
from content.services import keep_sections
from hub.catalogue.settling import reconcile
from hub.site.messages.mails import remind_unanswered
from hub.site.personal.mails import send_due_reminders
from hub.site.statements.reminding import remind_of_adoptions

logger = structlog.get_logger("hub.jobs")

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "40 3 * * *"
EVERY_WORKING_DAY = "20 6 * * 1-5"


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="site.publish_scheduled", queueing_lock="site.publish_scheduled", pass_context=False)
def publish_scheduled(timestamp: int) -> None:
    """Publish what is due and take offline what has expired."""
    with translation.override(settings.LANGUAGE_CODE):
        run_schedule(timezone.now())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.reconcile", queueing_lock="site.reconcile", pass_context=False)
def reconcile_nightly(timestamp: int) -> None:
    """Compare the catalogue with every page; whatever had to be mended is an alarm."""
    found = reconcile()
    if found.mended:
        logger.error("the catalogue differed from its pages", mended=found.mended)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.keep_sections", queueing_lock="site.keep_sections", pass_context=False)
def keep_sections_nightly(timestamp: int) -> None:
    """Let the rights and the review of each body follow its name and its roles."""
    keep_sections()


@app.periodic(cron=EVERY_WORKING_DAY)
@app.task(name="site.remind_due", lock="site.remind_due", queueing_lock="site.remind_due", pass_context=False)
def remind_due(timestamp: int) -> None:
    """Once a month, on its first working day, remind editors of reports to reconfirm.

    The days after see to those who were missed, because a mail failed or a report fell due meanwhile.
    """
    send_due_reminders(timezone.now())


@app.periodic(cron=EVERY_WORKING_DAY)
@app.task(name="site.remind_unanswered", queueing_lock="site.remind_unanswered", pass_context=False)
def remind_of_requests(timestamp: int) -> None:
    """Remind of other municipalities' requests that have waited for five working days, each once."""
    remind_unanswered(timezone.now())


@app.periodic(cron=EVERY_WORKING_DAY)
@app.task(
    name="site.remind_adoptions",
    lock="site.remind_adoptions",
    queueing_lock="site.remind_adoptions",
    pass_context=False,
)
def remind_adoptions(timestamp: int) -> None:
    """Ask for adoptions to be confirmed again, each once, thirty days before it runs out."""
    remind_of_adoptions(timezone.now())
