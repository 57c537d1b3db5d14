"""Files that are wrong are refused with the line and a sentence."""

from __future__ import annotations

import json
import re

import pytest
from django.core.management import CommandError, call_command

from events.printing.checking import check_json, check_schedule, check_xml

EVENT = """<event id="{id}" guid="0000000{id}-0000-4000-8000-000000000000">
<date>2027-03-12T{start}:00+01:00</date>
<start>{start}</start>
<duration>{duration}</duration>
<room>{room}</room>
<slug>camp-{id}-eins</slug>
<title>Nr. {id}</title>
<subtitle/><track/><type>talk</type><language>de</language><abstract/><description/>
<recording><license/><optout>false</optout></recording>
<persons><person id="1">Kim</person></persons>
<links/><attachments/>
</event>
"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<schedule>
<version>1</version>
<conference>
<acronym>camp</acronym><title>Camp</title><start>2027-03-12</start><end>2027-03-12</end>
<days>1</days><timeslot_duration>00:05</timeslot_duration><time_zone_name>Europe/Berlin</time_zone_name>
</conference>
<day index="1" date="2027-03-12" start="2027-03-12T04:00:00+01:00" end="2027-03-13T04:00:00+01:00">
<room name="Saal">
"""
GOOD = (
    HEAD
    + EVENT.format(id=1, start="09:00", duration="00:45", room="Saal")
    + EVENT.format(id=2, start="10:00", duration="00:45", room="Saal")
    + "</room>\n</day>\n</schedule>\n"
)
TALK = {
    "guid": "00000001-0000-4000-8000-000000000000", "id": 1,
    "date": "2027-03-12T09:00:00+01:00", "start": "09:00", "duration": "00:45",
    "room": "Saal", "slug": "camp-1-eins", "title": "Nr. 1", "subtitle": "", "track": "",
    "type": "talk", "language": "de", "abstract": "", "links": [],
    "persons": [{"id": 1, "public_name": "Kim"}],
    "url": "https://camp.demo.invalid/1",
}  # fmt: skip
DAY = {
    "index": 1,
    "date": "2027-03-12",
    "day_start": "2027-03-12T04:00:00+01:00",
    "day_end": "2027-03-13T04:00:00+01:00",
}
CONFERENCE = {
    "acronym": "camp", "title": "Camp", "start": "2027-03-12", "end": "2027-03-12", "daysCount": 1,
    "timeslot_duration": "00:05", "days": [{**DAY, "rooms": {"Saal": [TALK]}}],
}  # fmt: skip
SAID = {"schedule": {"version": "1", "conference": CONFERENCE}}
JSON = json.dumps(SAID, indent=1)


