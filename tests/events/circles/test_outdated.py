"""Two people change the same: nothing that was written is lost, and no date is changed that is gone."""

from __future__ import annotations

import dataclasses

import pytest

from events.circles.calling_off import cancel_following, restore_date
from events.circles.dates import keep_meeting
from events.circles.refusing import Refused
from events.circles.series import Move, cancel_date, change_following, move_date
from events.circles.work import propose_item
from events.models import AgendaItem, CircleSeries, EventPage, OpenQuestion, Task
from tests.events.circles.conftest import NOW, WISH, address, berlin, browser
from tests.events.circles.test_series import TUESDAYS, date_of, poll, usual

pytestmark = pytest.mark.django_db
LATER = dataclasses.replace(WISH, starts=berlin(2029, 3, 20, 14), ends=berlin(2029, 3, 20, 15))
MOVE = Move(berlin(2029, 3, 28, 14), berlin(2029, 3, 28, 15))


@pytest.fixture
def rows(circle, series, member):
    """One of each that is changed by a form: its page, what it is, and what is typed there."""
    meeting = keep_meeting(date_of(series, 0))
    item = AgendaItem(title="Testbestand", note="Was fehlt?")
    propose_item(meeting, item, member)
    question = OpenQuestion.objects.create(circle=circle, text="Wer haftet?")
    task = Task.objects.create(circle=circle, text="Fragen sammeln", member=member)
    stamp = date_of(series, 0).stamp
    return {
        "title": (address(circle, f"termine/{series.pk}/{stamp}/tagesordnung/{item.pk}/"), item),
        "question": (address(circle, f"fragen/{question.pk}/"), question),
        "text": (address(circle, f"aufgaben/{task.pk}/"), task),
    }


@pytest.mark.parametrize("kind", ["title", "question", "text"])
def test_what_another_one_saved_is_not_overwritten_unseen(rows, member, leader, kind):
    path, row = rows[kind]
    field = "title" if kind == "title" else "text"
    page = browser(member.user)
    stand = page.get(path).context["stand"]
    assert f'name="stand" value="{stand}"' in page.get(path).content.decode()
    first = browser(leader).post(path, {field: "Von der Leitung", "stand": stand})
    assert first.status_code == 302
    again = browser(leader).post(path, {field: "Von der Leitung", "stand": stand})
    assert again.status_code == 302  # a second click
    refused = page.post(path, {field: "Vom Mitglied", "stand": stand})
    told = refused.content.decode()
    assert refused.status_code == 409
    assert 'value="Vom Mitglied"' in told
    assert "Das wurde inzwischen geändert" in told
    assert "So steht es jetzt da" in told
    assert "Von der Leitung" in told
    row.refresh_from_db()
    assert getattr(row, field) == "Von der Leitung"
    saved = page.post(path, {field: "Vom Mitglied", "stand": refused.context["stand"]})
    assert saved.status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "Vom Mitglied"


@pytest.mark.parametrize("stand", [{}, {"stand": ""}, {"stand": "0" * 32}])
def test_a_form_that_does_not_say_what_was_read_changes_nothing(rows, member, stand):
    path, row = rows["text"]
    refused = browser(member.user).post(path, {"text": "Anders", "member": member.pk, **stand})
    assert refused.status_code == 409
    assert member.name in [words for _label, words in refused.context["stands_now"]]
    row.refresh_from_db()
    assert row.text == "Fragen sammeln"


def test_what_is_done_meanwhile_stays_done(circle, rows, member):
    path, row = rows["text"]
    page = browser(member.user)
    stand = page.get(path).context["stand"]
    page.post(address(circle, "aufgaben/"), {"task": row.pk, "done": "1"})
    assert page.post(path, {"text": "Anders", "member": member.pk, "stand": stand}).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.done) == ("Anders", NOW)


def test_what_follows_is_changed_once(circle, series, leader):
    stale = date_of(series, 2)
    change_following(date_of(series, 2), LATER, leader, NOW)
    dates = poll(circle)
    with pytest.raises(Refused):
        change_following(stale, LATER, leader, NOW)
    assert CircleSeries.objects.count() == 2
    assert poll(circle) == dates


@pytest.mark.parametrize("first", [0, 3])
@pytest.mark.parametrize(
    "verb",
    [
        cancel_date,
        cancel_following,
        lambda found, *by: move_date(found, MOVE, *by),
        lambda found, *by: change_following(found, LATER, *by),
    ],
)
def test_nothing_is_changed_about_a_date_that_fell_away_meanwhile(circle, series, leader, verb, first):
    stale = date_of(series, 4)
    cancel_following(date_of(series, first), leader, NOW)
    page, dates = EventPage.objects.get(pk=series.event_id), poll(circle)
    with pytest.raises(Refused):
        verb(stale, leader, NOW)
    now = EventPage.objects.get(pk=series.event_id)
    assert now.latest_revision_id == page.latest_revision_id
    assert CircleSeries.objects.count() == 1
    assert poll(circle) == dates


def test_what_takes_place_again_is_not_restored_twice(circle, series, leader):
    cancel_date(date_of(series, 1), leader, NOW)
    stale = date_of(series, 1)
    restore_date(stale, leader, NOW)
    with pytest.raises(Refused):
        restore_date(stale, leader, NOW)
    assert poll(circle) == usual(*TUESDAYS)
