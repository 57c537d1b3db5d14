from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client

from hub.documents import (
    Attachment,
    Audience,
    Dataset,
    Distribution,
    Event,
    Group,
    Indicator,
    Measurement,
    Module,
    Motion,
    Recording,
    Seat,
    Statement,
    Term,
    Text,
    Training,
)
from hub.env import env
from hub.municipalities.models import Body
from tests.factories.people import add_operator
from tests.theme.entries import KOBLENZ, NOW, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
START = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
FILE = Attachment(
    url="", name="daten.csv", media_type="text/csv", size=9, digest="sha256:" + "b" * 64, title="Alle Daten"
)


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


def graph(client: Client, address: str) -> list[dict[str, Any]]:
    found = SCRIPT.findall(client.get(address).content.decode())
    assert len(found) == 1
    read: dict[str, Any] = json.loads(found[0])
    assert read["@context"] == "https://schema.org"
    return read.get("@graph", [read])


def node(client: Client, **fields: Any) -> dict[str, Any]:
    return graph(client, add_entry(make_document(**{"case": None, **fields})).get_absolute_url())[0]


def test_a_report_says_whose_it_is_and_when_it_changed(client: Client) -> None:
    entry = add_entry(make_document(attachments=(FILE,)), path="")
    record, crumbs = graph(client, entry.get_absolute_url())
    assert record["@type"] == "Report"
    assert record["@id"] == record["identifier"] == entry.object_id
    assert (record["name"], record["headline"], record["description"]) == (entry.title, entry.title, "Kurz.")
    assert (record["inLanguage"], record["keywords"]) == ("de", ["Mobilität"])
    assert dt.datetime.fromisoformat(record["datePublished"]) == NOW
    assert dt.datetime.fromisoformat(record["dateModified"]) == entry.changed
    koblenz = f"{env.origin}/kommunen/{KOBLENZ}/"
    assert record["publisher"] == [
        {"@type": "GovernmentOrganization", "@id": koblenz, "name": "Koblenz", "url": koblenz}
    ]
    (file,) = record["encoding"]
    assert (file["@type"], file["encodingFormat"], file["sha256"]) == ("MediaObject", "text/csv", "b" * 64)
    assert file["contentUrl"].startswith(f"{env.origin}/dateien/{entry.uuid}/")
    names = [step["name"] for step in crumbs["itemListElement"]]
    assert names == ["Start", "Erfahrungsberichte", entry.title]
    assert [step["position"] for step in crumbs["itemListElement"]] == [1, 2, 3]


def test_what_another_hub_published_has_its_canonical_address_there(client: Client) -> None:
    entry = add_entry(make_document(origin="https://wissen.mainz.invalid"), source="mainz")
    record = graph(client, entry.get_absolute_url())[0]
    assert record["url"] == record["@id"] == entry.object_id


def test_software_names_its_repository_and_licence(client: Client) -> None:
    module = Module(
        module_type="software",
        version="2.1",
        licence="EUPL-1.2",
        repository="https://gitlab.opencode.de/x",
        released=dt.date(2026, 5, 1),
    )
    record = node(client, kind="module", module=module)
    assert record["@type"] == "SoftwareSourceCode"
    assert record["license"].startswith("https://interoperable-europe.ec.europa.eu/")
    assert (record["version"], record["codeRepository"]) == ("2.1", "https://gitlab.opencode.de/x")
    assert record["datePublished"] == "2026-05-01"


def test_other_modules_are_documents(client: Client) -> None:
    record = node(client, kind="module", module=Module(module_type="contract", licence="LicenseRef-eigene"))
    assert (record["@type"], record["license"]) == ("DigitalDocument", "LicenseRef-eigene")
    assert "codeRepository" not in record
    assert node(client, kind="module", module=Module(module_type="dataset"))["@type"] == "Dataset"


