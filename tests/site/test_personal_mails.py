"""Reminders of reports to reconfirm: to whom, of what, how often."""

from __future__ import annotations

import datetime as dt
from smtplib import SMTPException
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction

from content.models import BodyPage, CaseReportPage
from content.services import open_section
from hub.accounts.models import Preferences, Role, User
from hub.accounts.roles import set_role
from hub.accounts.unsubscribing import MailKind, unsubscribe_url
from hub.env import env
from hub.site import tasks
from hub.site.personal.mails import send_due_reminders
from hub.site.personal.models import DueReminder
from tests.factories.pages import add_body, add_report, add_section

pytestmark = pytest.mark.django_db

KOBLENZ, TRIER = "07111000", "07211000"
NOVEMBER = dt.datetime(2026, 11, 2, 7, 20, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 11, 23, 7, 20, tzinfo=dt.UTC)
DECEMBER = dt.datetime(2026, 12, 1, 7, 20, tzinfo=dt.UTC)


def open_body(slug: str, key: str) -> BodyPage:
    page = add_section(slug, add_body(key, slug.title()))
    open_section(page)
    return page


@pytest.fixture
def section() -> BodyPage:
    return open_body("koblenz", KOBLENZ)


def add_person(name: str, section: BodyPage, role: Role, **fields: Any) -> User:
    user = User.objects.create_user(f"{name}@koblenz.demo.invalid", "geheim-und-lang", **fields)
    set_role(user, section.body, role)
    return user


def add_due(section: BodyPage, title: str, when: str = "2025-10-15") -> CaseReportPage:
    page = add_report(section, title)
    published = dt.datetime.fromisoformat(f"{when}T10:00+00:00")
    CaseReportPage.objects.filter(pk=page.pk).update(last_published_at=published)
    return page


def recipients() -> list[str]:
    return sorted(each.to[0].split("@")[0] for each in mail.outbox)


def test_the_mail_names_each_report_with_its_day_and_the_way_to_it(section: BodyPage) -> None:
    late = add_due(section, "Überfällig & alt")
    add_due(section, "Bald", "2025-11-20")
    add_due(section, "Frisch", "2026-08-01")
    user = add_person("erika", section, Role.EDITOR, first_name="Erika")
    assert send_due_reminders(NOVEMBER) == 1
    (message,) = mail.outbox
    assert message.subject == "Wissenshub Mainz: 2 Erfahrungsberichte sind neu zu bestätigen"
    assert "Guten Tag Erika," in message.body
    assert (
        "- Überfällig & alt\n  unbestätigt seit 15.10.2026, zuletzt bestätigt am 15.10.2025" in message.body
    )
    assert "fällig bis 20.11.2026" in message.body
    assert f"{env.origin}/admin/pages/{late.pk}/edit/" in message.body
    assert "Frisch" not in message.body
    link = unsubscribe_url(user, MailKind.DUE)
    assert link in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_report_is_said_in_the_singular(section: BodyPage) -> None:
    add_due(section, "Bericht")
    add_person("erika", section, Role.EDITOR)
    send_due_reminders(NOVEMBER)
    assert mail.outbox[0].subject == "Wissenshub Mainz: 1 Erfahrungsbericht ist neu zu bestätigen"


def test_only_who_may_confirm_is_reminded(section: BodyPage) -> None:
    trier = open_body("trier", TRIER)
    add_due(section, "Koblenzer Bericht")
    for name, role in (("m", Role.MEMBER), ("a", Role.AUTHOR), ("e", Role.EDITOR), ("k", Role.COORDINATOR)):
        add_person(name, section, role)
    add_person("trier", trier, Role.EDITOR)
    add_person("gesperrt", section, Role.EDITOR, is_active=False)
    without = User.objects.create(email=None)
    set_role(without, section.body, Role.EDITOR)
    assert send_due_reminders(NOVEMBER) == 2
    assert recipients() == ["e", "k"]


def test_who_serves_two_bodies_gets_one_mail_by_body(section: BodyPage) -> None:
    trier = open_body("trier", TRIER)
    user = add_person("erika", section, Role.EDITOR)
    set_role(user, trier.body, Role.COORDINATOR)
    add_due(section, "Aus Koblenz")
    add_due(trier, "Aus Trier")
    send_due_reminders(NOVEMBER)
    (message,) = mail.outbox
    lines = message.body.splitlines()
    assert (
        lines.index("Koblenz")
        < lines.index("- Aus Koblenz")
        < lines.index("Trier")
        < lines.index("- Aus Trier")
    )


def test_who_switched_them_off_gets_none(section: BodyPage) -> None:
    add_due(section, "Bericht")
    Preferences.objects.create(user=add_person("aus", section, Role.EDITOR), mail_due=False)
    Preferences.objects.create(user=add_person("an", section, Role.EDITOR), mail_requests=False)
    send_due_reminders(NOVEMBER)
    assert recipients() == ["an"]


def test_a_month_brings_one_mail_at_most(section: BodyPage) -> None:
    add_person("erika", section, Role.EDITOR)
    assert send_due_reminders(NOVEMBER) == 0  # nothing was due, so the month is not used up
    add_due(section, "Bericht")
    assert [send_due_reminders(now) for now in (NOVEMBER, NOVEMBER, LATER, DECEMBER)] == [1, 0, 0, 1]
    assert DueReminder.objects.get().month == dt.date(2026, 12, 1)


class BrokenFor(EmailBackend):
    """A mail server that refuses one address."""

    refused = "kaputt@koblenz.demo.invalid"

    def send_messages(self, messages: Any) -> int:
        messages = list(messages)
        if any(self.refused in message.to for message in messages):
            raise SMTPException("mailbox unavailable")
        return super().send_messages(messages)


def test_a_mail_that_fails_stops_no_other_and_is_tried_again(section: BodyPage, settings: Any) -> None:
    add_due(section, "Bericht")
    add_person("kaputt", section, Role.EDITOR)
    add_person("erika", section, Role.EDITOR)
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.BrokenFor"
    assert send_due_reminders(NOVEMBER) == 1
    settings.EMAIL_BACKEND = backend
    assert send_due_reminders(LATER) == 1
    assert recipients() == ["erika", "kaputt"]


def test_the_job_by_the_clock_sends_them(section: BodyPage) -> None:
    add_due(section, "Bericht", "2020-01-01")
    add_person("erika", section, Role.EDITOR)
    tasks.remind_due(0)
    assert recipients() == ["erika"]


@pytest.mark.parametrize("number", [1, 3])
def test_more_reports_and_bodies_cost_no_more_queries(
    section: BodyPage, django_assert_num_queries: Any, number: int
) -> None:
    user = add_person("erika", section, Role.EDITOR)
    for index in range(number):
        other = open_body(f"ort-{index}", f"0733100{index}")
        set_role(user, other.body, Role.EDITOR)
        add_due(other, f"Bericht {index}")
    with django_assert_num_queries(14):  # six, and eight for one mail with its savepoints
        assert send_due_reminders(NOVEMBER) == 1


def test_a_reminder_belongs_to_a_whole_month() -> None:
    user = User.objects.create_user("erika@koblenz.demo.invalid", "geheim-und-lang")
    with pytest.raises(IntegrityError), transaction.atomic():
        DueReminder.objects.create(user=user, month=dt.date(2026, 11, 2))