def test_a_good_file_is_in_order() -> None:
    assert check_schedule(GOOD.encode()) == []
    assert check_schedule(b"\xef\xbb\xbf" + GOOD.encode()) == []
    assert check_schedule(JSON.encode()) == []
    assert check_schedule(json.dumps(SAID).encode()) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        (
            "<title>Nr. 1</title>\n",
            "",
            10,
            "Element 'event': Missing child element(s). Expected is one of ( title",
        ),
        (
            "<title>Nr. 2</title>",
            "<title> </title>",
            28,
            "Element 'title': [facet 'pattern'] The value ' ' is not accepted",
        ),
        (
            "<title>Nr. 1</title>",
            "<title>A</title><title>B</title>",
            16,
            "Element 'title': This element is not expected.",
        ),
        (
            "<title>Nr. 1</title>",
            "<title>A</title><name/>",
            16,
            "Element 'name': This element is not expected.",
        ),
        (
            'guid="00000001',
            'guid="X',
            10,
            "Element 'event', attribute 'guid': [facet 'pattern'] The value 'X-0000",
        ),
        ('id="1" guid', 'id="eins" guid', 10, "Element 'event', attribute 'id': 'eins' is not a valid"),
        ('id="1" guid', "guid", 10, "Element 'event': The attribute 'id' is required but missing."),
        ("<acronym>camp<", "<acronym>Camp!<", 5, "Element 'acronym': [facet 'pattern'] The value 'Camp!'"),
        ("<slug>camp-1-eins<", "<slug>camp<", 15, "Element 'slug': [facet 'pattern'] The value 'camp'"),
        ("<start>09:00<", "<start>9 Uhr<", 12, "Element 'start': [facet 'pattern'] The value '9 Uhr'"),
        (
            "09:00:00+01:00",
            "09:00:00",
            11,
            "Element 'date': [facet 'pattern'] The value '2027-03-12T09:00:00'",
        ),
        (
            "2027-03-12T09:00:00+01:00",
            "2027-02-30T09:00:00+01:00",
            11,
            "Element 'date': '2027-02-30T09:00:00+01:00' is not a valid",
        ),
        (
            "<version>1</version>\n",
            "",
            3,
            "Element 'conference': This element is not expected. Expected is one of ( generator, url, ver",
        ),
        ("<optout>false<", "<optout>nein<", 18, "Element 'optout': 'nein' is not a valid value"),
        ("<schedule>", "<programme>", None, "This is no XML"),
        ("</conference>", "<foo></conference>", 7, "This is no XML"),
        ("<schedule>", '<!DOCTYPE schedule [<!ENTITY a "b">]><schedule>', 1, "has no document type"),
    ],
)
def test_what_the_schema_says_of_xml(old, new, line, sentence) -> None:
    assert GOOD.count(old) >= 1
    faults = check_xml(GOOD.replace(old, new, 1).encode())
    assert any(sentence in each.sentence and line in (each.line, None) for each in faults), faults


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("00000002-", "00000001-", 22, "“Nr. 2” has the guid of “Nr. 1” in line 10: 00000001-"),
        ('<event id="2"', '<event id="1"', 22, "“Nr. 2” has the id of “Nr. 1” in line 10: 1."),
        ("camp-2-eins", "camp-1-eins", 22, "“Nr. 2” has the slug of “Nr. 1” in line 10: camp-1-eins."),
        ("camp-2-eins", "other-2-eins", 22, "The slug of “Nr. 2” does not begin with “camp-”."),
        ("<duration>00:45", "<duration>01:30", 22, "“Nr. 2” begins in “Saal” while “Nr. 1” runs (line 10)."),
        ("<duration>00:45", "<duration>00:00", 10, "“Nr. 1” lasts no time."),
        ("2027-03-12T09:00", "2027-03-13T09:00", 10, "“Nr. 1” starts 2027-03-13 09:00, which is"),
        ("<start>09:00", "<start>08:00", 10, "“Nr. 1” says 08:00, and its date 09:00."),
        ("<room>Saal", "<room>Foyer", 10, "“Nr. 1” lies in “Saal” and says “Foyer”."),
        ("<days>1", "<days>2", 4, "The conference says 2 days, and there are 1."),
        ("<title>Camp</title>", "", 4, "The conference lacks “title”."),
        ("<title>Camp</title>", "<title>A</title><title>B</title>", 5, "The conference holds more than one"),
        ('end="2027-03-13', 'end="2027-03-11', 8, "The day 2027-03-12 ends before it starts."),
        ('date="2027-03-12"', 'date="2027-03-11"', 8, "The day 2027-03-11 starts on 2027-03-12."),
    ],
)  # fmt: skip
def test_what_no_schema_says(old, new, line, sentence) -> None:
    assert GOOD.count(old) >= 1
    faults = check_xml(GOOD.replace(old, new, 1).encode())
    assert any(sentence in each.sentence and each.line == line for each in faults), faults


def test_days_follow_each_other() -> None:
    day = re.search(r"<day .*</day>\n", GOOD, re.DOTALL)
    assert day is not None
    empty = '<day index="1" date="2027-03-12" start="2027-03-12T04:00:00Z" end="2027-03-13T04:00:00Z"/>\n'
    faults = check_xml(
        GOOD.replace("</schedule>", f"{empty}</schedule>").replace("<days>1", "<days>2").encode()
    )
    assert [(each.line, each.sentence) for each in faults] == [
        (36, "The day 2027-03-12 does not follow the one before it.")
    ]