def test_an_event_says_when_where_and_whether_it_takes_place(client: Client) -> None:
    event = Event(
        starts=START,
        ends=START + dt.timedelta(hours=2),
        location="Rathaus",
        online_url="https://bbb.invalid/x",
        status="cancelled",
    )
    record = node(client, kind="event", event=event)
    assert (record["@type"], record["startDate"]) == ("Event", "2026-12-01T09:00:00+00:00")
    assert record["eventStatus"] == "https://schema.org/EventCancelled"
    assert record["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in record["location"]] == ["Place", "VirtualLocation"]
    assert record["organizer"][0]["name"] == "Koblenz"
    assert "headline" not in record


def test_a_dataset_names_its_forms(client: Client) -> None:
    dataset = Dataset(
        licence="DL-DE-BY-2.0",
        area="Koblenz",
        starts=dt.date(2025, 1, 1),
        modified=dt.date(2026, 2, 3),
        distributions=(
            Distribution(url="https://x.invalid/a.json", format="JSON"),
            Distribution(digest=FILE.digest, format="CSV"),
        ),
    )
    record = node(client, kind="dataset", dataset=dataset, attachments=(FILE,))
    assert (record["@type"], record["license"]) == ("Dataset", "https://www.govdata.de/dl-de/by-2-0")
    assert (record["temporalCoverage"], record["spatialCoverage"]) == ("2025-01-01/..", "Koblenz")
    assert record["dateModified"] == "2026-02-03"
    elsewhere, here = record["distribution"]
    assert elsewhere == {
        "@type": "DataDownload",
        "encodingFormat": "JSON",
        "contentUrl": "https://x.invalid/a.json",
    }
    assert (here["name"], here["encodingFormat"]) == ("Alle Daten", "text/csv")


def test_training_motion_indicator_recording_and_group(client: Client) -> None:
    training = Training(target_group="Neue", step_minutes=(30, None, 15))
    record = node(client, kind="training", training=training)
    assert (record["@type"], record["timeRequired"]) == ("LearningResource", "PT45M")
    assert record["audience"] == {"@type": "Audience", "audienceType": "Neue"}
    motion = Motion(committee="Stadtrat", decided=dt.date(2026, 3, 1), reference="BV/1")
    record = node(client, kind="motion", motion=motion)
    assert (record["@type"], record["legislationDate"]) == ("Legislation", "2026-03-01")
    assert record["legislationPassedBy"]["name"] == "Stadtrat"
    assert node(client, kind="motion", motion=Motion())["@type"] == "DigitalDocument"
    indicator = Indicator(unit="%", measurements=(Measurement(period="2025", value="71.5"),))
    record = node(client, kind="indicator", indicator=indicator)
    assert (record["@type"], record["variableMeasured"]["value"]) == ("Dataset", "71.5")
    recording = Recording(format="webinar", url="https://v.invalid/1", minutes=60)
    record = node(client, kind="format", recording=recording)
    assert (record["timeRequired"], record["associatedMedia"]["contentUrl"]) == (
        "PT60M",
        "https://v.invalid/1",
    )
    group = Group(seats=(Seat(body=KOBLENZ, role="IT"), Seat(body=KOBLENZ, role="Bau")))
    record = node(client, kind="focus_group", group=group)
    assert (record["@type"], [each["name"] for each in record["member"]]) == ("Organization", ["Koblenz"])


@pytest.mark.parametrize(("kind", "expected"), [("news", "NewsArticle"), ("session_note", "Article")])
def test_other_kinds_are_works_too(client: Client, kind: str, expected: str) -> None:
    assert node(client, kind=kind)["@type"] == expected


def test_topics_and_introductions_of_bodies(client: Client) -> None:
    record = node(client, kind="topic", term=Term(code="chatbots"), topics=())
    assert (record["@type"], record["termCode"]) == ("DefinedTerm", "chatbots")
    record = node(client, kind="body")
    assert (record["@type"], record["identifier"]["value"]) == ("GovernmentOrganization", KOBLENZ)


def test_the_page_of_a_body_says_where_it_is(client: Client) -> None:
    Body.objects.create(key="07137", name="Mayen-Koblenz", kind=Body.Kind.DISTRICT)
    Body.objects.create(
        key="07137003",
        name="Andernach",
        kind=Body.Kind.TOWN,
        district_id="07137",
        latitude=50.44,
        longitude=7.4,
        postcode="56626",
        website="https://www.andernach.de",
    )
    (record,) = graph(client, "/kommunen/07137003/")
    assert (record["@type"], record["name"]) == ("GovernmentOrganization", "Andernach")
    assert record["identifier"]["value"] == "07137003"
    assert record["location"]["geo"]["latitude"] == 50.44
    assert record["parentOrganization"]["name"] == "Mayen-Koblenz"
    assert (record["address"]["postalCode"], record["sameAs"]) == ("56626", "https://www.andernach.de")


def test_a_title_cannot_break_out_of_the_script(client: Client) -> None:
    title = "</script><script>alert(1)</script><!-- & \u2028"
    entry = add_entry(make_document(title))
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "alert(1)</script>" not in page
    assert graph(client, entry.get_absolute_url())[0]["name"] == title


def test_texts_of_another_language_are_described_in_it(client: Client) -> None:
    entry = add_entry(make_document(texts={"de": Text(title="Parken"), "en": Text(title="Parking")}))
    record = graph(client, f"{entry.get_absolute_url()}?sprache=en")[0]
    assert (record["name"], record["inLanguage"]) == ("Parking", "en")


def test_what_is_not_public_and_what_is_stated_of_others_is_not_described(client: Client) -> None:
    hidden = add_entry(make_document(audience=Audience.MEMBERS))
    about = add_entry()
    statement = Statement(about=about.object_id)
    adoption = add_entry(make_document(kind="adoption", case=None, statement=statement))
    client.force_login(add_operator())
    for entry in (hidden, adoption):
        assert SCRIPT.findall(client.get(entry.get_absolute_url()).content.decode()) == []
