"""Mails of the personal area: reports that are due, once a month, and the farewell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import structlog
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from content.queries import DueReport, reports_due
from hub.accounts.mails import Mail
from hub.accounts.models import User
from hub.accounts.roles import ELEVATED
from hub.accounts.unsubscribing import MailKind, unsubscribe_headers, unsubscribe_url
from hub.env import env
from hub.municipalities.models import Body
from hub.site.personal.models import DueReminder

logger = structlog.get_logger("hub.jobs")


def send_due_reminders(now: dt.datetime) -> int:
    """Remind everybody who may confirm them of the reports that are due; the number of mails sent.

    To editors and coordinators of the body, at most one mail a month each, and none to those who switched
    these mails off. Somebody whose mail cannot be sent gets it on the next run. Six queries, and two for
    each mail.
    """
    bodies = _bodies_by_editor(now)
    keys = {key for own in bodies.values() for key in own}
    by_body: dict[str, list[DueReport]] = defaultdict(list)
    for report in reports_due(keys, now):
        by_body[report.body].append(report)
    names = dict(Body.objects.filter(pk__in=by_body).values_list("key", "name"))
    sent = 0
    for user in User.objects.filter(pk__in=bodies).order_by("pk"):
        own = {names[key]: by_body[key] for key in bodies[user.pk] if key in by_body}
        if own:
            sent += _remind_once(user, own, _month(now))
    return sent


def send_farewell(address: str) -> None:
    """Tell somebody that their account is gone; ``address`` is known no more after this."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = f"Wissenshub {env.name}: " + gettext("Your account is deleted")
        text = render_to_string("site/personal/mails/farewell.txt", {"name": env.name, "origin": env.origin})
    Mail(subject, text, to=[address]).send()


def _bodies_by_editor(now: dt.datetime) -> dict[int, list[str]]:
    """Keys of the bodies somebody may publish for, by the account, of those to be reminded this month."""
    people = User.objects.filter(is_active=True, email__isnull=False).exclude(preferences__mail_due=False)
    people = people.exclude(due_reminder__month__gte=_month(now))
    may = people.filter(groups__body_role__role__in=ELEVATED).order_by("groups__body_role__body__name")
    found: dict[int, list[str]] = defaultdict(list)
    for user, key in may.values_list("pk", "groups__body_role__body"):
        found[user].append(key)
    return found


def _remind_once(user: User, reports: dict[str, list[DueReport]], month: dt.date) -> bool:
    """Note and send together: what could not be sent is not noted."""
    try:
        with transaction.atomic():
            DueReminder.objects.update_or_create(user=user, defaults={"month": month})
            _write_reminder(user, reports).send()
    except OSError as error:  # every failure of smtplib is one
        logger.warning("a reminder could not be sent", user=user.pk, error=str(error))
        return False
    return True


def _write_reminder(user: User, reports: dict[str, list[DueReport]]) -> Mail:
    with translation.override(settings.LANGUAGE_CODE):
        number = sum(len(own) for own in reports.values())
        subject = ngettext(
            "%(number)s case report should be reconfirmed",
            "%(number)s case reports should be reconfirmed",
            number,
        )
        context = {
            "name": user.get_full_name(),
            "bodies": [
                (body, [(each, env.origin + _edit_address(each)) for each in own])
                for body, own in reports.items()
            ],
            "instance_name": env.name,
            "overview": env.origin + reverse("site:personal"),
            "unsubscribe": unsubscribe_url(user, MailKind.DUE),
        }
        text = render_to_string("site/personal/mails/due.txt", context)
    headers = unsubscribe_headers(unsubscribe_url(user, MailKind.DUE))
    subject = f"Wissenshub {env.name}: {subject % {'number': number}}"
    return Mail(subject, text, to=[str(user.email)], headers=headers)


def _edit_address(report: DueReport) -> str:
    return reverse("wagtailadmin_pages:edit", args=[report.page.pk])


def _month(now: dt.datetime) -> dt.date:
    return timezone.localdate(now).replace(day=1)
