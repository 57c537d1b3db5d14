"""publiccode.yml out and in again: the same facts, the same file, and no file where facts are missing."""

from __future__ import annotations

import pytest
import yaml
from django.test import Client

from content.models import ModulePage
from content.publiccode.building import build_software, stored_form
from content.publiccode.exporting import to_bytes, to_data
from content.publiccode.importing import read_facts
from content.publiccode.services import draft_module, update_module
from content.publiccode.validating import check
from content.services import open_section
from hub.accounts.models import Role
from hub.documents import Contact, Module, Software
from tests.content.kinds import entry_of
from tests.content.publiccode import LONG, MINIMAL, WHOLE, write
from tests.factories.people import add_operator, add_person
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(body, section):
    open_section(section)
    return add_person("redaktion@koblenz.example", body, Role.EDITOR)


def facts_of(source: bytes):
    report = check(source)
    assert report.errors == ()
    return read_facts(report)


def publish(page) -> ModulePage:
    page.get_latest_revision().publish()
    return ModulePage.objects.get(pk=page.pk)


def get(entry, ending: str):
    return Client(headers={"accept-language": "de"}).get(f"/id/{entry.uuid}/publiccode.{ending}")


def test_what_is_taken_over_goes_out_again_as_it_came(editor, section):
    taken = draft_module(editor, section, facts_of(write(WHOLE)))
    assert taken.left_out == ()
    document = publish(taken.page).to_document()
    assert to_data(document) == WHOLE


def test_what_goes_out_comes_in_again_as_the_same_facts(editor, section):
    first = publish(draft_module(editor, section, facts_of(write(WHOLE))).page).to_document()
    second = publish(draft_module(editor, section, facts_of(to_bytes(first))).page).to_document()
    assert second.module.model_copy(update={"releases": ()}) == first.module.model_copy(
        update={"releases": ()}
    )
    assert second.text() == first.text()
    assert to_bytes(second) == to_bytes(first)


def test_the_form_holds_what_a_document_holds(editor, section):
    software = facts_of(write(WHOLE)).software
    page = ModulePage(title="X", software=stored_form(software))
    assert build_software(page.software) == software
    assert build_software(ModulePage(title="X").software) is None


def test_an_own_text_stays_when_facts_are_taken_over(editor, section):
    page = ModulePage(title="Eigener Titel", summary="Eigene Worte.", locale=section.locale)
    section.add_child(instance=page)
    taken = update_module(editor, page, facts_of(write(WHOLE)))
    draft = taken.page.get_latest_revision_as_object()
    assert (draft.title, draft.summary, list(draft.sections)) == ("Eigener Titel", "Eigene Worte.", [])
    assert to_data(draft.to_document()) == WHOLE


def test_a_release_that_differs_stays(editor, section):
    page = publish(draft_module(editor, section, facts_of(write(WHOLE))).page)
    taken = update_module(editor, page, facts_of(write(WHOLE, softwareVersion="3.0")))
    assert taken.left_out == ("softwareVersion: Die Versionen dieser Seite bleiben, wie sie sind.",)
    assert taken.page.get_latest_revision_as_object().to_document().module.version == "2.10"


def test_persons_are_not_taken_over_and_it_is_said(editor, section):
    maintenance = {
        "type": "internal",
        "contacts": [{"name": "Erika Beispiel", "email": "erika.beispiel@trier.example"}],
    }
    legal = {"license": "MIT", "repoOwner": "Stadt Trier"}
    source = write(MINIMAL, maintenance=maintenance, usedBy=["Mainz"], legal=legal, farbe="blau")
    taken = draft_module(editor, section, facts_of(source))
    said = " ".join(taken.left_out)
    for word in ("maintenance.contacts", "usedBy", "legal.repoOwner", "farbe"):
        assert word in said
    assert "Erika" not in taken.page.to_document().to_bytes().decode()


def test_the_file_is_the_same_for_the_same_document_and_without_comments(editor, section):
    entry = entry_of(publish(draft_module(editor, section, facts_of(write(WHOLE))).page))
    response = get(entry, "yml")
    assert (response.status_code, response["Content-Type"]) == (200, "application/yaml")
    assert response.content == get(entry, "yml").content == to_bytes(entry.document)
    assert not any(line.lstrip().startswith(b"#") for line in response.content.splitlines())
    assert yaml.safe_load(response.content) == WHOLE


