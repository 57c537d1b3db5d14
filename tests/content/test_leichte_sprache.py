"""A text in simple language is called Leichte Sprache only while its readers have checked these words."""
# ruff: noqa: F811 - tests name the fixtures they import

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from content.models import CaseReportPage
from tests.content.translation import (  # noqa: F401 - fixtures
    GERMAN,
    document_of,
    editor,
    locale,
    publish,
    reword,
    section,
    submit,
    translate_all,
    wording_of,
)
from tests.factories.pages import add_report

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_check_makes_it_leichte_sprache_until_the_words_change(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "de-simple")
    simple = wording_of(report, "de-simple")
    reword(simple, title="Parken in der Stadt")
    address = reverse("wording", args=[simple.pk])
    today = timezone.localdate()
    client.post(address, {"action": "check", "day": today.isoformat(), "group": "Lesegruppe Koblenz"})
    text = document_of(report).texts["de-simple"]
    assert (text.checked, text.checked_by) == (today, "Lesegruppe Koblenz")

    reword(simple, topics=["mobilitaet"])
    assert document_of(report).texts["de-simple"].checked == today, "the words are those that were read"
    reword(simple, summary="Das ist neu.")
    assert document_of(report).texts["de-simple"].checked is None


def test_an_older_version_brings_no_check_back(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "de-simple")
    simple = wording_of(report, "de-simple")
    reword(simple, title="Parken in der Stadt")
    client.post(
        reverse("wording", args=[simple.pk]),
        {"action": "check", "day": timezone.localdate().isoformat(), "group": "Lesegruppe"},
    )
    checked = CaseReportPage.objects.get(pk=simple.pk).save_revision()
    reword(simple, summary="Das ist neu.")
    checked.publish()
    assert document_of(report).texts["de-simple"].checked is None


@pytest.mark.parametrize(
    ("day", "group", "fault"),
    [
        ("", "Lesegruppe", "day"),
        ("gestern", "Lesegruppe", "day"),
        ("2026-01-01", " ", "group"),
        (None, "Lesegruppe", "day"),
    ],
)
def test_a_check_needs_a_day_that_was_and_a_group(client, editor, section, day, group, fault):
    report = add_report(section, "Parkraum")
    submit(client, report, "de-simple")
    reword(wording_of(report, "de-simple"), title="Parken")
    if day is None:
        day = (timezone.localdate() + dt.timedelta(days=1)).isoformat()
    address = reverse("wording", args=[wording_of(report, "de-simple").pk])
    response = client.post(address, {"action": "check", "day": day, "group": group})
    assert list(response.context["form"].errors) == [fault]
    assert document_of(report).texts["de-simple"].checked is None


def test_a_check_can_be_withdrawn(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "de-simple")
    simple = wording_of(report, "de-simple")
    reword(simple, title="Parken")
    address = reverse("wording", args=[simple.pk])
    client.post(address, {"action": "check", "day": "2026-01-01", "group": "Lesegruppe"})
    client.post(address, {"action": "withdraw"})
    assert document_of(report).texts["de-simple"].checked is None


def test_no_english_text_is_noted_as_checked(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "en")
    publish(client, wording_of(report, "en"))
    address = reverse("wording", args=[wording_of(report, "en").pk])
    client.post(address, {"action": "check", "day": "2026-01-01", "group": "Lesegruppe"})
    assert document_of(report).texts["en"].checked is None


def test_a_draft_is_neither_right_nor_checked(client, editor, section):
    report = add_report(section, "Parkraum")
    submit(client, report, "de-simple")
    address = reverse("wording", args=[wording_of(report, "de-simple").pk])
    for data in ({"action": "still_right"}, {"action": "check", "day": "2026-01-01", "group": "x"}):
        html = client.post(address, data, headers=GERMAN).content.decode()
        assert "Veröffentlichen Sie zuerst" in html
    assert wording_of(report, "de-simple").checked_on is None
