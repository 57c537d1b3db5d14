"""Where a service computes vectors, readers are told before they ask that their question goes there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from wagtail.models import Locale, Page, Site

from hub.env import env
from hub.site.models import HomePage
from search.answers.embedding import describe
from search.answers.generation import streaming
from search.answers.models import PassageEmbedder
from tests.answers.embedders import set_embedder

pytestmark = pytest.mark.django_db

SERVICE = "openai:https://vektoren.example.de:8443/v1"
HOST = "vektoren.example.de:8443"
YOURS, QUESTIONS = f"Ihre Frage geht an {HOST}.", f"Fragen gehen an {HOST}."


@pytest.fixture
def client() -> Client:
    """A hub with a home page."""
    Locale.objects.get_or_create(language_code="de")
    page = Page.get_first_root_node().add_child(instance=HomePage(title="Start", slug="start-hub"))
    Site.objects.all().delete()
    Site.objects.create(hostname=env.host, port=80, root_page=page, is_default_site=True)
    return Client(headers={"accept-language": "de"})


def notice(client: Client, address: str) -> str:
    """What stands at the question box; empty if nothing does."""
    page = client.get(address).content.decode()
    return page.partition('id="hinweis"')[2].partition("</p>")[0]


@pytest.mark.parametrize("address", ["/fragen/", "/fragen/?q=Radwege"])
def test_the_page_of_answers_says_where_the_question_goes(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    assert "Keine KI:" in notice(client, address)
    assert "Vektor" not in notice(client, address)
    set_embedder(monkeypatch, SERVICE, "e5")
    said = notice(client, address)
    assert "<strong>Hier formuliert keine KI:</strong> Sie sehen Textstellen im Wortlaut." in said
    assert YOURS in said
    assert "Keine KI:" not in said


@pytest.mark.parametrize(("address", "without"), [("/", "Keine KI: wörtliche Fundstellen."), ("/suche/", "")])
def test_boxes_that_lead_there_say_so_too(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str, without: str
) -> None:
    before = notice(client, address)
    assert without in before
    assert bool(before) is bool(without)
    set_embedder(monkeypatch, SERVICE, "e5")
    said = notice(client, address)
    assert "Hier formuliert keine KI: wörtliche Fundstellen." in said
    assert QUESTIONS in said
    assert "Keine KI:" not in said


def test_the_service_that_answers_is_named_while_another_one_is_made_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    PassageEmbedder.objects.create(name="alt", dimension=3, active=True, setting=SERVICE, model="e5")
    set_embedder(monkeypatch, "openai:https://neu.example.de/v1", "e6")
    assert YOURS in notice(client, "/fragen/")
    set_embedder(monkeypatch, "hash")
    assert YOURS in notice(client, "/fragen/")
    PassageEmbedder.objects.all().delete()
    assert describe().host == ""
    assert "Keine KI:" in notice(client, "/fragen/")


def test_beside_a_model_both_hosts_are_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    model = replace(streaming.env, answers_url="https://ki.example.de/v1", answers_model="llama-3")
    monkeypatch.setattr(streaming, "env", model)
    set_embedder(monkeypatch, SERVICE, "e5")
    for address, sent in (("/fragen/", YOURS), ("/", QUESTIONS), ("/suche/", QUESTIONS)):
        said = notice(client, address)
        assert "llama-3" in said
        assert "ki.example.de" in said
        assert sent in said