def software_entry(**more):
    software = Software(development_status="beta", software_type="library", platforms=("linux",))
    module = Module(module_type="software", licence="MIT", software=software, **more)
    return add_entry(make_document("Bücherei", kind="module", module=module))


def test_a_received_module_has_its_file_and_badge_here(editor, section):
    local = publish(draft_module(editor, section, facts_of(write(WHOLE))).page).to_document()
    received = make_document("Anderswo", kind="module", module=local.module)
    received = received.model_copy(update={"texts": local.texts, "contact": None})
    entry = add_entry(received, source="trier")
    assert yaml.safe_load(get(entry, "yml").content) == WHOLE
    assert "publiccode.yml 0.7.0 · gültig" in get(entry, "svg").content.decode()


def test_no_file_leaves_while_facts_are_missing_and_the_answer_says_which():
    entry = software_entry()
    response = get(entry, "yml")
    assert response.status_code == 409
    missing = [line.split(":")[0] for line in response.content.decode().splitlines()[1:]]
    assert missing == [
        "- description.de.features",
        "- description.de.longDescription",
        "- localisation.availableLanguages",
        "- localisation.localisationReady",
        "- maintenance.type",
        "- url",
    ]
    badge = get(entry, "svg").content.decode()
    assert "publiccode.yml 0.7.0 · 6 Angaben fehlen" in badge
    assert '<title id="t">' in badge


@pytest.mark.parametrize("ending", ["yml", "svg"])
def test_what_is_no_software_has_no_file(ending):
    handbook = add_entry(make_document("Handbuch", kind="module", module=Module(module_type="document")))
    report = add_entry(make_document("Bericht"))
    assert [get(entry, ending).status_code for entry in (handbook, report)] == [404, 404]


@pytest.mark.parametrize("ending", ["yml", "svg"])
def test_a_module_for_members_is_not_there_for_others(ending):
    document = make_document(
        "Intern", kind="module", module=Module(module_type="software"), audience="members"
    )
    assert get(add_entry(document), ending).status_code == 404


def test_a_role_answers_in_the_file():
    document = make_document(
        "Dienst", kind="module", module=Module(software=Software(maintenance="internal"))
    )
    contact = Contact(role="Bauaufsicht", email="bauaufsicht@trier.example", phone="+49 651 1")
    named = document.model_copy(update={"contact": contact})
    assert to_data(named)["maintenance"] == {
        "type": "internal",
        "contacts": [{"name": "Bauaufsicht", "email": "bauaufsicht@trier.example", "phone": "+49 651 1"}],
    }


def test_a_long_summary_is_cut_at_a_sentence():
    document = make_document("Dienst", kind="module", module=Module(software=Software()))
    text = document.text().model_copy(
        update={
            "summary": "Ein Satz, der für sich allein stehen kann und " * 2 + "endet. Noch einer. " + "x" * 90
        }
    )
    data = to_data(document.model_copy(update={"texts": {"de": text}}))
    assert data["description"]["de"]["shortDescription"].endswith("endet. Noch einer.")


@pytest.mark.parametrize("count", [1, 3])
def test_file_and_badge_cost_one_query(django_assert_num_queries, count):
    entries = [software_entry() for _ in range(count)]
    for ending in ("yml", "svg"):
        with django_assert_num_queries(1):
            get(entries[-1], ending)


def test_markdown_of_the_long_description_survives(editor, section):
    document = draft_module(editor, section, facts_of(write(MINIMAL))).page.to_document()
    assert to_data(document)["description"]["de"]["longDescription"] == LONG
    assert document.module.software.description("de").long == ""


def test_what_is_cut_is_said():
    text = {**MINIMAL["description"]["de"], "features": [f"Funktion {n}" for n in range(51)]}
    source = write(MINIMAL, description={"de": text}, applicationSuite="S" * 301, softwareVersion="1" * 41)
    assert facts_of(source).left_out == (
        "description.de.features: Nur die ersten 50 werden übernommen.",
        "applicationSuite: nach 300 Zeichen gekürzt.",
        "softwareVersion: nach 40 Zeichen gekürzt.",
    )
    assert facts_of(write(WHOLE)).left_out == ()


@pytest.mark.parametrize("ending", ["yml", "svg"])
def test_what_everybody_reads_may_be_kept_for_a_minute(client, ending):
    entry = software_entry()
    assert get(entry, ending)["Cache-Control"] == "public, max-age=60"
    client.force_login(add_operator())
    response = client.get(f"/id/{entry.uuid}/publiccode.{ending}")
    assert response["Cache-Control"] == "private, no-cache"