@pytest.mark.parametrize(
    ("path", "value", "key", "sentence"),
    [
        (("acronym",), "C", '"acronym"', "“acronym” does not fit: 'C' does not match"),
        (("days", 0, "rooms", "Saal", 0, "guid"), "x", '"guid"', "“guid” does not fit"),
        (("days", 0, "rooms", "Saal", 0, "date"), "2027-02-30T09:00:00Z", '"date": "2027-02', "“date” does"),
        (("days", 0, "rooms", "Saal", 0, "id"), "1", '"id": "1"', "“id” does not fit: '1' is not of type"),
        (("days", 0, "rooms", "Saal", 0, "start"), "08:00", None, "“Nr. 1” says 08:00, and its date 09:00."),
        (("days", 0, "rooms", "Saal", 0, "room"), "Foyer", None, "“Nr. 1” lies in “Saal” and says “Foyer”."),
        (("daysCount",), 3, '"conference"', "The conference says 3 days, and there are 1."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_json(path, value, key, sentence) -> None:
    said = json.loads(JSON)
    place = said["schedule"]["conference"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    text = json.dumps(said, indent=1)
    mark = key or '"guid"'
    line = text[: text.index(mark)].count("\n") + (1 if key else 0)
    assert [(each.line, sentence in each.sentence) for each in check_json(text.encode())] == [(line, True)]


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (b"", 1, "This is no JSON"),
        (b'{\n"a": 1,\n}', 3, "This is no JSON"),
        (b'{\n"a": "\xff"}', 2, "This is no UTF-8."),
        (b"[1]", 1, "The file does not fit: [1] is not of type 'object'."),
        (b'{"schedule": ' + b"9" * 5000 + b"}", 1, "longer than any schedule needs"),
        (b"[" * 100_000, 1, "nested too deep"),
        (b"<a>" * 1000, 1, "Excessive depth in document"),
        (b"<schedule/>", 1, "Element 'schedule': Missing child element(s). Expected is one of ( generator"),
        (b"<rss/>", 1, "Element 'rss': No matching global declaration"),
    ],
)
def test_what_is_no_schedule_at_all(content, line, sentence) -> None:
    faults = check_schedule(content)
    assert faults[0].line == line
    assert any(sentence in each.sentence for each in faults), faults


BOMB = (
    "<!ENTITY a0 '"
    + "b" * 1000
    + "'>"
    + "".join(f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 9))
)
"""A hundred gigabytes, once expanded."""


@pytest.mark.parametrize(
    "entities",
    [
        BOMB,
        '<!ENTITY a8 SYSTEM "{outside}">',
        '<!ENTITY % a SYSTEM "{outside}">%a;<!ENTITY a8 "">',
    ],
)
@pytest.mark.parametrize("place", ["<title>Nr. 1</title>", "<type>talk</type>"])
def test_no_entity_is_expanded_and_nothing_is_loaded(tmp_path, entities, place) -> None:
    outside = tmp_path / "outside"
    outside.write_text("SECRET", encoding="utf-8")
    head = f"<!DOCTYPE schedule [{entities.replace('{outside}', outside.as_uri())}]><schedule>"
    bomb = GOOD.replace("<schedule>", head, 1).replace(place, place.replace(">", ">&a8;", 1), 1)
    faults = check_xml(bomb.encode())
    refused = re.compile("has no document type|Maximum entity amplification factor exceeded")
    assert [(each.line, bool(refused.search(each.sentence))) for each in faults] == [(1, True)]
    assert "SECRET" not in str(faults)


def test_a_schema_that_a_file_names_itself_is_not_read(tmp_path) -> None:
    other = tmp_path / "other.xsd"
    other.write_text("no schema", encoding="utf-8")
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    named = f'<schedule {xsi} xsi:noNamespaceSchemaLocation="{other}">'
    assert check_xml(GOOD.replace("<schedule>", named).encode()) == []


@pytest.mark.parametrize("old", ['id="1" guid', "<days>1"])
def test_no_number_is_longer_than_apps_read(old) -> None:
    faults = check_xml(GOOD.replace(old, old.replace("1", "1" * 5000), 1).encode())
    assert faults
    assert all(len(each.sentence) < 300 for each in faults)


def test_the_command_names_file_line_and_sentence(tmp_path, capsys) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD.replace("<room>Saal", "<room>Foyer", 1), encoding="utf-8")
    call_command("check_schedule", str(good))
    with pytest.raises(CommandError, match="1 of 2 are not as they should be"):
        call_command("check_schedule", str(good), str(bad))
    assert f"{bad}:10: “Nr. 1” lies in “Saal” and says “Foyer”." in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_schedule", str(tmp_path / "missing.xml"))


def test_the_command_checks_what_is_released_here(event, release, capsys) -> None:
    call_command("check_schedule")
    call_command("check_schedule", "--event", str(event.translation_key))
    assert capsys.readouterr().out.count("in order") == 4
    with pytest.raises(CommandError, match="No event is organised here"):
        call_command("check_schedule", "--event", "00000000-0000-4000-8000-000000000000")


def test_it_says_so_where_nothing_is_released(desk, plan, capsys) -> None:
    call_command("check_schedule")
    assert "nothing to check" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no programme is released"):
        call_command("check_schedule", "--event", str(desk.event.translation_key))
