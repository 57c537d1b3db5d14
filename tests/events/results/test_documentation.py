"""The documentation of the whole event: one tagged PDF, whole, and as its reader may read it."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from django.utils import timezone

from events.models import Outcome, SessionNotePage
from events.planning.releases import release_programme
from events.results import documentation
from events.results.documentation import print_documentation
from events.results.services import note_outcome
from hub.catalogue.settling import settle
from hub.documents import Viewer
from tests.events.printing.conftest import read, text_of
from tests.events.results.conftest import address, place, then
from tests.factories.events import add_participant, add_seat, add_session
from tests.theme.test_pdf import elements

SECRET = "Nur für Mitglieder gedacht"


def add_page(section, session, heading="Was wir mitnehmen", words="<p>Erst die Frage.</p>", **fields):
    """A published page of a session."""
    content = [{"type": "paragraph", "value": f"<h3>Gelernt</h3>{words}"}]
    sections = json.dumps([{"type": "section", "value": {"heading": heading, "content": content}}])
    event = f"http://mainz.localhost:8001/id/{session.plan.desk.event.translation_key}"
    facts = {"event": event, "slot": str(session.pk), "sections": sections, "topics": ["ikz"], **fields}
    page = SessionNotePage(title=session.title, summary="Kurz gesagt.", live=False, **facts)
    section.add_child(instance=page)
    page.save_revision().publish()
    Outcome.objects.create(session=session, held=True, page=page)
    settle()
    return page


@pytest.fixture
def held(section, desk, plan, rooms, session, organiser, now):
    """One session with a page, one without, one that was not held, one open; a seat and a release."""
    for title, hour, said in (
        ("Offene Daten", 10, {"held": True, "reason": "Offener Austausch."}),
        ("Wärmeplanung", 11, {"held": False, "reason": "Niemand kam."}),
    ):
        other = place(add_session(plan, title), rooms[0], hour)
        note_outcome(other.pk, user=organiser, now=now, **said)
    place(add_session(plan, "Abschluss"), rooms[0], 15)
    add_seat(add_participant(desk))
    release_programme(plan, "Am Ende", "", None, then(17), tells=False)
    return add_page(section, session)


def test_it_is_tagged_and_holds_cover_figures_programme_and_every_session(
    visitor, desk, session, held
) -> None:
    response = visitor.get(address(desk, "ergebnisse/dokumentation.pdf"))
    pdf = read(response)
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "de"
    assert catalogue["/StructTreeRoot"]["/K"][0].get_object()["/S"] == "/Document"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    assert pdf.metadata.title == "Dokumentation: Barcamp Rheinland-Pfalz"
    where = f"http://mainz.localhost:8001{address(desk, 'ergebnisse/')}"
    figures = [each["/Alt"] for each in elements(pdf) if each["/S"] == "/Figure"]
    assert figures == [f"QR-Code: die Ergebnisse im Netz, {where}"]
    text = text_of(pdf)
    inside = (
        "Barcamp Rheinland-Pfalz", "Inhalt", "In Zahlen", "Personen mit Platz", "Programm „Am Ende“",
        "Was wir mitnehmen", "Gelernt", "Erst die Frage.", f"/id/{held.translation_key}",
        "Eine Seite gibt es nicht: Offener Austausch.", "Sie fiel aus: Niemand kam.", "Das Ergebnis folgt.",
    )  # fmt: skip
    places = [text.find(each) for each in inside]
    assert -1 not in places, dict(zip(inside, places, strict=True))
    assert places == sorted(places)
    assert "@" not in text
    etag = response["ETag"]
    again = visitor.get(address(desk, "ergebnisse/dokumentation.pdf"), headers={"if-none-match": etag})
    assert again.status_code == 304


def test_headings_go_down_step_by_step(visitor, desk, held) -> None:
    pdf = read(visitor.get(address(desk, "ergebnisse/dokumentation.pdf")))
    levels = [int(each["/S"][2]) for each in elements(pdf) if re.fullmatch("/H[1-6]", each["/S"])]
    assert levels[0] == 1
    assert 5 in levels
    assert all(later - level <= 1 for level, later in pairwise(levels))


def test_what_is_for_members_stands_in_the_pdf_of_members_alone(
    visitor, browser, section, desk, session
) -> None:
    add_page(section, session, words=f"<p>{SECRET}</p>", audience="members")
    for_all = text_of(read(visitor.get(address(desk, "ergebnisse/dokumentation.pdf"))))
    assert SECRET not in for_all
    assert "Ihre Seite ist für Mitglieder." in for_all
    assert SECRET in text_of(read(browser.get(address(desk, "ergebnisse/dokumentation.pdf"))))
    again = text_of(read(visitor.get(address(desk, "ergebnisse/dokumentation.pdf"))))
    assert SECRET not in again


def test_where_all_pages_are_too_long_their_summaries_stand_there(
    desk, section, session, monkeypatch
) -> None:
    add_page(section, session)
    monkeypatch.setattr(documentation, "LONGEST_TEXTS", 10)
    page = print_documentation(desk, Viewer.anonymous(), timezone.now()).page
    assert "Kurz gesagt." in page
    assert "Erst die Frage." not in page
    assert "too long for one file" in page or "zu lang für eine Datei" in page


def test_it_costs_the_same_at_one_and_at_three_pages(
    desk, section, plan, rooms, session, django_assert_num_queries
) -> None:
    add_page(section, session)
    with django_assert_num_queries(QUERIES):
        print_documentation(desk, Viewer.anonymous(), timezone.now())
    for hour in (10, 11):
        add_page(section, place(add_session(plan, f"Um {hour}"), rooms[0], hour))
    with django_assert_num_queries(QUERIES):
        print_documentation(desk, Viewer.anonymous(), timezone.now())


QUERIES = 7
"""Three for the list, one for what pages lead to, one for the release, two for people."""
