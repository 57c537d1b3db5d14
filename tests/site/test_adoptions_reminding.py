"""Asking for adoptions to be confirmed again, and what becomes of those that nobody confirms."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from content.models import AdoptionPage
from content.statements import services
from content.statements.services import AdoptionFacts
from hub.accounts.models import Preferences, Role
from hub.catalogue.models import Change
from hub.catalogue.settling import settle
from hub.site.statements.reminding import remind_of_adoptions
from tests.factories.days import in_days
from tests.factories.people import add_person
from tests.factories.statements import TRIER, Town, add_town_here, receive, received_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def trier() -> Town:
    return add_town_here()


@pytest.fixture
def adoption(trier) -> AdoptionPage:
    target = receive(received_document(title="Sensorpaket"))
    page = services.adopt(trier.editor, trier.body, target, AdoptionFacts())
    settle()
    return page


def test_thirty_days_before_it_runs_out_editors_are_asked_once(adoption, trier):
    add_person("mitglied@trier.example", trier.body, Role.MEMBER)
    before = Change.objects.count()
    assert remind_of_adoptions(in_days(334)) == 0
    assert remind_of_adoptions(in_days(336)) == 1
    assert remind_of_adoptions(in_days(337)) == 0
    (letter,) = mail.outbox
    assert letter.to == [trier.editor.email]
    assert "1 Erklärung sollte erneut bestätigt werden" in letter.subject
    assert "Sensorpaket" in letter.body
    assert "/erklaerungen/" in letter.body
    assert "List-Unsubscribe" in letter.extra_headers
    settle()
    assert Change.objects.count() == before


def test_what_is_confirmed_again_is_asked_about_again_a_year_later(adoption, trier):
    remind_of_adoptions(in_days(336))
    AdoptionPage.objects.update(confirmed=timezone.localdate() + dt.timedelta(days=340))
    assert remind_of_adoptions(in_days(345)) == 0
    assert remind_of_adoptions(in_days(680)) == 1


def test_one_mail_names_all_adoptions_of_a_body(adoption, trier):
    other = receive(received_document(title="Handbuch"))
    services.adopt(trier.editor, trier.body, other, AdoptionFacts())
    assert remind_of_adoptions(in_days(340)) == 1
    assert "2 Erklärungen" in mail.outbox[0].subject


def test_who_switched_such_mails_off_gets_none_and_it_is_tried_again(adoption, trier):
    Preferences.objects.update_or_create(user=trier.editor, defaults={"mail_due": False})
    assert remind_of_adoptions(in_days(340)) == 0
    Preferences.objects.update(mail_due=True)
    assert remind_of_adoptions(in_days(340)) == 1


def test_a_mail_that_fails_is_sent_on_the_next_run(adoption, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert remind_of_adoptions(in_days(340)) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert remind_of_adoptions(in_days(340)) == 1


@pytest.mark.parametrize("fields", [{"until": dt.date(2026, 1, 1)}, {"live": False}])
def test_what_has_ended_or_is_taken_back_is_not_asked_about(adoption, fields):
    AdoptionPage.objects.filter(pk=adoption.pk).update(**fields)
    assert remind_of_adoptions(in_days(340)) == 0


def test_after_fifteen_months_it_is_withdrawn_by_itself(adoption):
    AdoptionPage.objects.filter(pk=adoption.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)
    page = AdoptionPage.objects.get()
    assert (page.live, page.expired, page.maker) == (False, True, TRIER)
