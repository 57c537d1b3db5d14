from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from hub.catalogue.cards import confirmed_on
from hub.documents import Audience, Case, Document, Text, Viewer, digest_of
from hub.errors import UnreadableDocument

ID = "https://a.example/id/7b0c3f0e-5a4e-4a53-9f43-0b8f4d8f0c11"


def document(**fields):
    return Document(id=ID, kind="case_report", texts={"de": Text(title="Straße", summary="ä")}, **fields)


def test_bytes_are_canonical_and_read_back():
    body = document(topics=("ki",)).to_bytes()
    assert (
        body
        == json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )
    assert Document.from_bytes(body) == document(topics=("ki",))


def test_a_newer_minor_version_is_read_and_its_fields_ignored():
    body = json.loads(document().to_bytes()) | {"schema_version": "wissenshub/1.7", "novelty": {"x": 1}}
    assert Document.from_bytes(json.dumps(body)).text().title == "Straße"


@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": "wissenshub/2.0"},
        {"texts": {}},
        {"audience": "nobody"},
        {"texts": {"de": {"summary": "x"}}},
    ],
)
def test_what_cannot_be_read_is_refused(change):
    body = json.loads(document().to_bytes()) | change
    with pytest.raises(UnreadableDocument):
        Document.from_bytes(json.dumps(body))


def test_text_falls_back_to_german_then_to_what_there_is():
    both = Document(id=ID, kind="x", texts={"de": Text(title="A"), "en": Text(title="B")})
    assert both.text("en").title == "B"
    assert both.text("fr").title == "A"
    assert Document(id=ID, kind="x", texts={"en": Text(title="B")}).text().title == "B"


def test_viewers():
    assert [a for a in Audience if Viewer.anonymous().may_read(a)] == [Audience.PUBLIC]
    assert [a for a in Audience if Viewer.member().may_read(a)] == [Audience.PUBLIC, Audience.MEMBERS]
    assert all(Viewer.local().may_read(a) for a in Audience)


@given(st.text(), st.text(alphabet="0123456789abcdef", min_size=1, max_size=32))
def test_digest_depends_on_body_and_salt(text, salt):
    body = text.encode("utf-8", "surrogatepass")
    assert digest_of(body, salt) == digest_of(body, salt)
    assert digest_of(body + b"x", salt) != digest_of(body, salt)
    assert digest_of(body, salt + "0") != digest_of(body, salt)


EVENT = {"starts": "2027-01-01T10:00:00Z", "ends": "2027-01-01T12:00:00Z"}


@pytest.mark.parametrize(
    "change",
    [
        {"ends": "9999-12-31T23:30:00Z"},
        {"starts": "0001-01-01T00:00:00+10:00"},
        {"starts": "1969-12-31T23:59:59Z"},
        {"ends": "2201-01-01T00:00:00Z"},
        {"ends": "2027-01-01T12:00:00"},
        {"timezone": "Europe"},
        {"timezone": "a" * 300},
        {"timezone": "../../etc/passwd"},
        {"timezone": "Mars/Olympus"},
        {"slots": [{"uid": "1", "title": "x", **EVENT, "ends": "9999-12-31T23:30:00Z"}]},
    ],
)
def test_a_time_or_zone_no_page_could_show_is_refused(change):
    body = json.loads(document().to_bytes())
    assert Document.from_bytes(json.dumps(body | {"event": EVENT})).event
    with pytest.raises(UnreadableDocument):
        Document.from_bytes(json.dumps(body | {"event": EVENT | change}))


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:00Z", "2200-12-31T23:59:59Z"])
def test_the_first_and_the_last_moment_are_read(moment):
    body = json.loads(document().to_bytes()) | {"event": {"starts": moment, "ends": moment}}
    assert Document.from_bytes(json.dumps(body)).event.starts == dt.datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "change",
    [
        {"co_publishers": ["07211000"] * 51},
        {"topics": ["ki"] * 51},
        {"relations": [{"type": "uses", "target": f"https://a.example/id/{n}"} for n in range(501)]},
        {"module": {"releases": [{"version": "1"}] * 301}},
        {"term": {"code": "y" * 61}},
        {"term": {"code": "Klima"}},
        {"term": {"code": "klima", "merged_into": "x y"}},
    ],
)
def test_what_no_page_could_show_is_refused(change):
    with pytest.raises(UnreadableDocument):
        Document.from_bytes(json.dumps({**json.loads(document().to_bytes()), **change}))


def test_a_confirmation_that_lies_ahead_confirms_nothing():
    today = timezone.localdate()
    for day, held in ((today, today), (dt.date(2090, 1, 1), None), (dt.date(9999, 12, 31), None)):
        assert confirmed_on(document(case=Case(confirmed=day))) == held
