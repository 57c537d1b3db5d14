"""Mails that ask a body's editors to confirm their adoptions again, before these run out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import structlog
from django.conf import settings
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from content.models import AdoptionPage
from content.months import add_months
from content.statements.own import Own, read_targets
from content.statements.rules import CONFIRMED_FOR, REMINDED_BEFORE, confirmed_until
from hub.accounts.mails import Mail
from hub.accounts.models import User
from hub.accounts.roles import ELEVATED
from hub.accounts.unsubscribing import MailKind, unsubscribe_headers, unsubscribe_url
from hub.documents import Viewer
from hub.env import env
from hub.municipalities.models import Body

logger = structlog.get_logger("hub.jobs")


def remind_of_adoptions(now: dt.datetime) -> int:
    """Ask for each adoption once, thirty days before it counts as unconfirmed; the number of mails sent.

    To editors and coordinators of the body, one mail for all its adoptions, none to those who switched
    such mails off. What nobody could be sent is tried again on the next run.
    """
    due: dict[str, list[Own]] = defaultdict(list)
    for own in read_targets(adoptions_due(timezone.localdate(now)), Viewer.local(), timezone.localdate(now)):
        due[own.page.maker].append(own)
    sent = 0
    for body in Body.objects.filter(pk__in=due).order_by("pk"):
        reached = sum(_send(user, body, due[body.pk]) for user in _editors_of(body))
        if reached:
            pages = [own.page.pk for own in due[body.pk]]
            # An update: the page is no other document for having been asked about.
            AdoptionPage.objects.filter(pk__in=pages).update(reminded=timezone.localdate(now))
        sent += reached
    return sent


def adoptions_due(today: dt.date) -> list[AdoptionPage]:
    """Published adoptions in use that run out within thirty days or have, not yet asked about; one query."""
    latest = add_months(today + REMINDED_BEFORE + dt.timedelta(days=3), -CONFIRMED_FOR)
    unasked = Q(reminded__isnull=True) | Q(reminded__lt=F("confirmed"))
    in_use = Q(until__isnull=True) | Q(until__gte=today)
    pages = AdoptionPage.objects.filter(
        unasked, in_use, live=True, alias_of=None, confirmed__lte=latest
    ).order_by("confirmed", "pk")
    return [
        page
        for page in pages
        if page.confirmed and confirmed_until(page.confirmed) - REMINDED_BEFORE <= today
    ]


def _editors_of(body: Body) -> list[User]:
    people = User.objects.filter(is_active=True, email__isnull=False).exclude(preferences__mail_due=False)
    roles = {"groups__body_role__body": body, "groups__body_role__role__in": ELEVATED}
    return list(people.filter(**roles).distinct().order_by("pk"))


def _send(user: User, body: Body, due: list[Own]) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        subject = ngettext(
            "%(number)s statement should be confirmed again",
            "%(number)s statements should be confirmed again",
            len(due),
        )
        context = {
            "name": user.get_full_name(),
            "body": body.name,
            "due": due,
            "instance_name": env.name,
            "overview": env.origin + reverse("site:statements"),
            "unsubscribe": unsubscribe_url(user, MailKind.DUE),
        }
        text = render_to_string("site/statements/mails/due.txt", context)
    subject = f"Wissenshub {env.name}: {subject % {'number': len(due)}}"
    headers = unsubscribe_headers(unsubscribe_url(user, MailKind.DUE))
    try:
        Mail(subject, text, to=[str(user.email)], headers=headers).send()
    except OSError as error:  # every failure of smtplib is one
        logger.warning("a reminder could not be sent", user=user.pk, error=str(error))
        return False
    return True
