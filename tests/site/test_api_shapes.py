"""Answers are what the description of the API promises; the rest of its addresses, and what they cost."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, ValidationError

from hub.documents import (
    Adoption,
    Attachment,
    Dataset,
    Distribution,
    Event,
    Module,
    Release,
    Slot,
    Statement,
    Term,
)
from hub.env import env
from hub.municipalities.models import Body
from tests.search.catalogue import make_document as make_page
from tests.search.catalogue import publish
from tests.theme.entries import KOBLENZ, NOW, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"
MAINZ, TRIER = "07315000", "07211000"
FILE = Attachment(
    url="", name="plan ä.pdf", media_type="application/pdf", size=9, digest="sha256:" + "a" * 64, title="Plan"
)


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client()


@pytest.fixture
def described(client: Client) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(client.get(f"{ROOT}/openapi.json").content)
    return read


def add_statement(kind: str, body: str, about: str, **fields: Any) -> None:
    statement = Statement(about=about, made=dt.date(2026, 10, 1), confirmed=dt.date(2026, 10, 1), note="Gut.")
    values = {"publishers": (body,), "statement": statement, "case": None, "costs": None, **fields}
    add_entry(make_document(kind, kind=kind, **values))


def fill_hub() -> Any:
    """A record of every shape; returns a module that is used, read and published jointly."""
    start = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
    slot = Slot(uid="1", title="Auftakt", starts=start, ends=start + dt.timedelta(hours=1))
    event = Event(starts=start, ends=start + dt.timedelta(hours=2), slots=(slot,))
    add_entry(make_document("Termin", kind="event", event=event, case=None))
    data = Dataset(licence="DL-DE-BY-2.0", distributions=(Distribution(url="https://x.invalid/a.csv"),))
    add_entry(make_document("Daten", kind="dataset", dataset=data, expires=dt.date(2999, 1, 1)))
    releases = (Release(version="1.0", files=(FILE.digest,)),)
    module = Module(module_type="software", version="1.0", licence="EUPL-1.2", releases=releases)
    entry = add_entry(
        make_document("Baustein", kind="module", module=module, attachments=(FILE,), co_publishers=(TRIER,))
    )
    adoption = Adoption(version="1.0", since=dt.date(2026, 9, 1))
    add_statement("adoption", MAINZ, entry.object_id, adoption=adoption)
    add_statement("check", TRIER, entry.object_id)
    add_statement("co_publication", TRIER, entry.object_id)
    add_entry(make_document("Koblenz", kind="body", case=None, costs=None))
    add_entry(make_document("Weg"), state="withdrawn")
    return entry


def conform(described: dict[str, Any], path: str, status: str, answer: Any) -> None:
    """Check an answer against the schema of its operation."""
    content = described["paths"][path]["get"]["responses"][status]["content"]
    (media_type,) = content.values()
    schema = {"$ref": media_type["schema"]["$ref"], "components": described["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)


def test_the_description_is_openapi_and_each_schema_in_it_is_one(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1.")
    assert described["servers"] == [{"url": f"{env.origin}{ROOT}"}]
    assert set(described["paths"]) == {
        "/records",
        "/records/{key}",
        "/records/{key}/statements",
        "/records/{key}/files",
        "/topics",
        "/bodies",
        "/bodies/{key}",
        "/answers",
    }
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    identities = [operation["get"]["operationId"] for operation in described["paths"].values()]
    assert len(set(identities)) == 8


def test_every_reference_of_the_description_leads_somewhere(described: dict[str, Any]) -> None:
    text = json.dumps(described)
    named = {part.split('"')[0] for part in text.split('"$ref": "#/components/schemas/')[1:]}
    assert named
    assert named <= set(described["components"]["schemas"])


def test_answers_are_as_described(client: Client, described: dict[str, Any]) -> None:
    entry = fill_hub()
    Body.objects.create(key="07137", name="Kreis", kind=Body.Kind.DISTRICT)
    Body.objects.create(key="07137003", name="Andernach", kind=Body.Kind.TOWN, district_id="07137")
    records = client.get(f"{ROOT}/records").json()["records"]
    asked = {
        "/records": ["/records", "/records?changed_since=1970-01-01&limit=1"],
        "/records/{key}": [f"/records/{each['uuid']}" for each in records],
        "/records/{key}/statements": [f"/records/{entry.uuid}/statements"],
        "/records/{key}/files": [f"/records/{entry.uuid}/files"],
        "/topics": ["/topics"],
        "/bodies": ["/bodies", "/bodies?limit=1"],
        "/bodies/{key}": [f"/bodies/{KOBLENZ}", "/bodies/07137003"],
        "/answers": ["/answers?q=Wann+blüht+die+Mandel%3F", "/answers?q=Apfelkuchen"],
    }
    publish(make_page("Mandelblüte", "Die Mandel blüht im März."))
    assert client.get(ROOT + asked["/answers"][0]).json()["passages"]
    assert set(asked) == set(described["paths"])
    for path, addresses in asked.items():
        for address in addresses:
            response = client.get(ROOT + address)
            assert response.status_code == 200
            conform(described, path, "200", response.json())
    conform(described, "/answers", "400", client.get(f"{ROOT}/answers").json())
    conform(described, "/records", "400", client.get(f"{ROOT}/records?limit=x").json())
    conform(described, "/bodies/{key}", "404", client.get(f"{ROOT}/bodies/1").json())


def test_a_shape_that_is_not_promised_would_be_noticed(client: Client, described: dict[str, Any]) -> None:
    answer = client.get(f"{ROOT}/topics").json()
    answer["topics"][0]["records"] = "viele"
    with pytest.raises(ValidationError, match="viele"):
        conform(described, "/topics", "200", answer)


def test_statements_say_who_uses_it_who_has_read_it_and_who_publishes_it_too(client: Client) -> None:
    entry = fill_hub()
    said = client.get(f"{ROOT}/records/{entry.uuid}/statements").json()
    assert said["users"] == 1
    (adoption,) = said["adoptions"]
    assert adoption["body"] == {"key": MAINZ, "name": "Mainz"}
    assert (adoption["standing"], adoption["version"], adoption["since"]) == ("current", "1.0", "2026-09-01")
    assert [each["body"]["name"] for each in said["checks"]] == ["Trier"]
    assert said["co_publications"] == [{"body": {"key": TRIER, "name": "Trier"}, "state": "changed"}]


def test_files_have_addresses_that_lead_to_them(client: Client) -> None:
    entry = fill_hub()
    (file,) = client.get(f"{ROOT}/records/{entry.uuid}/files").json()["files"]
    address = f"/dateien/{entry.uuid}/{'a' * 64}/plan%20%C3%A4.pdf"
    assert file == {
        "url": env.origin + address,
        "name": FILE.name,
        "title": "Plan",
        "media_type": "application/pdf",
        "size": 9,
        "digest": FILE.digest,
    }
    assert client.get(address).status_code == 503  # known, but not fetched: another name would be 404


def test_topics_are_counted_and_name_those_merged_into_them(client: Client) -> None:
    add_entry(make_document(topics=("ki", "recht")))
    add_entry(make_document(topics=("ki",)))
    term = Term(code="chatbots", merged_into="ki")
    add_entry(make_document("Chatbots", kind="topic", term=term, topics=(), case=None))
    topics = {topic["code"]: topic for topic in client.get(f"{ROOT}/topics").json()["topics"]}
    assert (topics["ki"]["records"], topics["recht"]["records"], topics["energie"]["records"]) == (2, 1, 0)
    assert topics["ki"]["merged"] == ["chatbots"]
    assert topics["ki"]["feed"] == f"{env.origin}/feeds/wissen.atom?thema=ki"
    english = client.get(f"{ROOT}/topics?language=en").json()["topics"]
    assert next(topic["name"] for topic in english if topic["code"] == "ki") == "Artificial intelligence"


def test_bodies_are_listed_by_key_and_found_by_kind_and_region(client: Client) -> None:
    Body.objects.create(key="07137", name="Kreis", kind=Body.Kind.DISTRICT)
    Body.objects.create(key="07137003", name="Andernach", kind=Body.Kind.TOWN, district_id="07137")

    def keys(query: str) -> list[str]:
        return [body["key"] for body in client.get(f"{ROOT}/bodies{query}").json()["bodies"]]

    assert keys("") == ["07111000", "07137", "07137003", "07211000", "07315000"]
    assert keys("?region=07137") == ["07137003"]
    assert keys("?kind=district&kind=town") == ["07137", "07137003"]
    first = client.get(f"{ROOT}/bodies?limit=3").json()
    assert [body["key"] for body in first["bodies"]] == keys("")[:3]
    rest = client.get(first["next"].removeprefix(env.origin)).json()
    assert ([body["key"] for body in rest["bodies"]], rest["next"]) == (keys("")[3:], None)


def test_a_body_says_what_it_has_published(client: Client) -> None:
    fill_hub()
    body = client.get(f"{ROOT}/bodies/{KOBLENZ}").json()
    assert body["records"] == {"dataset": 1, "event": 1, "module": 1}
    assert body["population"] == 115_298
    assert body["portrait"]["title"] == "Koblenz"
    assert body["feed"] == f"{env.origin}/feeds/wissen.atom?kommune={KOBLENZ}"


@pytest.mark.parametrize("number", [1, 30])
def test_each_address_costs_the_same_for_one_and_for_many(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    entry = fill_hub()
    Body.objects.create(key="07137", name="Kreis", kind=Body.Kind.DISTRICT)
    for count in range(number):
        body = Body.objects.create(
            key=f"{count:08}", name=f"Stadt {count}", kind=Body.Kind.TOWN, district_id="07137"
        )
        add_statement("adoption", body.key, entry.object_id, adoption=Adoption())
        add_entry(make_document(topics=("ki", "recht")), changed=NOW)
    for queries, path in (
        (3, f"/records/{entry.uuid}"),
        (3, f"/records/{entry.uuid}/statements"),
        (1, f"/records/{entry.uuid}/files"),
        (2, "/topics"),
        (1, "/bodies"),
        (5, f"/bodies/{KOBLENZ}"),
    ):
        with django_assert_num_queries(queries):
            assert client.get(ROOT + path).status_code == 200


def test_people_find_an_explanation_with_examples_that_work(client: Client) -> None:
    add_entry()
    page = client.get("/api/").content.decode()
    assert "Programmierschnittstelle" in page
    examples = {part.split('"')[0] for part in page.split('href="/api/v1/')[1:]}
    assert len(examples) >= 4
    for example in examples:
        assert client.get(f"{ROOT}/{example.replace('&amp;', '&')}").status_code == 200
    for anchor in ("parameter", "unbekannt", "zurueckgezogen", "nur-lesen"):
        assert f'id="fehler-{anchor}"' in page
