"""How a series stands: between its dates nothing is going on, and its results come after the last."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from events.dates import last_end, next_start
from events.models import EventDesk, EventPage
from events.office.panel import build_panel
from events.phases import Phase, is_open
from events.printing.attendance import list_days, list_near_days
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Viewer
from tests.factories.events import add_desk, add_event

STARTS = dt.datetime(2027, 3, 12, 9, 0, tzinfo=dt.UTC)
HOUR, WEEK = dt.timedelta(hours=1), dt.timedelta(days=7)
FRIDAYS = "FREQ=WEEKLY;INTERVAL=1;BYDAY=FR"


@pytest.fixture
def desk(section) -> EventDesk:
    times = {"starts": STARTS, "ends": STARTS + 2 * HOUR, "recurrence_rule": f"{FRIDAYS};COUNT=3"}
    desk = add_desk(add_event(section), registration_opens=None, proposals_open=None, votes_open=None)
    EventPage.objects.filter(pk=desk.event_id).update(**times)
    settle()
    return EventDesk.objects.select_related("event").get(pk=desk.pk)


def cancel(desk: EventDesk, *days: int) -> None:
    held = [{"type": "cancelled", "value": {"day": f"2027-03-{day}"}} for day in days]
    EventPage.objects.filter(pk=desk.event_id).update(recurrence_exceptions=json.dumps(held))
    desk.event.refresh_from_db()


def panel_at(desk: EventDesk, now: dt.datetime):
    entry = CatalogueEntry.objects.get(uuid=desk.event.translation_key, source="")
    with translation.override("de"):
        panel = build_panel(entry, AnonymousUser(), Viewer(), now)
        assert panel is not None
        return str(panel.title), panel.lead


@pytest.mark.parametrize("date", [0, 1, 2])
def test_each_date_is_on_site(desk, date):
    during, after = STARTS + date * WEEK + HOUR, STARTS + date * WEEK + 3 * HOUR
    assert is_open(desk, Phase.ON_SITE, during)
    assert not is_open(desk, Phase.ON_SITE, after)
    assert not is_open(desk, Phase.RESULTS, during)
    assert is_open(desk, Phase.RESULTS, after) == (date == 2)


def test_the_panel_speaks_of_results_after_the_last_date_alone(desk):
    assert panel_at(desk, STARTS + HOUR) == ("Mitmachen", "Die Veranstaltung läuft gerade.")
    title, lead = panel_at(desk, STARTS + 3 * HOUR)
    assert title == "Mitmachen"
    assert "19. März 2027" in lead
    assert panel_at(desk, STARTS + WEEK + HOUR)[1] == "Die Veranstaltung läuft gerade."
    assert panel_at(desk, STARTS + 2 * WEEK + 3 * HOUR)[0] == "Ergebnisse"


def test_dates_that_are_cancelled_do_not_count(desk):
    cancel(desk, 19, 26)
    assert last_end(desk.event) == STARTS + 2 * HOUR
    assert is_open(desk, Phase.RESULTS, STARTS + 3 * HOUR)
    assert not is_open(desk, Phase.ON_SITE, STARTS + WEEK + HOUR)
    cancel(desk, 19)
    assert next_start(desk.event, STARTS + HOUR) == STARTS + 2 * WEEK


def test_there_is_a_list_to_sign_for_each_date(desk):
    assert list_days(desk) == [dt.date(2027, 3, day) for day in (12, 19, 26)]
    cancel(desk, 19)
    assert list_days(desk) == [dt.date(2027, 3, day) for day in (12, 26)]


def test_of_a_series_without_an_end_the_next_lists_are_offered(desk):
    EventPage.objects.filter(pk=desk.event_id).update(recurrence_rule=FRIDAYS)
    desk.event.refresh_from_db()
    days = list_days(desk)
    near = list_near_days(days, dt.date(2027, 5, 1))
    assert near[:2] == [dt.date(2027, 4, 30), dt.date(2027, 5, 7)]
    assert (len(days), len(near)) == (500, 31)
    assert list_near_days(days[:3], dt.date(2099, 1, 1)) == days[:3]
