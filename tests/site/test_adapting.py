"""Taking over another body's document as the beginning of an own version."""

from __future__ import annotations

import hashlib
import io
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image as Raster
from wagtail.images import get_image_model

from content.models import ModulePage
from content.services import open_section
from hub.accounts.models import Role
from hub.catalogue import log
from hub.catalogue.entries import fill
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment, Block, Contact, Costs, Document, Module, Section, Text
from hub.files.models import StoredFile
from hub.files.services import store
from tests.factories.pages import add_section
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db

ORIGIN = "https://trier.example"


@pytest.fixture(autouse=True)
def files_of_this_test(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def section():
    page = add_section()
    open_section(page)
    return page


@pytest.fixture
def client(section):
    client = Client()
    client.force_login(add_person("autorin@koblenz.example", section.body, Role.AUTHOR))
    return client


def receive(source="trier", **fields):
    blocks = (
        Block(anchor="s-so-1", html="<p>Zuerst <strong>messen</strong>.</p>", text="Zuerst messen."),
        Block(anchor="s-so-2", html="<table><tr><th>A</th></tr><tr><td>1</td></tr></table>", text="A\n1"),
    )
    key = uuid.uuid4()
    text = Text(
        title="LoRaWAN-Handbuch",
        summary="Wie Trier funkt.",
        sections=(Section(anchor="s-so", heading="So geht es", blocks=blocks),),
    )
    values = {
        "id": f"{ORIGIN}/id/{key}",
        "kind": "module",
        "publishers": ("07211000",),
        "texts": {"de": text},
        "topics": ("smart-city",),
        "module": Module(module_type="document", licence="CC-BY-4.0", version="2.1"),
        "contact": Contact(role="Stabsstelle Trier"),
        "costs": Costs(once_eur=5000),
        **fields,
    }
    document = Document(**values)
    entry = CatalogueEntry(
        object_id=document.id, uuid=key, origin=ORIGIN, source=source, first_published=timezone.now()
    )
    body = document.to_bytes().decode()
    fill(entry, document, body, "sha256:x", "s", 1, timezone.now(), log.next_position())
    entry.save()
    return entry


def store_received(data, media_type):
    """A file as the origin has brought it."""
    record = store(io.BytesIO(data), media_type)
    StoredFile.objects.filter(pk=record.pk).update(origin=ORIGIN)
    return record


def png(colour):
    file = io.BytesIO()
    Raster.new("RGB", (4, 2), colour).save(file, "PNG")
    return file.getvalue()


def attach(name, stored):
    return Attachment(
        url=f"{ORIGIN}/{stored.hex}",
        name=name,
        media_type=stored.media_type,
        size=stored.size,
        digest=stored.digest,
    )


def show(*drawn):
    """A wording that shows these pictures."""
    blocks = tuple(
        Block(anchor=f"s-{n}", kind="picture", html="<img>", text=f"Bild {n}", digest=each.digest)
        for n, each in enumerate(drawn)
    )
    return {"de": Text(title="Bilder", sections=(Section(anchor="s", heading="Bilder", blocks=blocks),))}


def take(client, section, entry):
    return client.post(f"/uebernehmen/{entry.uuid}/", {"section": section.pk})


def test_wording_is_copied_and_what_is_the_others_own_is_not(client, section):
    entry = receive()
    answer = take(client, section, entry)
    made = ModulePage.objects.get()
    assert answer["Location"] == f"/admin/pages/{made.pk}/edit/"
    assert (made.title, made.live, list(made.topics)) == ("LoRaWAN-Handbuch", False, ["smart-city"])
    assert (made.module_type, made.licence, made.contact_role) == ("document", "CC-BY-4.0", "")
    ((heading, content),) = [(block.value["heading"], block.value["content"]) for block in made.sections]
    assert heading == "So geht es"
    assert [block.block_type for block in content] == ["paragraph", "table"]
    assert content[0].value.source == "<p>Zuerst <b>messen</b>.</p>"


def test_the_draft_says_what_it_is_derived_from(client, section):
    entry = receive()
    take(client, section, entry)
    document = ModulePage.objects.get().to_document()
    assert [(each.type, each.target) for each in document.relations] == [("derived_from", entry.object_id)]


def test_files_held_here_are_copied_and_others_named(client, section):
    stored = store_received(b"a;b\n", "text/csv")
    gone = "sha256:" + hashlib.sha256(b"fehlt").hexdigest()
    held = Attachment(
        url=f"{ORIGIN}/a",
        name="liste.csv",
        media_type="text/csv",
        size=4,
        digest=stored.digest,
        title="Liste",
    )
    missing = Attachment(url=f"{ORIGIN}/b", name="weg.csv", media_type="text/csv", size=5, digest=gone)
    answer = client.post(
        f"/uebernehmen/{receive(attachments=(held, missing)).uuid}/", {"section": section.pk}, follow=True
    )
    made = ModulePage.objects.get()
    assert [child.value["document"].filename for child in made.files] == ["liste.csv"]
    assert "Nicht übernommen: die Datei „weg.csv“" in answer.content.decode()


def test_bytes_that_only_others_brought_are_not_handed_out(client, section):
    named = attach("fremd.csv", store(io.BytesIO(b"a;b\n"), "text/csv"))
    drawn = attach("bild.png", store(io.BytesIO(png("#4159D8")), "image/png"))
    entry = receive(attachments=(named, drawn), texts=show(drawn))
    answer = client.post(f"/uebernehmen/{entry.uuid}/", {"section": section.pk}, follow=True)
    assert not ModulePage.objects.get().files
    assert not get_image_model().objects.exists()
    page = answer.content.decode()
    assert "das Bild „bild.png“" in page
    assert "die Datei „fremd.csv“" in page


def test_two_pictures_of_one_name_stay_two(client, section):
    drawn = [
        attach("bild.png", store_received(png(colour), "image/png")) for colour in ("#4159D8", "#B02A37")
    ]
    take(client, section, receive(attachments=tuple(drawn), texts=show(*drawn)))
    (block,) = ModulePage.objects.get().sections
    images = [each.value["image"] for each in block.value["content"]]
    assert [image.file.read() for image in images] == [png("#4159D8"), png("#B02A37")]


@pytest.mark.parametrize(
    ("audience", "wording"),
    [("public", ""), ("members", "nur für Mitglieder"), ("instance", "nur für diese Instanz")],
)
def test_the_draft_is_for_nobody_else_than_the_original(client, section, audience, wording):
    entry = receive(audience=audience, source="" if audience == "instance" else "trier")
    page = client.get(f"/uebernehmen/{entry.uuid}/").content.decode()
    assert wording in page
    assert ("Das Original ist nur für" in page) == bool(wording)
    take(client, section, entry)
    assert ModulePage.objects.get().audience == audience


def test_the_page_says_what_is_taken_over_and_under_which_licence(client, section):
    page = client.get(f"/uebernehmen/{receive().uuid}/").content.decode()
    assert "unter der Lizenz CC-BY-4.0" in page
    page = client.get(f"/uebernehmen/{receive(module=Module()).uuid}/").content.decode()
    assert "nennt keine Lizenz" in page


def test_reports_of_others_are_not_taken_over(client, section):
    assert client.get(f"/uebernehmen/{receive(kind='case_report').uuid}/").status_code == 404


def test_what_was_withdrawn_meanwhile_cannot_be_taken_over(client, section):
    entry = receive()
    CatalogueEntry.objects.filter(pk=entry.pk).update(hidden=True)
    assert take(client, section, entry).status_code == 404
    assert not ModulePage.objects.exists()


def test_whoever_writes_for_nobody_is_shown_the_way(section):
    client = Client()
    client.force_login(add_person("gast@koblenz.example"))
    answer = client.get(f"/uebernehmen/{receive().uuid}/")
    assert answer.status_code == 403
    assert "/konto/beitritt/" in answer.content.decode()


def test_the_document_offers_it_to_those_signed_in(client, section):
    entry = receive()
    assert f"/uebernehmen/{entry.uuid}/" in client.get(entry.get_absolute_url()).content.decode()
    assert "/uebernehmen/" not in Client().get(entry.get_absolute_url()).content.decode()
