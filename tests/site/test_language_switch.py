"""Which language a reader gets, and how others find each of them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page

from hub.documents import Block, Section, Text
from tests.factories.pages import add_report, add_section
from tests.theme.entries import add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

OTHER = "http://trier.localhost:8004"
COOKIE = settings.LANGUAGE_COOKIE_NAME
DAY = dt.date(2026, 10, 2)


def text(title: str, **state: Any) -> Text:
    block = Block(anchor="ziel-1", html=f"<p>{title}.</p>", text=f"{title}.")
    return Text(
        title=title,
        summary=title,
        sections=(Section(anchor="ziel", heading=title, blocks=(block,)),),
        **state,
    )


GERMAN, ENGLISH, SIMPLE = text("Parkraum"), text("Parking"), text("Parken einfach")
THREE = {"de": GERMAN, "de-simple": SIMPLE, "en": ENGLISH}


@pytest.fixture
def browser() -> Client:
    """Without a language of its own."""
    add_bodies()
    return Client()


def show(client: Client, address: str, **headers: str) -> tuple[Any, str]:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response, response.content.decode()


def languages(html: str) -> tuple[str, str, str]:
    """Of the interface, of the title, and the title."""
    page = re.search(r'<html lang="([^"]*)"', html)
    title = re.search(r'<h1 lang="([^"]*)">([^<]*)', html)
    assert page is not None
    assert title is not None
    return page[1], title[1], title[2].strip()


@pytest.fixture(params=["here", "received"])
def entry(request: pytest.FixtureRequest, browser: Client) -> Any:
    """A document in three languages, written here or elsewhere."""
    if request.param == "received":
        return add_entry(make_document(origin=OTHER, texts=THREE), source="trier")
    return add_entry(make_document(texts=THREE))


@pytest.mark.parametrize(
    ("named", "interface", "title"),
    [("de", "de", "Parkraum"), ("en", "en", "Parking"), ("de-simple", "de", "Parken einfach")],
)
def test_each_language_has_its_address(browser, entry, named, interface, title):
    response, html = show(browser, f"{entry.get_absolute_url()}?sprache={named}")
    assert languages(html) == (interface, named, title)
    assert response["Content-Language"] == named
    assert re.search(rf'<section class="doc-section" id="ziel" lang="{named}"', html)


@pytest.mark.parametrize("unknown", ["xx", "", "DE", "../de", "de%00", "en&sprache=xx", "a" * 3000])
def test_an_unknown_language_is_passed_over(browser, entry, unknown):
    _, html = show(browser, f"{entry.get_absolute_url()}?sprache={unknown}")
    assert languages(html) == ("de", "de", "Parkraum")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("de", ("de", "de", "Parkraum")),
        ("en-GB,de;q=0.5", ("en", "en", "Parking")),
        ("fr", ("de", "de", "Parkraum")),
        ("de-simple", ("de", "de-simple", "Parken einfach")),
    ],
)
def test_without_a_named_language_the_browser_decides(browser, entry, wanted, expected):
    _, html = show(browser, entry.get_absolute_url(), accept_language=wanted)
    assert languages(html) == expected


def test_search_engines_are_led_to_each_language(browser, entry):
    base = entry.object_id if entry.source else f"{settings.WAGTAILADMIN_BASE_URL}{entry.get_absolute_url()}"
    _, html = show(browser, entry.get_absolute_url())
    assert re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)"', html) == [
        ("de", f"{base}?sprache=de"),
        ("en", f"{base}?sprache=en"),
        ("de-simple", f"{base}?sprache=de-simple"),
        ("x-default", base),
    ]
    assert f'<link rel="canonical" href="{base}">' in html
    _, html = show(browser, f"{entry.get_absolute_url()}?sprache=en")
    assert f'<link rel="canonical" href="{base}?sprache=en">' in html


def test_one_language_needs_no_switch(browser):
    entry = add_entry(make_document(texts={"de": GERMAN}))
    _, html = show(browser, f"{entry.get_absolute_url()}?sprache=de")
    assert "hreflang" not in html
    assert 'class="wordings"' not in html
    assert f'<link rel="canonical" href="{settings.WAGTAILADMIN_BASE_URL}{entry.get_absolute_url()}">' in html


def test_the_switch_names_each_language_in_itself(browser, entry):
    _, html = show(browser, f"{entry.get_absolute_url()}?sprache=en")
    here = entry.get_absolute_url()
    assert f'<a href="{here}?sprache=de" hreflang="de" lang="de">Deutsch</a>' in html
    assert f'<a href="{here}?sprache=en" hreflang="en" lang="en" aria-current="true">English</a>' in html
    assert f'<a href="{here}?sprache=de-simple" hreflang="de-simple" lang="de">Vereinfachter Text</a>' in html


def test_caches_keep_languages_apart(browser, entry):
    response, _ = show(browser, entry.get_absolute_url())
    vary = {name.strip() for name in response["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= vary
    assert "ETag" not in response


def test_a_permanent_address_keeps_the_language(browser, entry):
    entry.path = "/koblenz/parkraum/" if entry.is_local else ""
    entry.save()
    response = browser.get(f"/id/{entry.uuid}?sprache=en")
    assert response["Location"] == f"{entry.get_absolute_url()}?sprache=en"
    if not entry.is_local:
        response = browser.get(f"/von/trier/{entry.uuid}/?sprache=de-simple")
        assert response["Location"] == f"{entry.get_absolute_url()}?sprache=de-simple"


def test_what_is_only_in_german_says_so_in_english(browser):
    entry = add_entry(make_document(texts={"de": GERMAN}))
    _, html = show(browser, entry.get_absolute_url(), accept_language="en")
    assert languages(html) == ("en", "de", "Parkraum")
    assert "This text is only available in German." in html
    assert "nur auf" not in show(browser, entry.get_absolute_url(), accept_language="de")[1]


def test_what_is_only_in_english_says_so_in_german(browser):
    entry = add_entry(make_document(texts={"en": ENGLISH}))
    _, html = show(browser, entry.get_absolute_url(), accept_language="de")
    assert languages(html) == ("de", "en", "Parking")
    assert "Diesen Text gibt es nur auf Englisch." in html


def test_a_text_nobody_has_checked_is_never_called_leichte_sprache(browser, entry):
    for address in (entry.get_absolute_url(), f"{entry.get_absolute_url()}?sprache=de-simple"):
        _, html = show(browser, address, accept_language="de")
        assert "Leichte Sprache" not in html
    assert "Vereinfachter Text – noch nicht von Prüfleserinnen und Prüflesern geprüft." in html


def test_a_checked_text_names_day_and_group(browser):
    checked = text("Parken einfach", checked=DAY, checked_by="Lesegruppe Mainz")
    entry = add_entry(make_document(texts={**THREE, "de-simple": checked}))
    _, html = show(browser, f"{entry.get_absolute_url()}?sprache=de-simple", accept_language="de")
    assert ">Leichte Sprache</a>" in html
    assert "geprüft von Lesegruppe Mainz am 2. Oktober 2026." in html
    assert "theme/easy" in html
    assert "Vereinfachter Text" not in html
    assert "theme/easy" not in show(browser, entry.get_absolute_url())[1]


def test_a_wording_out_of_date_leads_to_the_original(browser):
    entry = add_entry(make_document(texts={**THREE, "en": text("Parking", outdated=True)}))
    _, html = show(browser, f"{entry.get_absolute_url()}?sprache=en")
    assert "The original has changed since this version was made." in html
    assert f'<a href="{entry.get_absolute_url()}?sprache=de" hreflang="de">Read the original' in html
    assert "original has changed" not in show(browser, f"{entry.get_absolute_url()}?sprache=de")[1]


def test_what_somebody_chooses_is_kept_and_leads_back(browser, entry):
    here = f"{entry.get_absolute_url()}?sprache=de"
    response = browser.post("/sprache/", {"language": "en", "next": here})
    assert response["Location"] == here
    cookie = response.cookies[COOKIE]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("en", "Lax", True)
    _, html = show(browser, here)
    assert languages(html) == ("en", "de", "Parkraum"), "the choice counts for the interface"
    assert languages(show(browser, entry.get_absolute_url(), accept_language="de")[1])[1] == "en"


def test_simple_texts_are_kept_too_and_the_interface_stays_german(browser, entry):
    _, html = show(browser, f"{entry.get_absolute_url()}?sprache=de-simple")
    assert '<button class="wordings-keep" name="language" value="de-simple">' in html
    browser.post("/sprache/", {"language": "de-simple", "next": "/"})
    assert languages(show(browser, entry.get_absolute_url())[1]) == ("de", "de-simple", "Parken einfach")
    assert "wordings-keep" not in show(browser, f"{entry.get_absolute_url()}?sprache=de-simple")[1]
    plain = add_entry(make_document(texts={"de": GERMAN}))
    assert "noch keine vereinfachte Fassung" in show(browser, plain.get_absolute_url())[1]
    assert re.search(r'<html lang="de"', show(browser, "/wissen/")[1])


@pytest.mark.parametrize("language", ["xx", "", "../../etc", "de-simple-xx" * 50])
def test_an_unknown_choice_is_not_kept(browser, language):
    response = browser.post("/sprache/", {"language": language, "next": "/wissen/"})
    assert response["Location"] == "/wissen/"
    assert COOKIE not in response.cookies


@pytest.mark.parametrize("elsewhere", ["https://boese.example/", "//boese.example", "javascript:alert(1)"])
def test_a_choice_leads_to_no_other_site(browser, elsewhere):
    response = browser.post("/sprache/", {"language": "en", "next": elsewhere})
    assert "boese" not in response["Location"]
    assert "javascript" not in response["Location"]


def test_a_forged_cookie_does_no_harm(browser, entry):
    for value in ("xx", "", "de-simple/../..", "e" * 4000):
        browser.cookies[COOKIE] = value
        assert languages(show(browser, entry.get_absolute_url())[1])[2] == "Parkraum"


def test_every_page_offers_the_languages_of_the_interface(browser):
    _, html = show(browser, "/wissen/?art=module", accept_language="en")
    assert '<input type="hidden" name="next" value="/wissen/?art=module">' in html
    assert '<button name="language" value="de" lang="de"' in html
    assert '<button name="language" value="en" lang="en"' in html
    assert "csrf" not in html, "no token, so no cookie for who only reads"


def test_more_languages_cost_no_query(browser):
    one, three = add_entry(make_document(texts={"de": GERMAN})), add_entry(make_document(texts=THREE))
    with CaptureQueriesContext(
        connection,
    ) as single:
        show(browser, one.get_absolute_url())
    with CaptureQueriesContext(connection) as several:
        show(browser, three.get_absolute_url())
    assert len(several) == len(single)


class TestPagesOfTheTree:
    """Local pages, found by their address whatever language somebody reads."""

    @pytest.fixture
    def report(self, browser) -> Any:
        for tag in ("de", "en", "de-simple"):
            Locale.objects.get_or_create(language_code=tag)
        return add_report(add_section(), "Parkraum")

    def translate(self, page: Any, title: str, slug: str) -> Any:
        english = Locale.objects.get(language_code="en")
        translated = page.copy_for_translation(english, copy_parents=True)
        translated.title, translated.slug = title, slug
        translated.save_revision().publish()
        return type(page).objects.get(pk=translated.pk)

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_a_page_without_translation_is_there_in_every_language(self, browser, report):
        other = add_report(report.get_parent().specific, "Beleuchtung")
        self.translate(report, "Parking", "parking")
        for wanted in ("de", "en"):
            assert (
                browser.get("/koblenz/beleuchtung/", headers={"accept-language": wanted}).status_code == 200
            )
            assert browser.get("/koblenz/", headers={"accept-language": wanted}).status_code == 200
        assert other.url == "/koblenz/beleuchtung/"

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_a_translation_stands_at_the_address_of_its_original(self, browser, report):
        english = self.translate(report, "Parking", "parking")
        assert english.url == "/koblenz/parkraum/?sprache=en"
        for wanted in ("de", "en"):
            response = browser.get("/koblenz/parking/", headers={"accept-language": wanted})
            assert response["Location"] == "/koblenz/parkraum/?sprache=en"
        assert languages(show(browser, english.url)[1]) == ("en", "en", "Parking")

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_a_translation_whose_original_is_gone_keeps_an_address(self, browser, report):
        english = self.translate(report, "Parking", "parking")
        report.unpublish()
        english = Page.objects.get(pk=english.pk).specific
        assert languages(show(browser, english.url, accept_language="en")[1]) == ("en", "en", "Parking")

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_a_draft_translation_is_not_shown(self, browser, report):
        report.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
        _, html = show(browser, "/koblenz/parkraum/?sprache=en", accept_language="en")
        assert languages(html) == ("en", "de", "Parkraum")
        assert "This text is only available in German." in html
