"""Jobs of the site as a whole, by the clock."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from content.editorial.scheduling import run_schedule
from content.services import keep_sections
from content.uploading.services import delete_idle
from hub.catalogue.settling import reconcile
from hub.site.digest.sending import send_digests
from hub.site.digest.services import forget_unconfirmed
from hub.site.messages.mails import remind_unanswered
from hub.site.personal.mails import send_due_reminders
from hub.site.reach.folding import fold_months
from hub.site.searches.sending import send_found
from hub.site.statements.reminding import remind_of_adoptions
from hub.site.tokens.services import forget_expired
from search import asked

logger = structlog.get_logger("hub.jobs")

EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "10 * * * *"
EVERY_NIGHT = "40 3 * * *"
EVERY_WORKING_DAY = "20 6 * * 1-5"
EVERY_WORKING_HOUR = "30 5-17 * * 1-5"
EVERY_WORKING_HOUR_LATER = "50 5-17 * * 1-5"


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


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.fold_counts", queueing_lock="site.fold_counts", pass_context=False)
def fold_counts(timestamp: int) -> None:
    """Keep counts of more than a year ago by month alone."""
    fold_months(timezone.localdate())


@app.periodic(cron=EVERY_WORKING_HOUR)
@app.task(
    name="site.send_digests", lock="site.send_digests", queueing_lock="site.send_digests", pass_context=False
)
def send_due_digests(timestamp: int) -> None:
    """Send the digests of the week on Monday, those of the month on its first working day.

    The hours and days after see to those that a mail server in trouble left waiting.
    """
    send_digests(timezone.now())


@app.periodic(cron=EVERY_WORKING_HOUR_LATER)
@app.task(name="site.send_found", lock="site.send_found", queueing_lock="site.send_found", pass_context=False)
def send_found_of_searches(timestamp: int) -> None:
    """Send what is new of saved searches, each working day or on Mondays.

    The hours after see to those that a mail server in trouble left waiting.
    """
    send_found(timezone.now())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.forget_asked", queueing_lock="site.forget_asked", pass_context=False)
def forget_asked(timestamp: int) -> None:
    """Delete what was sought long ago, and what was sought on one day only."""
    asked.forget(timezone.localdate())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.forget_digests", queueing_lock="site.forget_digests", pass_context=False)
def forget_unconfirmed_digests(timestamp: int) -> None:
    """Delete requests for the digest that nobody has confirmed."""
    forget_unconfirmed(timezone.now())


@app.periodic(cron=EVERY_HOUR)
@app.task(name="site.delete_idle_uploads", queueing_lock="site.delete_idle_uploads", pass_context=False)
def delete_idle_uploads(timestamp: int) -> None:
    """Delete what arrived of files that nobody has gone on with for a week, and what never began."""
    delete_idle(timezone.now())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.forget_sessions", queueing_lock="site.forget_sessions", pass_context=False)
def forget_sessions(timestamp: int) -> None:
    """Delete sessions that have run out, with what guests had collected in them."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="site.forget_tokens", queueing_lock="site.forget_tokens", pass_context=False)
def forget_tokens(timestamp: int) -> None:
    """Delete keys of programs that expired long ago."""
    forget_expired()
