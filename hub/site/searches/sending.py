"""Sending new results of saved searches: to whom it is due, and what becomes of each mail.

A search's progress and its mail are committed together, one by one: a crash loses none and repeats at most
the one that had just been handed over, whose id is the same.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from hub.accounts.viewer import viewer_for
from hub.site.mailing import MOST_REFUSALS, Outcome, send_each
from hub.site.searches.mails import write_mail
from hub.site.searches.models import Rhythm, SavedSearch
from hub.site.searches.news import News
from hub.site.searches.wording import Words
from search.language import refresh


def send_found(now: dt.datetime) -> int:
    """Send what is new for every search that is due; the number of mails sent.

    A temporary failure leaves a search due, so the next run tries again. A refusal for good is noted and not
    tried again before the next day or week; the last of :data:`.MOST_REFUSALS` ends the mails, and the search
    stays. Six queries, and fourteen for each search.
    """
    due = list(due_searches(now))
    if not due:
        return 0
    refresh()
    news = News(min(each.told for each in due))

    def send_one(search: SavedSearch, connection: BaseEmailBackend) -> Outcome:
        return _send_one(search, news, now, connection)

    return send_each(due, send_one, lambda search: _note_refusal(search, now))


def due_searches(now: dt.datetime) -> QuerySet[SavedSearch]:
    """Those of accounts in use with an address that were last seen to before this day or week began."""
    today = timezone.localdate(now)
    monday = today - dt.timedelta(days=today.weekday())
    daily = Q(rhythm=Rhythm.DAILY, sent_until__lt=_midnight(today))
    weekly = Q(rhythm=Rhythm.WEEKLY, sent_until__lt=_midnight(monday))
    reachable = SavedSearch.objects.filter(user__is_active=True, user__email__isnull=False)
    return reachable.filter(daily | weekly).order_by("sent_until", "created")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _note_refusal(search: SavedSearch, now: dt.datetime) -> None:
    """Another day on which the address was refused; what was not told is told the next time."""
    days = [*search.refused, timezone.localdate(now)]
    rhythm = Rhythm.NONE if len(days) >= MOST_REFUSALS else search.rhythm
    SavedSearch.objects.filter(pk=search.pk).update(refused=days, rhythm=rhythm, sent_until=now)


def _send_one(search: SavedSearch, news: News, now: dt.datetime, connection: BaseEmailBackend) -> Outcome:
    due = due_searches(now).select_for_update(skip_locked=True, of=("self",))
    held = due.select_related("user").filter(pk=search.pk).first()
    if held is None:
        return Outcome.NOT_DUE
    with translation.override(_language_of(held)):
        words = Words(held.query)
        query = replace(words.searches[held.query].query, viewer=viewer_for(held.user))
        found = news.find(query, held.told)
        told = max(held.told, news.position)
        refused = [] if found else held.refused
        SavedSearch.objects.filter(pk=held.pk).update(sent_until=now, told=told, refused=refused)
        if not found:
            return Outcome.NOTHING_NEW
        mail = write_mail(held, found, words.of(held.query), timezone.localdate(now))
    mail.connection = connection
    mail.send()
    return Outcome.SENT


def _language_of(search: SavedSearch) -> str:
    """The language that the account has chosen; one query."""
    profile = UserProfile.objects.filter(user=search.user).first()
    chosen = profile.preferred_language if profile else ""
    return chosen if chosen in dict(settings.INTERFACE_LANGUAGES) else settings.LANGUAGE_CODE
