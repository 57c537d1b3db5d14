"""A document as the Fediverse sees it: nothing that is not in it, nothing that does harm."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest

from federation import multibase
from federation.activitypub import wordings
from federation.activitypub.models import PublicObject
from federation.activitypub.objects import build_object
from hub.documents import Attachment, Block, Event, Section, Text
from hub.env import env
from tests.federation.activitypub.publishing import publish, wording
from theme.topics import read_vocabulary

pytestmark = pytest.mark.django_db

CONTENT = b"inhalt"
DIGEST = "sha256:" + hashlib.sha256(CONTENT).hexdigest()


def built(**fields: Any) -> dict[str, Any]:
    entry = publish("Bauantrag", **fields)
    return build_object(entry, PublicObject.objects.get(pk=entry.uuid), read_vocabulary())


def content_of(html: str) -> str:
    return built(texts={"de": wording("Bauantrag", html)})["content"]


def test_a_report_has_its_topics_as_hashtags():
    tags = built(topics=("ki", "open-data", "neues-thema"))["tag"]
    assert tags == [
        {"type": "Hashtag", "name": "#KünstlicheIntelligenz", "href": f"{env.origin}/wissen/?thema=ki"},
        {"type": "Hashtag", "name": "#OpenData", "href": f"{env.origin}/wissen/?thema=open-data"},
        {"type": "Hashtag", "name": "#NeuesThema", "href": f"{env.origin}/wissen/?thema=neues-thema"},
    ]


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', '<p><a rel="noopener noreferrer">a</a></p>'),
        ('<p onclick="x()" style="color:red">a</p>', "<p>a</p>"),
        ('<p><img src="https://zaehler.example/x.gif">a</p>', "<p>a</p>"),
        ("<svg><script>1</script></svg><p>a</p>", "<p>a</p>"),
        (
            '<p><a href="https://example.org/x">a</a></p>',
            '<p><a href="https://example.org/x" rel="noopener noreferrer">a</a></p>',
        ),
        ('<p><a href="/intern/">a</a></p>', '<p><a rel="noopener noreferrer">a</a></p>'),
    ],
)
def test_markup_is_reduced_to_what_does_no_harm(html, left):
    assert content_of(html) == f"<p>Bauantrag in Kürze.</p><h2>Ziel</h2>{left}"


def test_what_was_written_as_text_stays_text():
    text = Text(
        title="<b>Titel</b>",
        summary="1 < 2 & <script>",
        sections=(Section(anchor="s", heading="<h1>", blocks=(Block(anchor="b", text="<i>x"),)),),
    )
    found = built(texts={"de": text})
    assert found["content"] == ("<p>1 &lt; 2 &amp; &lt;script&gt;</p><h2>&lt;h1&gt;</h2><p>&lt;i&gt;x</p>")
    assert found["name"] == "<b>Titel</b>", "a name is text, whatever is in it"


def test_each_language_has_its_wording():
    found = built(texts={"de": wording("Bauantrag"), "en": wording("Application", "<p>Text.</p>")})
    assert (found["name"], found["nameMap"]["en"]) == ("Bauantrag", "Application")
    assert found["content"] == found["contentMap"]["de"] != found["contentMap"]["en"]


def test_without_german_the_first_language_counts():
    found = built(texts={"fr": wording("Demande")})
    assert (found["name"], list(found["contentMap"])) == ("Demande", ["fr"])


def test_pictures_and_files_are_attached_with_their_digest():
    block = Block(anchor="b", kind="picture", digest=DIGEST, text="Ein Plan", caption="Plan von 2026")
    text = Text(title="Bauantrag", sections=(Section(anchor="s", heading="Bild", blocks=(block,)),))
    url = f"{env.origin}/dateien/x/plan.png"
    picture = Attachment(
        url=url, name="plan.png", media_type="image/png", size=6, digest=DIGEST, role="picture"
    )
    file = picture.model_copy(
        update={
            "media_type": "application/pdf",
            "name": "a.pdf",
            "title": "Vertrag",
            "digest": "sha256:" + "0" * 64,
        }
    )
    found = built(texts={"de": text}, attachments=(picture, file), picture=DIGEST)
    image, document = found["attachment"]
    assert image == {
        "type": "Image",
        "mediaType": "image/png",
        "url": url,
        "name": "Ein Plan",
        "digestMultibase": image["digestMultibase"],
    }
    assert multibase.decode(image["digestMultibase"]) == b"\x12\x20" + hashlib.sha256(CONTENT).digest()
    assert (document["type"], document["name"]) == ("Document", "Vertrag")
    assert found["image"] == image
    assert found["content"] == "<h2>Bild</h2><p><em>Plan von 2026</em></p>"


def test_a_long_wording_is_cut_between_blocks_and_leads_on():
    blocks = tuple(Block(anchor=f"b{n}", text="x" * 1000) for n in range(100))
    text = Text(title="Lang", sections=(Section(anchor="s", heading="S", blocks=blocks),))
    content = built(texts={"de": text})["content"]
    assert len(content) < wordings.MOST + 200
    assert content.endswith('">Weiterlesen</a></p>')
    assert content.count("<p>") == content.count("</p>")


def test_fifty_long_languages_still_fit_into_an_inbox():
    blocks = tuple(Block(anchor=f"b{n}", text="x" * 1000) for n in range(100))
    text = Text(title="Lang", sections=(Section(anchor="s", heading="S", blocks=blocks),))
    found = built(texts={"de": text} | {f"de-x-{n}": text for n in range(49)})
    assert len(json.dumps(found)) < 500_000


def test_what_was_taken_over_from_files_is_left_out():
    section = Section(
        anchor="s", heading="Handbuch", part="documentation", blocks=(Block(anchor="b", text="x"),)
    )
    assert built(texts={"de": Text(title="T", summary="S", sections=(section,))})["content"] == "<p>S</p>"


def event(**fields: Any) -> dict[str, Any]:
    values = {
        "starts": dt.datetime(2027, 3, 12, 7, 15, tzinfo=dt.UTC),
        "ends": dt.datetime(2027, 3, 12, 16, tzinfo=dt.UTC),
        **fields,
    }
    return built(kind="event", event=Event(**values))


def test_an_event_says_when_and_where():
    found = event(location="Digital Hub", address="Taunusstraße 59, 55118 Mainz")
    assert (found["type"], found["startTime"], found["endTime"], found["timezone"]) == (
        "Event",
        "2027-03-12T08:15:00+01:00",
        "2027-03-12T17:00:00+01:00",
        "Europe/Berlin",
    )
    assert found["location"] == {
        "type": "Place",
        "name": "Digital Hub",
        "address": "Taunusstraße 59, 55118 Mainz",
    }
    assert (found["eventStatus"], found["joinMode"]) == ("EventScheduled", "none")
    organizer = f"{env.origin}/federation/bodies/{env.body}"
    assert found["organizers"] == {"type": "Collection", "totalItems": 1, "items": [organizer]}


def test_an_event_that_is_also_online_has_two_places_and_its_registration():
    found = event(
        location="Rathaus", online_url="https://video.example/r", registration_url="https://a.example/x"
    )
    assert [place["type"] for place in found["location"]] == ["Place", "VirtualLocation"]
    assert (found["joinMode"], found["externalParticipationUrl"]) == ("external", "https://a.example/x")


@pytest.mark.parametrize(
    ("status", "said"),
    [("cancelled", "EventCancelled"), ("tentative", "EventTentative"), ("postponed", None)],
)
def test_the_state_of_an_event_is_said_where_it_is_known(status, said):
    assert event(status=status).get("eventStatus") == said


def test_an_event_nowhere_has_no_place():
    assert "location" not in event()
