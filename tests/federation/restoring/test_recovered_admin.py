"""The operator's list of what came back without a page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from federation.restoring.recovering import recover
from hub.accounts.models import User
from hub.catalogue import guarding
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, Mark, State
from hub.errors import NotCurrent
from tests.factories.pages import add_report
from tests.wire.starting import unchecked

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(User.objects.create_superuser("betrieb@mainz.example", "x"))
    return client


@pytest.fixture
def kept(section, restored) -> CatalogueEntry:
    with restored():
        report = add_report(section, "Ohne Seite")
    section.delete()
    Mark.objects.all().delete()
    recover()
    return CatalogueEntry.objects.get(uuid=report.translation_key)


def test_an_empty_list_says_so(browser):
    assert "Hier wartet nichts" in browser.get(reverse("federation_recovered")).content.decode()


def test_what_has_no_page_is_listed_with_the_reason(browser, kept):
    page = browser.get("/admin/peers/recovered/").content.decode()
    assert "Ohne Seite" in page
    assert f'href="/id/{kept.uuid}"' in page
    assert "Es gibt keine Seite der Kommune" in page
    assert browser.get("/health/ready").json()["log"]["recovered"] == 1


def test_it_is_withdrawn_after_a_question(browser, kept):
    address = reverse("federation_recovered_withdraw", args=[kept.uuid])
    assert "auf allen zugelassenen Instanzen" in browser.get(address).content.decode()
    kept.refresh_from_db()
    assert kept.state == State.LIVE
    answer = browser.post(address, follow=True).content.decode()
    assert "ist zurückgezogen" in answer
    kept.refresh_from_db()
    assert (kept.state, kept.recovered) == (State.WITHDRAWN, False)
    assert Change.objects.order_by("-seq").first().type == ChangeType.WITHDRAW
    assert "nicht mehr auf eine Seite" in browser.post(address, follow=True).content.decode()
    assert browser.get(address).status_code == 404


def test_nothing_is_withdrawn_while_publishing_waits(browser, kept, monkeypatch):
    def waits() -> None:
        raise NotCurrent("Das Veröffentlichen wartet.")

    monkeypatch.setattr(guarding, "_checks", [waits])
    with unchecked():
        answer = browser.post(reverse("federation_recovered_withdraw", args=[kept.uuid]), follow=True)
    assert "Das Veröffentlichen wartet." in answer.content.decode()
    kept.refresh_from_db()
    assert kept.state == State.LIVE
