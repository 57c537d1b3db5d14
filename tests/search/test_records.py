from __future__ import annotations

import datetime as dt

from hub.documents import (
    Attachment,
    Block,
    Case,
    Contact,
    Costs,
    Document,
    Event,
    Module,
    Section,
    Slot,
    Text,
)
from search.records import Names, Record, build_record, year_of

ID = "http://koblenz.example/id/0b6c1e3e-0000-4000-8000-000000000001"
AT = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)


def test_a_document_becomes_exactly_this_record() -> None:
    document = Document(
        id=ID,
        kind="case_report",
        publishers=("07111000", "unbekannt"),
        topics=("ki", "neues-thema"),
        texts={
            "en": Text(title="Parking sensors"),
            "de": Text(
                title="Parkraumsensorik",
                summary="Wo frei ist.",
                sections=(
                    Section(
                        anchor="ziel",
                        heading="Ziel",
                        blocks=(
                            Block(anchor="z1", text="Weniger Suchverkehr."),
                            Block(anchor="z2", caption="Plan", text=" "),
                        ),
                    ),
                ),
            ),
        },
        case=Case(
            maturity="pilot", software=("LoRaWAN",), started=dt.date(2025, 2, 1), legal_basis="§ 45 StVO"
        ),
        costs=Costs(note="je Sensor 90 €"),
        contact=Contact(role="Tiefbauamt"),
        expires=dt.date(2027, 1, 31),
        attachments=(
            Attachment(
                url="x",
                name="plan.pdf",
                media_type="application/pdf",
                size=1,
                digest="sha256:" + "0" * 64,
                title="Plan",
            ),
            Attachment(
                url="x",
                name="bild.svg",
                media_type="image/svg+xml",
                size=1,
                digest="sha256:" + "1" * 64,
                role="picture",
            ),
        ),
    )
    names = Names(
        bodies={"07111000": "Koblenz"},
        topics={"ki": "Künstliche Intelligenz"},
        districts={"07111000": "07111000"},
        sizes={"07111000": "100000"},
    )
    files = ("Seite eins", " ", "Seite zwei")
    assert build_record(document, source="koblenz", changed=AT, names=names, files=files) == Record(
        object_id=ID,
        audience="public",
        kind="case_report",
        title="Parkraumsensorik",
        changed=AT,
        source="koblenz",
        topics=("ki", "neues-thema"),
        publishers=("07111000", "unbekannt"),
        districts=("07111000",),
        sizes=("100000",),
        languages=("de", "en"),
        maturity="pilot",
        costs="unbekannt",
        year=2025,
        expires=dt.date(2027, 1, 31),
        titles=("Parking sensors", "Parkraumsensorik"),
        leads=("Wo frei ist.", "Künstliche Intelligenz", "neues-thema", "Koblenz"),
        bodies=("Ziel", "Weniger Suchverkehr.", "Plan"),
        extras=("LoRaWAN", "§ 45 StVO", "je Sensor 90 €", "Tiefbauamt", "Plan", "plan.pdf"),
        files=("Seite eins", "Seite zwei"),
    )


def test_a_sparse_document_of_our_own() -> None:
    document = Document(id=ID, kind="body", audience="instance", texts={"de": Text(title="Mainz")})
    assert build_record(document, source="", changed=AT, names=Names()) == Record(
        object_id=ID,
        audience="instance",
        kind="body",
        title="Mainz",
        changed=AT,
        source="local",
        languages=("de",),
        titles=("Mainz",),
    )


def test_the_year_is_that_of_the_matter() -> None:
    starts, texts = AT.replace(year=2027), {"de": Text(title="T")}
    slot = Slot(uid="1", title="Auftakt", starts=starts, ends=starts, room="Saal")
    event = Document(
        id=ID,
        kind="event",
        texts=texts,
        event=Event(starts=starts, ends=starts, location="Zollhafen", slots=(slot,)),
    )
    module = Document(
        id=ID, kind="module", texts=texts, module=Module(released=dt.date(2024, 1, 1), licence="EUPL-1.2")
    )
    assert (year_of(event), year_of(module)) == (2027, 2024)
    assert build_record(event, source="", changed=AT, names=Names()).extras == (
        "Zollhafen",
        "Auftakt",
        "Saal",
    )
    assert build_record(module, source="", changed=AT, names=Names()).extras == ("EUPL-1.2",)
    assert year_of(Document(id=ID, kind="case_report", texts=texts, case=Case())) is None


def test_what_a_kind_is_asked_for_and_does_not_say_is_unknown() -> None:
    texts = {"de": Text(title="T")}
    report = build_record(
        Document(id=ID, kind="case_report", texts=texts, case=Case()), source="", changed=AT, names=Names()
    )
    assert (report.maturity, report.costs, report.licence) == ("unbekannt", "unbekannt", "")
    dear = Document(
        id=ID, kind="module", texts=texts, module=Module(licence="MIT"), costs=Costs(monthly_eur=1_000)
    )
    module = build_record(dear, source="", changed=AT, names=Names())
    assert (module.maturity, module.costs, module.licence) == ("", "50000", "MIT")


def test_publishers_of_one_region_count_once_and_those_not_known_not_at_all() -> None:
    document = Document(id=ID, kind="module", publishers=("a", "b", "c"), texts={"de": Text(title="T")})
    names = Names(districts={"a": "07131", "b": "07131"}, sizes={"a": "", "b": "2000"})
    record = build_record(document, source="", changed=AT, names=names)
    assert (record.districts, record.sizes) == (("07131",), ("2000",))
