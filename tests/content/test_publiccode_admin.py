"""Taking over a publiccode.yml in the editor's admin, describing software there, and what readers see."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Locale
from wagtail.test.utils.form_data import streamfield
from wagtail_localize.models import TranslationSource
from wagtail_localize.operations import translate_object

from content.blocks import SoftwareBlock
from content.models import BodyPage, ModulePage
from content.publiccode.building import build_software, stored_form
from content.publiccode.importing import read_facts
from content.publiccode.services import draft_module
from content.publiccode.validating import check
from hub.accounts.models import User
from hub.documents import Module, Software
from tests.content.kinds import ATTACK, PAGE_QUERIES, add_address, editor_of, entry_of, form_data, show
from tests.content.publiccode import MINIMAL, WHOLE, write
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db
NEW = "/admin/publiccode/"


def take_over(client, section, source: bytes = b"", text: str = "", address: str = NEW, follow: bool = False):
    data = {"text": text, "section": section.pk}
    if source:
        data["file"] = SimpleUploadedFile("publiccode.yml", source)
    return client.post(address, data, follow=follow)


def test_a_file_becomes_a_draft_and_what_is_left_out_is_said(section):
    client = editor_of(section)
    response = take_over(client, section, write(WHOLE, usedBy=["Mainz"]), follow=True)
    page = ModulePage.objects.get(title="Bauantrag")
    assert response.redirect_chain == [(reverse("wagtailadmin_pages:edit", args=[page.pk]), 302)]
    assert (page.live, page.get_parent().pk) == (False, section.pk)
    assert "Der Entwurf ist angelegt" in response.content.decode()
    assert "usedBy: Wer die Software nutzt, sagt das selbst, als Nachnutzung." in response.content.decode()


def test_pasted_text_with_windows_lines_becomes_a_draft(section):
    text = write(MINIMAL).decode().replace("\n", "\r\n")
    assert take_over(editor_of(section), section, text=text).status_code == 302
    assert ModulePage.objects.get().repository == MINIMAL["url"]


def test_errors_stand_there_all_at_once_with_lines_and_the_text_is_kept(section):
    source = write(MINIMAL, name=ATTACK, url="x", platforms=[], legal={"license": "?"})
    response = take_over(editor_of(section), section, source)
    page = response.content.decode()
    assert response.status_code == 422
    assert "3 Fehler in der Datei" in page
    assert page.count("<tr><td>") == 3
    assert "&lt;script&gt;" in page
    assert ATTACK not in page
    assert response.context["form"]["text"].value() == source.decode()
    assert not ModulePage.objects.exists()


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("name: Müller".encode("utf-16"), "name: Müller"),
        ("name: Müller".encode("latin-1"), "name: Müller"),
        (b"\xef\xbb\xbfname: M", "name: M"),
    ],
)
def test_text_in_another_encoding_is_kept_to_be_mended(section, source, kept):
    response = take_over(editor_of(section), section, source)
    assert (response.status_code, response.context["form"]["text"].value()) == (422, kept)


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [(b"", " ", "Wählen Sie eine Datei"), (b"#" * 300_001, "", "größer als 300 Kilobyte")],
)
def test_nothing_or_too_much_is_refused(section, source, text, said):
    response = take_over(editor_of(section), section, source, text)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_module_that_is_there_gets_a_draft_and_stays_as_it_is_published(section):
    client = editor_of(section)
    page = ModulePage(title="Bauantrag", summary="Kurz.", module_type="software", locale=section.locale)
    section.add_child(instance=page)
    page.save_revision().publish()
    address = f"{NEW}{page.pk}/"
    assert address in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert take_over(client, section, write(MINIMAL), address=address).status_code == 302
    page.refresh_from_db()
    assert (page.repository, page.has_unpublished_changes) == ("", True)
    assert page.get_latest_revision_as_object().repository == MINIMAL["url"]


def test_the_dashboard_leads_there(section):
    assert f'href="{NEW}"' in editor_of(section).get("/admin/").content.decode()


def test_a_locked_module_and_another_towns_are_refused(section, home):
    client = editor_of(section)
    locked = ModulePage(title="Zu", summary="Kurz.", locale=section.locale, locked=True)
    section.add_child(instance=locked)
    other = BodyPage(title="Mainz", slug="mainz", summary="x", locale=home.locale)
    other.body = type(section.body).objects.create(key="07315000", name="Mainz", kind="city")
    home.add_child(instance=other)
    foreign = ModulePage(title="Fremd", summary="Kurz.", locale=section.locale)
    other.add_child(instance=foreign)
    for page in (locked, foreign):
        assert take_over(client, section, write(MINIMAL), address=f"{NEW}{page.pk}/").status_code in (
            302,
            403,
        )
        assert not page.get_latest_revision()
    assert client.get(f"{NEW}999999/").status_code == 404


def form_of(source: bytes = b"", **changes) -> dict:
    software = read_facts(check(source or write(WHOLE))).software
    (child,) = json.loads(stored_form(software))
    return child["value"] | changes


def clean(**changes):
    block = SoftwareBlock()
    return block.clean(block.to_python(form_of(**changes)))


def test_what_was_filled_in_is_clean():
    assert clean()["development_status"] == "stable"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contractors": []}, "maintenance"),
        ({"maintenance": "none"}, "maintenance"),
        ({"organisation_uri": ""}, "organisation_uri"),
        ({"organisation_uri": "Trier"}, "organisation_uri"),
        ({"landing_url": "trier.example"}, "landing_url"),
        ({"countries": "DE, Deutschland"}, "countries"),
        ({"languages": "deutsch_"}, "languages"),
        ({"supports": "alias:dsgvo"}, "supports"),
        ({"based_on": "https://a.example/x\nnirgends"}, "based_on"),
        ({"logo": "logo.gif"}, "logo"),
        ({"development_status": "fertig"}, "development_status"),
        ({"based_on": "https://a.example/" + "x" * 2000}, "based_on"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(changes, field):
    with pytest.raises(StructBlockValidationError) as caught:
        clean(**changes)
    assert list(caught.value.block_errors) == [field]


def test_the_editor_offers_the_form_in_german(section):
    page = editor_of(section).get(add_address(section, "content", "modulepage")).content.decode()
    for words in ("Entwicklungsstand", "Nur für Software", "Terminvergabe", "Im Auftrag (Vertrag)"):
        assert words in page or words.encode("ascii", "backslashreplace").decode() in page


def test_a_module_is_saved_without_any_software(section):
    fields = {
        "sections": streamfield([]), "releases": streamfield([]),
        "module_type": "document", "licence": "", "requirements": "", "repository": "",
    }  # fmt: skip
    client = editor_of(section)
    response = client.post(add_address(section, "content", "modulepage"), form_data(**fields))
    assert response.status_code == 302, response.context["form"].errors
    assert build_software(ModulePage.objects.get().software) is None


def test_a_translation_shares_the_facts_of_software(section):
    english, _ = Locale.objects.get_or_create(language_code="en")
    page = draft_module(_editor(section), section, read_facts(check(write(WHOLE)))).page
    page.get_latest_revision().publish()
    translate_object(section, [english])
    translate_object(page, [english])
    source = TranslationSource.objects.get(object_id=page.translation_key)
    source.update_from_db()
    copy = ModulePage.objects.get(translation_key=page.translation_key, locale=english)
    assert build_software(copy.software) == build_software(page.software)
    assert not source.stringsegment_set.filter(context__path__startswith="software").exists()


def test_the_page_shows_the_facts_the_badge_and_the_file(section):
    page = draft_module(_editor(section), section, read_facts(check(write(WHOLE)))).page
    page.get_latest_revision().publish()
    entry = entry_of(page)
    shown = show(entry)
    for words in (
        "Einsatzreif (stabil)",
        "Web-Anwendung",
        "Im Auftrag (Vertrag)",
        "Musterwerk GmbH",
        "Digitale Teilhabe und Bürgerdienste, Vorgangssteuerung",
        "Fristen überwachen",
        "PostgreSQL ab 15 bis 18",
        "Kartenleser (verzichtbar)",
        'alt="publiccode.yml 0.7.0 · gültig"',
        f'href="/id/{page.translation_key}/publiccode.yml"',
    ):
        assert words in shown


def _editor(section):
    editor_of(section)
    return User.objects.get(email="redaktion@koblenz.demo.invalid")


def software(**fields):
    module = Module(module_type="software", software=Software(**fields))
    return make_document("Dienst", kind="module", topics=(), module=module)


def test_what_is_missing_is_shown_to_those_who_can_add_it_alone(section):
    entry = add_entry(software(development_status="beta"))
    assert "Angaben fehlen" in show(entry)
    assert "Für eine gültige Datei fehlt:" not in show(entry)
    page = editor_of(section).get(entry.get_absolute_url()).content.decode()
    assert "Für eine gültige Datei fehlt:" in page
    assert "<code>softwareType</code>" in page


def test_what_others_write_is_escaped_and_links_nowhere_bad(section):
    entry = add_entry(software(roadmap="javascript:alert(1)", platforms=(ATTACK,)), source="trier")
    page = show(entry)
    assert ATTACK not in page
    assert "javascript:alert" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_software_costs_the_page_no_query_more(django_assert_num_queries, count):
    entries = [add_entry(software(platforms=("web",)), source="trier") for _ in range(count)]
    show(entries[0])
    with django_assert_num_queries(PAGE_QUERIES):
        show(entries[0])


def test_a_valid_file_that_no_document_can_hold_is_refused_and_its_text_kept(section):
    marks = "\N{COMBINING ACUTE ACCENT}" * 2000
    text = {**MINIMAL["description"]["de"], "documentation": f"https://docs.example/q{marks}"}
    source = write(MINIMAL, description={"de": text})
    assert check(source).is_valid
    response = take_over(editor_of(section), section, source)
    assert response.status_code == 422
    assert "Kürzen Sie hier: documentation" in response.content.decode()
    assert "docs.example" in response.context["form"].data["text"]
    assert not ModulePage.objects.exists()
