"""Public feeds: unchanged, they are answered before they are built; lists hold a year back and all ahead."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from hub.catalogue.models import CatalogueEntry
from hub.documents import Document, Event, Recurrence, Text
from tests.search.catalogue import store

pytestmark = pytest.mark.django_db
ALL, TOPIC = "/kalender/alle.ics", "/kalender/thema/ikz.ics"


def add(title="Treffen", days=30, rule="", topics=("ikz",)):
    """A received event that begins in so many days, as the catalogue holds it."""
    starts = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
    recurrence = Recurrence(rule=rule) if rule else None
    document = Document(
        id=f"http://koblenz.localhost:8002/id/{uuid.uuid4()}",
        kind="event",
        texts={"de": Text(title=title)},
        topics=topics,
        event=Event(starts=starts, ends=starts + dt.timedelta(hours=1), recurrence=recurrence),
    )
    return store(document, source="koblenz")


def titles(address=ALL):
    events = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    return [str(event["summary"]) for event in events]


@pytest.mark.parametrize("kind", ["all", "source", "topic", "event"])
@pytest.mark.parametrize("number", [1, 3])
def test_an_unchanged_feed_is_known_without_reading_a_document_of_it(number, kind, django_assert_num_queries):
    entries = [add(f"Treffen {index}") for index in range(number)]
    # What the feed holds; whether the source is known; the entry itself; the topics and their names.
    address, queries = {
        "all": (ALL, 1),
        "source": ("/kalender/koblenz.ics", 2),
        "topic": (TOPIC, 2),
        "event": (f"/kalender/{entries[0].uuid}.ics", 2),
    }[kind]
    Client().get(address)  # the vocabulary is read once a process
    with django_assert_num_queries(queries + 1):
        first = Client().get(address)
    assert Client().get(address).content == first.content
    with django_assert_num_queries(queries):
        again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_whatever_changes_or_goes_is_another_feed():
    entry, other = add("Eins"), add("Zwei", topics=())
    seen = {address: Client().get(address)["ETag"] for address in (ALL, TOPIC)}

    def is_unchanged(address):
        return Client().get(address, headers={"if-none-match": seen[address]}).status_code == 304

    assert (is_unchanged(ALL), is_unchanged(TOPIC)) == (True, True)
    CatalogueEntry.objects.filter(pk=other.pk).update(hidden=True)
    assert (is_unchanged(ALL), is_unchanged(TOPIC)) == (False, True)
    changed = entry.document.model_copy(update={"texts": {"de": Text(title="Umbenannt")}})
    store(changed, source="koblenz", revision=2)
    assert is_unchanged(TOPIC) is False
    assert titles(TOPIC) == ["Umbenannt"]


def test_a_feed_in_another_language_is_another_one():
    add()
    german = Client().get(ALL, headers={"accept-language": "de"})["ETag"]
    assert Client().get(ALL, headers={"accept-language": "en", "if-none-match": german}).status_code == 200


def test_lists_hold_a_year_back_and_all_that_is_ahead():
    add("Lange vorbei", days=-400)
    add("Vorbei", days=-300)
    add("In fünf Jahren", days=5 * 365)
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    begun = timezone.now() - dt.timedelta(days=700)
    add("Reihe, die weitergeht", days=-700, rule=f"FREQ=WEEKLY;INTERVAL=1;BYDAY={weekday[begun.weekday()]}")
    wanted = ["Reihe, die weitergeht", "Vorbei", "In fünf Jahren"]
    for address in (ALL, "/kalender/koblenz.ics", TOPIC):
        assert titles(address) == wanted, address


def test_a_single_event_is_there_however_old_it_is():
    entry = add("Lange vorbei", days=-400)
    assert titles(f"/kalender/{entry.uuid}.ics") == ["Lange vorbei"]
