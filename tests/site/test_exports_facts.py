"""What stands among the facts of a module, in each of its forms: on the page, on paper, in Markdown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from content.publiccode.badge import draw_badge
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.slugs import slug_of
from hub.documents import Attachment, Costs, Document, Module, Section, Software, Text, Viewer
from hub.documents.modules import PartsList, Release, Share
from hub.documents.software import Dependency, SoftwareDescription
from hub.site.exports.rendering import as_markdown, paper_html
from tests.theme.entries import CITIES, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

READER = Viewer.anonymous()
PARTS, PACKAGE = "sha256:" + "aa" * 32, "sha256:" + "bb" * 32
TASKS = "<ul><li>☐ bestellen</li><li>einbauen</li></ul>"


def attachment(digest: str, name: str) -> Attachment:
    address = f"http://mainz.localhost:8001/dateien/x/{digest[7:]}/{name}"
    return Attachment(url=address, name=name, title=name, media_type="text/plain", size=5, digest=digest)


def software(**fields: Any) -> Software:
    return Software(
        development_status="stable",
        landing_url="https://sensor.example/start",
        roadmap="https://sensor.example/plan",
        languages=("de", "en", "x-unbekannt"),
        needs_open=(Dependency(name="PostgreSQL"), Dependency(name="Redis")),
        descriptions=(SoftwareDescription(language="de", features=("Anträge stellen", "Pläne ansehen")),),
        **fields,
    )


def make_module(**fields: Any) -> Document:
    shares = (Share(name="MIT", count=2), Share(name="BSD-3-Clause", count=1))
    parts = PartsList(digest=PARTS, format="CycloneDX", version="1.6", components=3, licences=shares)
    release = Release(version="1.0", released=dt.date(2026, 9, 1), files=(PACKAGE,), parts_list=parts)
    module = Module(
        module_type="software", version="1.0", repository="https://git.example/sensor", software=software(),
        releases=(release,),
    )  # fmt: skip
    files = (attachment(PARTS, "bom.json"), attachment(PACKAGE, "paket.zip"))
    values = {"kind": "module", "case": None, "costs": None, "module": module, "attachments": files, **fields}
    return make_document(**values)


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def entry(client: Client) -> CatalogueEntry:
    return add_entry(make_module(html=TASKS), source="koblenz")


def page_of(client: Client, entry: CatalogueEntry) -> BeautifulSoup:
    return BeautifulSoup(client.get(entry.get_absolute_url()).content, "html.parser")


def words(page: BeautifulSoup, selector: str) -> str:
    return " ".join(each.get_text(" ", strip=True) for each in page.select(selector))


def test_a_glance_answers_who_uses_it_and_what_it_costs(client: Client, entry: CatalogueEntry) -> None:
    page = page_of(client, entry)
    assert "Stand: Einsatzreif" in words(page, "#fakt-module-type")
    assert words(page, "#fakt-users") == "Genutzt von noch nicht angegeben"
    assert words(page, "#fakt-costs-note") == "Kosten nicht angegeben"
    assert words(page, "#fakt-files") == "2 Dateien"
    costly = add_entry(make_module(costs=Costs(once_eur=900)), source="koblenz")
    assert "Einmalig: 900" in words(page_of(client, costly), "#fakt-costs-note")


@pytest.mark.parametrize(("towns", "said"), [(("07315000",), "1 Kommune"), (CITIES, "2 Kommunen")])
def test_the_number_of_users_leads_to_them_without_another_query(
    client: Client, entry: CatalogueEntry, django_assert_num_queries: Any, towns: Iterable[str], said: str
) -> None:
    for key in towns:
        today = timezone.localdate()
        statement = {"about": entry.object_id, "digest": entry.digest, "made": today, "confirmed": today}
        fields: dict[str, Any] = {"statement": statement, "adoption": {"version": "1.0"}, "case": None}
        stated = make_document("Nachnutzung", kind="adoption", publishers=(key,), **fields)
        add_entry(stated, source="koblenz")
    with django_assert_num_queries(12):  # one reads how the exchange with its origin stands
        page = page_of(client, entry)
    link = page.select_one("#fakt-users a")
    assert link is not None
    assert (link["href"], link.get_text()) == ("#nachnutzung", said)


def test_who_uses_it_stands_before_the_documentation_and_the_releases(client: Client) -> None:
    chapter = Section(anchor="kapitel", heading="Kapitel", part="documentation", level=1)
    text = make_document().texts["de"].sections[0]
    texts = {"de": Text(title="Sensoren", sections=(text, chapter))}
    page = str(page_of(client, add_entry(make_module(texts=texts), source="koblenz")))
    order = ['id="ziel"', 'id="nachnutzung"', 'id="kapitel"', 'id="versionen"']
    assert [page.index(each) for each in order] == sorted(page.index(each) for each in order)
    contents = page[page.index('class="doc-toc"') :]
    assert contents.index("#nachnutzung") < contents.index("#versionen")


def test_languages_of_the_interface_have_names(client: Client, entry: CatalogueEntry) -> None:
    assert words(page_of(client, entry), "#fakt-languages dd") == "Deutsch, Englisch, x-unbekannt"


def test_the_badge_speaks_the_language_of_the_page(client: Client, entry: CatalogueEntry) -> None:
    assert "gültig" in draw_badge(0)
    assert "valid" not in draw_badge(0)


def test_a_box_to_tick_has_no_bullet_beside_it(client: Client, entry: CatalogueEntry) -> None:
    assert [each.get_text() for each in page_of(client, entry).select(".prose li.tick")] == ["☐ bestellen"]


def test_paper_says_how_a_file_is_checked(entry: CatalogueEntry) -> None:
    files = words(BeautifulSoup(paper_html(entry, READER), "html.parser"), ".files")
    assert f"Prüfsumme SHA-256 {'bb' * 32}" in files
    assert "mit der Ausgabe dieses Befehls: sha256sum paket.zip" in files
    assert "Als Datei" not in files


def test_paper_writes_out_the_addresses_of_the_software(entry: CatalogueEntry) -> None:
    addresses = BeautifulSoup(paper_html(entry, READER), "html.parser").select(".address")
    found = {"https://git.example/sensor", "https://sensor.example/start", "https://sensor.example/plan"}
    assert {each.get_text() for each in addresses} == found


def test_lists_among_the_facts_stay_lists_in_markdown(entry: CatalogueEntry) -> None:
    text = as_markdown(entry, READER)
    assert "- **Was man damit tun kann:**\n\n  - Anträge stellen\n  - Pläne ansehen\n" in text
    assert "  - PostgreSQL\n  - Redis\n" in text
    assert "  Lizenzen der Bestandteile\n\n  - MIT 2\n  - BSD-3-Clause 1\n" in text
    assert "(https://sensor.example/start) · [" in text
    assert "\ue000" not in text
    assert "](#" not in text


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Plan-Vorprüfung: Maßstab und Größe", "plan-vorpruefung-massstab-und-groesse"),
        ("ÖPNV für Übermorgen", "oepnv-fuer-uebermorgen"),
        ("Café", "cafe"),
        ("???", "dokument"),
        ("ü" * 100, "ue" * 40),
    ],
)
def test_addresses_keep_german_letters(title: str, slug: str) -> None:
    assert slug_of(title, "dokument") == slug


def test_an_address_from_before_leads_to_the_one_of_today(client: Client) -> None:
    entry = add_entry(make_document("Vorprüfung"), source="koblenz")
    old = f"/von/koblenz/{entry.uuid}/vorprufung/"
    assert client.get(old)["Location"] == entry.get_absolute_url() == old.replace("prufung", "pruefung")
