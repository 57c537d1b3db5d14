from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from defusedxml.ElementTree import fromstring
from django.contrib.staticfiles import finders
from django.test import Client

from hub.documents import Audience, Text
from hub.env import env
from tests.factories.people import add_operator
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

ELSEWHERE = "https://wissen.mainz.invalid"


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def ask(client: Client, address: str, **more: str) -> Any:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in {"url": address, **more}.items())
    return client.get(f"/oembed?{query}")


def test_a_page_is_described_as_a_card_in_a_frame(client: Client) -> None:
    entry = add_entry(make_document('Parken "A" & <B>'), path="/koblenz/parken/")
    response = ask(client, f"{env.origin}/koblenz/parken/")
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    described = response.json()
    html = described.pop("html")
    assert described == {
        "version": "1.0",
        "type": "rich",
        "title": 'Parken "A" & <B>',
        "author_name": "Koblenz",
        "author_url": f"{env.origin}/kommunen/{KOBLENZ}/",
        "provider_name": f"Wissenshub {env.name}",
        "provider_url": env.origin,
        "cache_age": 3600,
        "width": 600,
        "height": 320,
    }
    assert html.startswith(f'<iframe src="{env.origin}/id/{entry.uuid}/karte/"')
    assert 'title="Parken &quot;A&quot; &amp; &lt;B&gt;"' in html
    assert 'width="600" height="320"' in html


def test_every_address_of_a_record_is_understood(client: Client) -> None:
    own = add_entry(path="/koblenz/parken/")
    other = add_entry(make_document("B", origin=ELSEWHERE), source="mainz")
    for entry in (own, other):
        for address in (entry.get_absolute_url(), f"/id/{entry.uuid}", f"/id/{entry.uuid}/karte/"):
            response = ask(client, env.origin + address)
            assert response.status_code == 200, address
            assert response.json()["title"] == entry.title
    assert ask(client, f"{env.origin}/koblenz/parken/?sprache=de#ziel").status_code == 200


def test_it_can_be_had_as_xml(client: Client) -> None:
    add_entry(make_document("A & <B>\x08"), path="/a/")
    response = ask(client, f"{env.origin}/a/", format="xml")
    assert response["Content-Type"].startswith("text/xml")
    root = fromstring(response.content)
    assert (root.tag, root.findtext("title"), root.findtext("type")) == ("oembed", "A & <B>", "rich")
    assert (root.findtext("html") or "").startswith("<iframe ")


def test_the_frame_keeps_within_the_room_there_is(client: Client) -> None:
    add_entry(path="/a/")
    narrow = ask(client, f"{env.origin}/a/", maxwidth="300").json()
    assert (narrow["width"], narrow["height"]) == (300, 420)
    assert 'width="300" height="420"' in narrow["html"]
    flat = ask(client, f"{env.origin}/a/", maxwidth="9000", maxheight="200").json()
    assert (flat["width"], flat["height"]) == (600, 200)
    for unclear in ("viel", "-5", "²", "9" * 40):
        assert ask(client, f"{env.origin}/a/", maxwidth=unclear).json()["width"] == 600


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("", 400),
        (f"{env.origin}/{'a' * 3000}", 400),
        (f"{ELSEWHERE}/a/", 404),
        (f"{env.origin}/wissen/", 404),
        (f"{env.origin}/id/abc", 404),
        (f"{env.origin}/von/", 404),
        (f"{env.origin}/\x00", 404),
        ("//[", 404),
        ("javascript:alert(1)", 404),
    ],
)
def test_what_is_no_record_here_is_refused_with_a_sentence(client: Client, address: str, status: int) -> None:
    response = ask(client, address)
    assert response.status_code == status
    assert response.content.decode().endswith(".")


def test_other_formats_are_refused(client: Client) -> None:
    add_entry(path="/a/")
    assert ask(client, f"{env.origin}/a/", format="yaml").status_code == 501


def test_what_is_kept_from_the_public_is_not_there_whoever_asks(client: Client) -> None:
    entry = add_entry(make_document("Geheim", audience=Audience.MEMBERS), path="/geheim/")
    client.force_login(add_operator())
    for response in (ask(client, f"{env.origin}/geheim/"), client.get(f"/id/{entry.uuid}/karte/")):
        assert response.status_code == 404
        assert "Geheim" not in response.content.decode()


def test_the_card_stands_in_frames_of_other_sites_without_scripts_and_cookies(client: Client) -> None:
    entry = add_entry(path="/koblenz/parken/")
    response = client.get(f"/id/{entry.uuid}/karte/")
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert not response.cookies
    page = response.content.decode()
    assert "<script" not in page
    assert ' style="' not in page
    links = re.findall(r"<a [^>]*>", page)
    assert len(links) == 2
    assert all('target="_top"' in link for link in links)
    assert f'href="{env.origin}/koblenz/parken/"' in page
    for words in ("Koblenz", "Erfahrungsbericht", "96.400\u00a0€", "Kurz."):
        assert words in page


def test_the_card_has_a_stylesheet_that_is_there(client: Client) -> None:
    assert "site/card.css" in client.get(f"/id/{add_entry().uuid}/karte/").content.decode()
    assert finders.find("site/card.css")


def test_the_card_is_in_the_language_asked_for(client: Client) -> None:
    texts = {"de": Text(title="Parken"), "en": Text(title="Parking")}
    entry = add_entry(make_document(texts=texts))
    page = client.get(f"/id/{entry.uuid}/karte/?sprache=en").content.decode()
    assert '<html lang="en">' in page
    assert "Parking" in page
    assert "Case report" in page
    assert (
        "Parken" in Client(headers={"accept-language": "en"}).get(f"/id/{entry.uuid}/karte/").content.decode()
    )


def test_a_card_of_something_withdrawn_says_so(client: Client) -> None:
    entry = add_entry(make_document("Weg"), state="withdrawn")
    response = client.get(f"/id/{entry.uuid}/karte/")
    assert response.status_code == 410
    assert "Dieser Beitrag wurde zurückgezogen." in response.content.decode()
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert ask(client, f"{env.origin}/id/{entry.uuid}").status_code == 404


def test_statements_have_no_card(client: Client) -> None:
    entry = add_entry(make_document(kind="adoption", case=None))
    assert client.get(f"/id/{entry.uuid}/karte/").status_code == 404


def test_a_page_leads_to_its_description_and_offers_the_code(client: Client) -> None:
    entry = add_entry()
    page = client.get(f"/id/{entry.uuid}").content.decode()
    found = re.findall(r'type="application/json\+oembed" title="[^"]*" href="([^"]*)"', page)
    assert len(found) == 1
    described = json.loads(client.get(found[0].replace("&amp;", "&").removeprefix(env.origin)).content)
    assert described["title"] == entry.title
    assert f"&lt;iframe src=&quot;{env.origin}/id/{entry.uuid}/karte/&quot;" in page
    hidden = add_entry(make_document(audience=Audience.INSTANCE))
    client.force_login(add_operator())
    page = client.get(f"/id/{hidden.uuid}").content.decode()
    assert "oembed" not in page
    assert "/karte/" not in page


def test_what_it_costs(client: Client, django_assert_num_queries: Any) -> None:
    entry = add_entry(path="/a/")
    with django_assert_num_queries(2):
        ask(client, f"{env.origin}/a/")
    with django_assert_num_queries(2):
        client.get(f"/id/{entry.uuid}/karte/")
