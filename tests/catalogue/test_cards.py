"""What lists show of each kind, worked out when a document is stored."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import Any

import pytest
from django.apps import apps

from hub.catalogue.cards import build_card
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import cards
from hub.documents import (
    Attachment,
    Costs,
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
    SessionNote,
    Training,
    Viewer,
)
from tests.theme.entries import KOBLENZ, add_entry, make_document

CONTACT = {"role": "Verkehrsplanung", "email": "verkehr@koblenz.demo.invalid"}
FILE = Attachment(
    url="https://x/1", name="a.pdf", media_type="application/pdf", size=1, digest="sha256:" + "0" * 64
)
STARTS = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 5, 4)


@pytest.mark.parametrize(
    ("kind", "fields", "facts"),
    [
        ("case_report", {"costs": Costs(once_eur=0, monthly_eur=None)}, {"once": 0}),
        ("case_report", {"demo": True}, {"demo": True, "once": 96_400, "monthly": 1_180}),
        (
            "module",
            {"costs": None, "module": Module(module_type="software", version="2.1"), "attachments": (FILE,)},
            {"module_type": "software", "version": "2.1", "files": 1},
        ),
        (
            "event",
            {
                "costs": None,
                "event": Event(starts=STARTS, ends=STARTS, location="Rathaus", status="cancelled"),
            },
            {"zone": "Europe/Berlin", "location": "Rathaus", "status": "cancelled"},
        ),
        (
            "focus_group",
            {
                "costs": None,
                "group": Group(seats=(Seat(body=KOBLENZ), Seat(body=KOBLENZ), Seat(body="07211000"))),
            },
            {"members": 2},
        ),
        (
            "format",
            {"costs": None, "recording": Recording(format="webinar", held=DAY, minutes=45)},
            {"format": "webinar", "held": "2026-05-04", "minutes": 45},
        ),
        ("session_note", {"costs": None, "session": SessionNote(held=DAY)}, {"held": "2026-05-04"}),
        (
            "dataset",
            {
                "costs": None,
                "dataset": Dataset(
                    distributions=tuple(Distribution(format=each) for each in ("CSV", "CSV", "JSON"))
                ),
            },
            {"formats": ["CSV", "JSON"]},
        ),
        (
            "indicator",
            {
                "costs": None,
                "indicator": Indicator(
                    unit="%",
                    measurements=(
                        Measurement(period="2024", value="1,5"),
                        Measurement(period="2025", value="2,5"),
                    ),
                ),
            },
            {"value": "2,5", "period": "2025", "unit": "%"},
        ),
        (
            "training",
            {"costs": None, "training": Training(step_minutes=(10, None, 20))},
            {"steps": 1, "minutes": 30},
        ),
        (
            "motion",
            {"costs": None, "motion": Motion(decided=DAY, result="angenommen")},
            {"decided": "2026-05-04", "result": "angenommen"},
        ),
    ],
)
def test_a_card_holds_what_its_kind_is_asked_for(
    kind: str, fields: dict[str, Any], facts: dict[str, Any]
) -> None:
    document = make_document(kind=kind, **fields)
    assert build_card(document) == {"contact": CONTACT, **facts}


@pytest.mark.django_db
def test_cards_are_read_without_the_documents() -> None:
    add_entry()
    (entry,) = cards(Viewer.anonymous())
    assert entry.get_deferred_fields() == {"body"}
    assert entry.card["once"] == 96_400


@pytest.mark.django_db
def test_entries_stored_before_get_their_columns_and_unreadable_ones_stay() -> None:
    known, newer = add_entry(), add_entry()
    expected = {name: getattr(known, name) for name in ("first_year_eur", "year", "card")}
    CatalogueEntry.objects.update(first_year_eur=None, year=None, card={}, topics=["umgezogen"])
    CatalogueEntry.objects.filter(pk=newer.pk).update(
        body=newer.body.replace("wissenshub/1.3", "wissenshub/2.0")
    )
    importlib.import_module("hub.catalogue.migrations.0004_fill_columns").fill(apps, None)
    known.refresh_from_db()
    newer.refresh_from_db()
    assert {name: getattr(known, name) for name in expected} == expected
    assert known.topics == ["umgezogen"]
    assert newer.card == {}
