"""The progress report: exact numbers of a period and of the one before."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.utils import timezone

from hub.catalogue.models import CatalogueEntry, Change
from hub.documents import Audience, Case, Costs, Event, Module, Relation, Release, SessionNote
from hub.site.reports.periods import Period
from hub.site.reports.progress import progress_report
from hub.site.reports.scope import Scope
from tests.factories.messages import add_answer, add_request
from tests.factories.people import add_town
from tests.factories.statements import receive, received_statement
from tests.site.reports import TODAY, figures_of, values_of
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

TRIER, MAINZ = "07211000", "07315000"
POSITIONS = itertools.count(1)


@pytest.fixture(autouse=True)
def bodies(db: None) -> None:
    add_bodies()


def moment(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def publish(title: str, days: int = 0, **fields: Any) -> CatalogueEntry:
    """Something first published so many days ago."""
    values = {"first_published": moment(days), "changed": moment(days)}
    return add_entry(make_document(title, **fields), **values)


def publish_again(entry: CatalogueEntry, days: int, revision: int = 2) -> None:
    number = next(POSITIONS)
    Change.objects.create(
        position=number,
        origin=entry.origin,
        epoch=1,
        seq=number,
        hash=str(number),
        object_id=entry.object_id,
        revision=revision,
        type="publish",
        object_digest="sha256:x",
        created=moment(days),
    )
    CatalogueEntry.objects.filter(pk=entry.pk).update(changed=max(entry.changed, moment(days)))


def report(keys: Any = None, days: int = 10) -> Any:
    period = Period(TODAY() - dt.timedelta(days=days - 1), TODAY())
    return progress_report(Scope(keys, (KOBLENZ,), "alle"), period, TODAY())


def overview(keys: Any = None) -> dict[str, tuple[Any, ...]]:
    return figures_of(report(keys), "ueberblick")


def test_new_and_revised_are_told_apart_by_city_and_kind():
    publish("Neu")
    publish("Vorher", 12)
    publish("Alt", 400)
    again = publish("Überarbeitet", 400)
    publish_again(again, 3)
    publish_again(again, 2, revision=3)
    earlier = publish("Früher überarbeitet", 400)
    publish_again(earlier, 15)
    publish("Gemeinsam", kind="motion", case=None, publishers=(TRIER, KOBLENZ))
    found = report()
    figures = figures_of(found, "ueberblick")
    assert figures["Neue Beiträge"] == (2, 1)
    assert figures["Überarbeitete Beiträge"] == (1, 1)
    assert values_of(found, "kommunen") == [("Koblenz", 2, 1, 1), ("Trier", 1, 0, 0)]
    assert values_of(found, "arten") == [
        ("Koblenz", "Erfahrungsberichte", 1, 1),
        ("Koblenz", "Ratsanträge", 1, 0),
        ("Trier", "Ratsanträge", 1, 0),
    ]
    assert figures_of(report((TRIER,)), "kommunen") == {"Trier": (1, 0, 0)}


def test_what_an_instance_keeps_to_itself_is_not_reported():
    publish("Intern", audience=Audience.INSTANCE)
    publish("Für Mitglieder", audience=Audience.MEMBERS)
    assert overview()["Neue Beiträge"] == (1, 0)


def test_events_held_and_focus_groups_that_met():
    group = publish("KI", 400, kind="focus_group", case=None)
    other = publish("Daten", 400, kind="focus_group", case=None)
    publish("Nie", 400, kind="focus_group", case=None)

    def hold(title: str, days: int, **fields: Any) -> None:
        starts = moment(days)
        event = Event(starts=starts, ends=starts + dt.timedelta(hours=1), **fields.pop("event", {}))
        publish(title, 400, kind="event", case=None, event=event, **fields)

    hold("Treffen", 3, relations=(Relation(type="part_of", target=group.object_id),))
    hold("Noch eines", 2, relations=(Relation(type="part_of", target=group.object_id),))
    hold("Barcamp", 2)
    hold("Abgesagt", 2, event={"status": "cancelled"})
    hold("Kommt erst", -2)
    hold("Davor", 12, relations=(Relation(type="part_of", target=other.object_id),))
    note = SessionNote(held=TODAY() - dt.timedelta(days=1))
    publish(
        "Notiz",
        kind="session_note",
        case=None,
        session=note,
        relations=(Relation(type="led_to", target=other.object_id),),
    )
    figures = overview()
    assert figures["Veranstaltungen"] == (3, 1)
    assert figures["Fokusgruppen, die getagt haben"] == (2, 1)


def test_releases_are_those_dated_in_the_period():
    today = TODAY()
    days = [today, today - dt.timedelta(days=9), today - dt.timedelta(days=10), today - dt.timedelta(days=40)]
    releases = tuple(Release(version=str(n), released=day) for n, day in enumerate(days))
    module = Module(version="0", released=today, releases=releases)
    publish("Neuer", kind="module", case=None, module=module)
    single = Module(version="1", released=today - dt.timedelta(days=1))
    publish("Alter", 400, kind="module", case=None, module=single)
    publish("Ohne", 400, kind="module", case=None, module=Module(version="1"))
    figures = overview()
    assert figures["Versionen von Bausteinen"] == (3, 1)
    assert figures["Neue Bausteine"] == (1, 0)


def test_costs_are_those_that_new_reports_state():
    publish("Mit", costs=Costs(once_eur=1000, monthly_eur=10))
    publish("Ohne", costs=None)
    publish("Davor", 12, costs=Costs(once_eur=5))
    publish("Baustein", kind="module", case=None, costs=Costs(once_eur=7))
    figures = overview()
    assert figures["Neue Erfahrungsberichte"] == (2, 1)
    assert figures["davon mit Kosten"] == (1, 1)
    assert figures["Darin genannte Kosten im ersten Jahr, in Euro"] == (1120, 5)


def test_confirmed_and_overdue_reports():
    today = TODAY()
    for days in (1, 12, 500):
        publish(f"Bestätigt {days}", 600, case=Case(confirmed=today - dt.timedelta(days=days)))
    publish("Unbestätigt, alt", 600)
    publish("Unbestätigt, neu", 30)
    found = report()
    assert figures_of(found, "ueberblick")["Erneut bestätigte Erfahrungsberichte"] == (1, 1)
    note = found.tables[0].note
    assert note.startswith("Heute bestätigte Erfahrungsberichte: 3. Überfällig, ")
    assert note.endswith(" unbestätigt: 2.")


def test_adoptions_inside_and_beyond_the_four_cities():
    entry = publish("Baustein", 400, kind="module", case=None)
    add_town("07131001", "Adenau", population=2_900)
    for body in (MAINZ, "07131001", "07131002"):
        receive(received_statement(entry, body=body))
    found = report()
    assert values_of(found, "nachnutzungen") == [
        ("der vier Städte", 1, 0, 0, 1),
        ("anderer Kommunen", 2, 0, 0, 2),
    ]
    assert found.sentences[1] == "Neue Nachnutzungen der vier Städte: 1. Anderer Kommunen: 2."


def test_towns_reached_are_counted_once_and_by_size():
    entry = publish("Baustein", kind="module", case=None)
    small = add_town("07131001", "Adenau", population=2_900)
    receive(received_statement(entry, body=small.pk))
    add_request(entry, small.pk, days=2)
    add_request(entry, "07999999", days=1)
    found = report()
    assert figures_of(found, "groessen") == {
        "2.000 bis 4.999 Einwohner": (1, 0),
        "100.000 bis 199.999 Einwohner": (1, 0),
        "Einwohnerzahl unbekannt": (1, 0),
    }
    assert figures_of(found, "ueberblick")["Erreichte Kommunen"] == (3, 0)


def test_requests_and_answers_of_both_periods():
    entry = publish("Baustein", 400)
    add_answer(add_request(entry, TRIER, days=5), days=3)
    add_answer(add_request(entry, MAINZ, days=14), days=10)
    found = report()
    assert figures_of(found, "ueberblick")["Anfragen an Kommunen dieser Instanz"] == (1, 1)
    assert figures_of(found, "ueberblick")["Tage bis zur Antwort (Median)"] == (2, 4)
    assert found.sentences[-1].endswith("nach 2 Tagen beantwortet (Median).")


@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize("keys", [None, (KOBLENZ,)])
def test_the_report_costs_as_much_for_one_as_for_many(django_assert_num_queries, number, keys):
    for index in range(number):
        body = add_town(f"0799{index:04}", f"Ort {index}", population=900)
        entry = publish(f"Baustein {index}", kind="module", publishers=(KOBLENZ, body.pk))
        receive(received_statement(entry, body=TRIER))
        add_request(entry, TRIER)
        publish(f"Gruppe {index}", kind="focus_group", case=None)
    with django_assert_num_queries(18):
        assert figures_of(report(keys), "ueberblick")["Neue Beiträge"] == (2 * number, 0)
