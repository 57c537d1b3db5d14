"""Documents of other versions: minor ones are read, unknown major ones show their header and wait."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation import quarantine, suspects
from federation.comparing.buckets import buckets
from federation.models import Quarantined
from federation.peers import approve
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry, Overlay, Setback, State
from hub.documents import Document, Header, canonical, header, number_of, version_of
from hub.documents.header import major_of
from hub.errors import UnknownMajor, UnreadableDocument
from tests.wire.foreign import KOBLENZ, ForeignHub

TRIER = "07211000"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("peer")]


def of_the_future(document: Document, **changes: Any) -> str:
    """A document of a major version to come: its header is as ever, all else is another world."""
    fields = {
        "schema_version": "wissenshub/2.3",
        "id": document.id,
        "kind": document.kind,
        "audience": "public",
        "publishers": [KOBLENZ],
        "texts": {"de": {"title": document.text().title, "sections": "anders", "summary": {"a": 1}}},
        "case": ["nicht", "mehr", "so"],
        "attachments": {"x": "y"},
        **changes,
    }
    return canonical({name: value for name, value in fields.items() if value is not None}).decode()


def become_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """This instance is upgraded: it reads major version 2, whose wording it takes as it is."""
    real = Document.model_validate_json

    def read(body: bytes | str, **options: Any) -> Document:
        fields = json.loads(body)
        if fields["schema_version"].startswith("wissenshub/2"):
            fields = {name: fields[name] for name in Header.model_fields} | {
                "case": {"maturity": "operation"}
            }
            fields["texts"] = {tag: {"title": text["title"]} for tag, text in fields["texts"].items()}
        return real(json.dumps(fields), **options)

    monkeypatch.setattr(Document, "model_validate_json", read)
    monkeypatch.setattr("hub.documents.document.MAJOR", 2)


def test_an_unknown_major_shows_its_header_and_waits(client, koblenz, monkeypatch):
    document = koblenz.document("Aus der Zukunft")
    body = of_the_future(document)
    assert koblenz.push(client, koblenz.publish_body(document.id, body)).status_code == 202
    entry = CatalogueEntry.objects.get()
    assert (entry.title, entry.body, entry.revision, entry.hidden) == ("Aus der Zukunft", body, 1, False)
    assert entry.digest == koblenz.entries[0]["change"]["objectDigest"]
    waiting = Quarantined.objects.get()
    assert "wissenshub/2.3" in waiting.reason
    assert buckets(koblenz.origin) == koblenz.buckets()
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Aus der Zukunft" in page
    assert "kennt diese Art von Dokument noch nicht" in page
    assert "Aus der Zukunft" in client.get("/wissen/").content.decode()

    # Trying again changes nothing before the upgrade, and makes it whole after.
    position = entry.position
    assert quarantine.retry_quarantined() == 0
    entry.refresh_from_db()
    assert entry.position == position
    become_new(monkeypatch)
    assert quarantine.retry_quarantined() == 1
    entry = CatalogueEntry.objects.get()
    assert (entry.maturity, entry.body) == ("operation", body)
    assert entry.position > position
    assert not Quarantined.objects.exists()
    assert buckets(koblenz.origin) == koblenz.buckets()


def test_a_correction_of_an_unknown_major_takes_the_place_of_the_old_wording(client, koblenz):
    document = koblenz.document("Alt")
    koblenz.push(client, koblenz.publish(document))
    newer = of_the_future(document, texts={"de": {"title": "Neu"}})
    koblenz.push(client, koblenz.publish_body(document.id, newer, 2))
    entry = CatalogueEntry.objects.get()
    assert (entry.title, entry.summary, entry.revision) == ("Neu", "", 2)
    page = client.get(entry.get_absolute_url())
    assert page.status_code == 200
    assert "Ziel" not in page.content.decode()
    koblenz.push(client, koblenz.withdraw(document.id, 3))
    assert not Quarantined.objects.exists()
    assert CatalogueEntry.objects.get().state == "withdrawn"


def test_no_page_and_no_consumer_fails_at_a_header(client, koblenz):
    document = koblenz.document("Aus der Zukunft", kind="module")
    koblenz.push(client, koblenz.publish_body(document.id, of_the_future(document)))
    run_consumers()
    assert not Setback.objects.exists()
    address = CatalogueEntry.objects.get().get_absolute_url().rstrip("/")
    key = document.uuid
    for path in (
        *(f"{address}.{form}" for form in ("json", "md", "pdf", "ics", "jsonld")),
        f"/interesse/{key}/",
        f"/aehnlich/{key}/",
        f"/nachnutzung/{key}/",
        f"/sammlung/{key}/aufnehmen/",
        f"/id/{key}/publiccode.yml",
        f"/id/{key}/karte/",
        f"/api/v1/records/{key}",
        "/api/v1/records",
        "/feeds/wissen.atom",
        "/feeds/wissen.json",
        "/kommunen/07111000/",
        "/suche/?q=Zukunft",
        "/",
    ):
        assert client.get(path).status_code < 500, path


HIDDEN: dict[str, dict[str, Any]] = {
    "audience": {"audience": "instance"},
    "unknown audience": {"audience": "readers"},
    "no audience": {"audience": None},
    "publisher": {"publishers": [TRIER]},
    "no publisher": {"publishers": []},
    "id": {"id": "http://koblenz.localhost:8002/id/7b0c3f0e-5a4e-4a53-9f43-0b8f4d8f0c11"},
    "no title": {"texts": {"de": {}}},
    "no text": {"texts": {}},
    "statement": {"kind": "adoption"},
    "topic": {"kind": "topic"},
    "long kind": {"kind": "k" * 41},
    "no version": {"schema_version": None},
    "other schema": {"schema_version": "elsewhere/2.0"},
    "malformed version": {"schema_version": "wissenshub/zwei"},
}


@pytest.mark.parametrize("case", HIDDEN)
def test_a_header_that_does_not_say_enough_is_not_shown(client, koblenz, case):
    document = koblenz.document("Verborgen")
    koblenz.push(client, koblenz.publish_body(document.id, of_the_future(document, **HIDDEN[case])))
    assert not CatalogueEntry.objects.exists()
    assert Quarantined.objects.count() == 1


def test_members_alone_see_a_header_for_members(client, koblenz):
    document = koblenz.document("Intern")
    koblenz.push(client, koblenz.publish_body(document.id, of_the_future(document, audience="members")))
    assert client.get(CatalogueEntry.objects.get().get_absolute_url()).status_code == 404


def test_a_header_appears_once_its_body_is_approved(client, koblenz):
    document = koblenz.document("Gemeinsam")
    body = of_the_future(document, publishers=[KOBLENZ, TRIER])
    koblenz.push(client, koblenz.publish_body(document.id, body))
    assert not CatalogueEntry.objects.exists()
    approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    assert quarantine.retry_quarantined() == 0
    assert CatalogueEntry.objects.get().title == "Gemeinsam"
    assert Quarantined.objects.count() == 1


def corrected_by_the_future(client: Any, koblenz: ForeignHub) -> CatalogueEntry:
    """An entry whose correction waits for the approval of a body, which has come, to show its header."""
    document = koblenz.document("Alt")
    koblenz.push(client, koblenz.publish(document))
    body = of_the_future(
        koblenz.document("Neu").model_copy(update={"id": document.id}), publishers=[KOBLENZ, TRIER]
    )
    koblenz.push(client, koblenz.publish_body(document.id, body, 2))
    approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    return CatalogueEntry.objects.get()


def test_what_is_hidden_meanwhile_stays_hidden(client, koblenz, monkeypatch):
    corrected_by_the_future(client, koblenz)
    given = suspects.next_position

    def hide_between() -> int:
        CatalogueEntry.objects.update(overlay=Overlay.HIDDEN, label="geprüft")
        return given()

    monkeypatch.setattr(suspects, "next_position", hide_between)
    quarantine.retry_quarantined()
    entry = CatalogueEntry.objects.get()
    assert (entry.title, entry.overlay, entry.label) == ("Neu", Overlay.HIDDEN, "geprüft")


def test_the_entry_is_locked_before_the_position(client, koblenz):
    corrected_by_the_future(client, koblenz)
    with CaptureQueriesContext(connection) as context:
        quarantine.retry_quarantined()
    asked = [query["sql"] for query in context.captured_queries]
    locked = [n for n, sql in enumerate(asked) if "catalogue_catalogueentry" in sql and "FOR UPDATE" in sql]
    positioned = [n for n, sql in enumerate(asked) if "UPDATE catalogue_position" in sql]
    assert len(positioned) == 1
    assert locked[0] < positioned[0]


def test_what_was_erased_here_is_not_brought_back_by_its_header(client, koblenz):
    entry = corrected_by_the_future(client, koblenz)
    CatalogueEntry.objects.update(state=State.ERASED, title="")
    assert quarantine.retry_quarantined() == 0
    entry.refresh_from_db()
    assert (entry.state, entry.title) == (State.ERASED, "")
    assert not Quarantined.objects.exists()


def test_what_a_newer_minor_version_says_beyond_is_read_as_the_nearest(koblenz: ForeignHub):
    fields = koblenz.document("Bericht").model_dump(mode="json")
    fields["texts"]["de"]["sections"][0] |= {"part": "annex", "level": 7}
    times = {"starts": "2027-01-01T10:00:00Z", "ends": "2027-01-01T12:00:00Z"}
    fields |= {"schema_version": "wissenshub/1.9", "event": {**times, "status": "postponed"}}
    read = Document.from_bytes(canonical(fields))
    section = read.text().sections[0]
    assert (section.part, section.level) == ("", 2)
    assert read.event
    assert read.event.status == "postponed"


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("wissenshub/1.2", (1, 2)),
        ("wissenshub/2", (2, 0)),
        ("wissenshub/1.x", None),
        ("other/1.0", None),
        ("wissenshub/99999.0", None),
    ],
)
def test_versions_are_numbers_of_this_schema(version, number):
    assert number_of(version) == number
    assert major_of(version) == (number[0] if number else None)


def test_a_major_is_known_before_the_shape_is_read(koblenz):
    document = koblenz.document()
    with pytest.raises(UnknownMajor, match=r"2\.3"):
        Document.from_bytes(of_the_future(document))
    with pytest.raises(UnreadableDocument):
        Document.from_header(document.to_bytes())
    assert version_of("kein JSON") == version_of("{}") == f"wissenshub/{header.MAJOR}"


def test_the_command_tries_one_peer_or_one_entry(client, koblenz, capsys):
    documents = [koblenz.document(title, publishers=(TRIER,)) for title in ("Eins", "Zwei")]
    for document in documents:
        koblenz.push(client, koblenz.publish(document))
    call_command("retry_quarantined", "koblenz")
    assert capsys.readouterr().out.startswith("0 angezeigt, 2 warten weiter.")
    approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    call_command("retry_quarantined", "--entry", documents[1].id)
    assert "1 angezeigt, 0 warten weiter." in capsys.readouterr().out
    assert CatalogueEntry.objects.get().title == "Zwei"
    call_command("retry_quarantined")
    assert CatalogueEntry.objects.count() == 2
    for arguments in (["trier"], ["--entry", "https://x.example/id/1"]):
        with pytest.raises(Exception, match="nicht"):
            call_command("retry_quarantined", *arguments)
