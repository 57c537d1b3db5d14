"""Sending the digest: to whom it is due, and what becomes of each mail.

A subscription's progress and its mail are committed together, one by one. So a crash loses no digest
and repeats at most one: that of the address whose mail had just been handed over. Its id is the same, so
mail programs can drop the copy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import structlog
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from hub.site.digest.issue import compose
from hub.site.digest.mails import write_digest
from hub.site.digest.models import Rhythm, Subscription
from hub.site.digest.news import News
from hub.site.digest.wishes import Wish, put_in_words
from hub.site.mailing import MOST_REFUSALS, Outcome, send_each

logger = structlog.get_logger("hub.jobs")


def send_digests(now: dt.datetime) -> int:
    """Send every digest that is due; the number of mails sent.

    A temporary failure leaves the subscription due, so the next run tries again. A refusal for good is
    noted and not tried again before the next digest; the last of :data:`MOST_REFUSALS` deletes the
    subscription. One query for who is due, ten for what is new in each language, two for each subscription.
    """
    due = [each for each in due_subscriptions(now) if not _was_refused(each, now)]
    sent = 0
    with_language: dict[str, list[Subscription]] = {}
    for subscription in due:
        with_language.setdefault(subscription.language, []).append(subscription)
    for language, subscriptions in with_language.items():
        with translation.override(language):
            news = News(min(each.told for each in subscriptions), now)
            sent += _send_all(subscriptions, news, now)
    return sent


def due_subscriptions(now: dt.datetime) -> QuerySet[Subscription]:
    """Confirmed ones whose last digest, or confirmation, lies before this week or month began."""
    weekly = Q(rhythm=Rhythm.WEEKLY, sent_until__lt=period_start(Rhythm.WEEKLY, now))
    monthly = Q(rhythm=Rhythm.MONTHLY, sent_until__lt=period_start(Rhythm.MONTHLY, now))
    return Subscription.objects.filter(weekly | monthly, confirmed__isnull=False).order_by("sent_until", "pk")


def period_start(rhythm: str, now: dt.datetime) -> dt.datetime:
    """The first moment of the week or month, local time."""
    today = timezone.localdate(now)
    first = today.replace(day=1) if rhythm == Rhythm.MONTHLY else today - dt.timedelta(days=today.weekday())
    return timezone.make_aware(dt.datetime.combine(first, dt.time.min))


def _was_refused(subscription: Subscription, now: dt.datetime) -> bool:
    """Whether the address was refused in this week or month already."""
    first = timezone.localdate(period_start(subscription.rhythm, now))
    return any(day >= first for day in subscription.refused)


def _send_all(subscriptions: Iterable[Subscription], news: News, now: dt.datetime) -> int:
    """All of one language."""

    def send_one(subscription: Subscription, connection: BaseEmailBackend) -> Outcome:
        return _send_one(subscription, news, now, connection)

    return send_each(subscriptions, send_one, lambda subscription: _note_refusal(subscription, now))


def _send_one(
    subscription: Subscription, news: News, now: dt.datetime, connection: BaseEmailBackend
) -> Outcome:
    held = due_subscriptions(now).select_for_update(skip_locked=True).filter(pk=subscription.pk).first()
    if held is None:
        return Outcome.NOT_DUE
    wish = Wish.of(held)
    picked = news.pick(wish, held.told)
    refused = held.refused if picked.is_empty else []
    Subscription.objects.filter(pk=held.pk).update(sent_until=now, told=news.position, refused=refused)
    if picked.is_empty:
        return Outcome.NOTHING_NEW
    selection = put_in_words(wish, news.vocabulary, news.names)
    mail = write_digest(held, compose(picked, wish, news), selection, timezone.localdate(now))
    mail.connection = connection
    mail.send()
    return Outcome.SENT


def _note_refusal(subscription: Subscription, now: dt.datetime) -> None:
    """Another day on which the address was refused; the last one deletes the subscription."""
    days = [*subscription.refused, timezone.localdate(now)]
    held = Subscription.objects.filter(pk=subscription.pk)
    if len(days) >= MOST_REFUSALS:
        held.delete()
        logger.info("a digest's address was refused for good and is deleted")
    else:
        held.update(refused=days)
