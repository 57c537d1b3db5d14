"""The page of all formats: what is next, what is there of the dates that were, and what came of it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from content.identity import document_id
from content.models import KnowledgeFormatPage
from events.formats import public_views
from events.models import Person, Registration
from events.registering.services import Entry, register_guest, take_part
from hub.catalogue.settling import settle
from tests.events.formats.conftest import TITLE, add_series, after, text_of
from tests.factories.events import add_event

FORMATS = "/formate/"


def add_page(section, title, *relations, **fields):
    values = {
        "summary": "Kurz.",
        "format": "webinar",
        "topics": ["geodaten"],
        "held": dt.date(2026, 5, 12),
        **fields,
    }
    parts = [
        {"type": "relation", "value": {"type": kind, "page": None, "address": document_id(page)}}
        for kind, page in relations
    ]
    page = KnowledgeFormatPage(title=title, live=False, relations=json.dumps(parts), **values)
    section.add_child(instance=page)
    page.save_revision().publish()
    return KnowledgeFormatPage.objects.get(pk=page.pk)


def test_a_series_with_its_dates_and_what_came_of_them(visitor, library, desk, dates, last):
    reached = add_event(library, "Barcamp danach")
    add_page(
        library, "Aufzeichnung vom Mai", ("part_of", desk.event), ("led_to", reached), held=last.day,
        recording_url="https://video.example.de/x",
        transcript=json.dumps([{"type": "section", "value": {
            "heading": "0:01", "content": [{"type": "paragraph", "value": "<p>Guten Tag.</p>"}]}}]),
    )  # fmt: skip
    settle()
    response = visitor.get(FORMATS)
    text = text_of(response)
    assert TITLE in text
    assert dates[3].when in text
    assert dates[2].when not in text
    assert f"/veranstaltungen/{desk.event.translation_key}/anmelden/" in response.content.decode()
    assert "Aufzeichnung vom Mai" in text
    assert "#transkript" in response.content.decode()
    assert "#fakt-slides" not in response.content.decode()
    assert "Was daraus wurde: Barcamp danach" in text
    assert "Weitere Aufzeichnungen" not in text


def test_what_belongs_to_no_series_stands_below(visitor, library, event):
    add_page(library, "Vortrag allein")
    settle()
    text = text_of(visitor.get(FORMATS))
    assert text.index("Weitere Aufzeichnungen") < text.index("Vortrag allein")


def test_without_anything_the_page_says_so(visitor, library):
    text = text_of(visitor.get(FORMATS))
    assert "Zurzeit ist keine Reihe geplant." in text


def test_what_one_may_not_read_is_not_there(visitor, browser, library):
    add_series(library, "Nur für Mitglieder", audience="members")
    add_series(library, "Nur hier", audience="instance")
    page = add_page(library, "Interne Aufzeichnung", audience="instance")
    settle()
    text = text_of(visitor.get(FORMATS))
    assert not any(title in text for title in ("Nur für Mitglieder", "Nur hier", page.title))
    text = text_of(browser.get(FORMATS))
    assert all(title in text for title in ("Nur für Mitglieder", "Nur hier", page.title))


def test_a_cancelled_date_is_struck_and_one_event_is_no_format(visitor, library):
    add_event(library, "Einmalig")
    page = add_series(library)
    from events.dates import read_event_dates

    coming = list(read_event_dates(page.build_schedule()))[3]
    page.recurrence_exceptions = json.dumps([{"type": "cancelled", "value": {"day": coming.day.isoformat()}}])
    page.save_revision().publish()
    settle()
    text = text_of(visitor.get(FORMATS))
    assert "Einmalig" not in text
    assert f"{coming.when} fällt aus" in text


def test_meetings_of_a_focus_group_stand_on_its_page(visitor, library):
    from content.models import FocusGroupPage

    seats = [("seat", {"body": library.body, "role": "Stabsstelle"})]
    group = FocusGroupPage(title="Fokusgruppe KI", summary="Kurz.", topics=["ki"], live=False, seats=seats)
    library.add_child(instance=group)
    group.save_revision().publish()
    relation = {"type": "relation", "value": {"type": "part_of", "page": None, "address": document_id(group)}}
    add_series(library, "Treffen der Gruppe", relations=json.dumps([relation]))
    settle()
    assert "Treffen der Gruppe" not in text_of(visitor.get(FORMATS))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same(visitor, library, number, django_assert_num_queries):
    for count in range(number):
        series = add_series(library, f"Reihe {count}")
        add_page(
            library,
            f"Aufzeichnung {count}",
            ("part_of", series),
            ("led_to", add_event(library, f"Folge {count}")),
        )
        add_page(library, f"Allein {count}")
    settle()
    visitor.get(FORMATS)
    with django_assert_num_queries(PAGE):
        visitor.get(FORMATS)


PAGE = 7


def test_many_series_are_paged(visitor, library, monkeypatch):
    monkeypatch.setattr(public_views, "PER_PAGE", 2)
    for count in range(3):
        add_series(library, f"Reihe {count}")
    add_page(library, "Allein")
    settle()
    first, second = text_of(visitor.get(FORMATS)), text_of(visitor.get(FORMATS + "?seite=2"))
    assert ("Reihe 2" in first, "Reihe 2" in second) == (False, True)
    assert ("Allein" in first, "Allein" in second) == (False, True)


def test_the_list_of_events_leads_there(visitor, library):
    assert f'href="{FORMATS}"' in visitor.get("/termine/").content.decode()


def test_one_registers_for_a_series_until_its_last_date_begins(desk, dates):
    """And gets the mails: none is held back because the first date was long ago."""
    register_guest(desk.pk, Entry("Kim", "Beispiel", "kim@stadt.demo.invalid"), after(dates[2], hours=1))
    person = Person.objects.get()
    person.desk = desk
    found = take_part(person, after(dates[3], hours=1))
    assert found.state == Registration.State.CONFIRMED
    assert {letter.not_after for letter in person.letters.all()} == {dates[4].date.starts}


def test_once_the_last_date_has_begun_nobody_registers(desk, dates):
    from events.registering.refusing import Refused

    with pytest.raises(Refused):
        register_guest(desk.pk, Entry("Kim", "Beispiel", "kim@stadt.demo.invalid"), dates[4].date.starts)
    assert not Person.objects.exists()
