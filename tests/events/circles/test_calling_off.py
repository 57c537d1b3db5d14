"""Cancelling all that follow, taking it back, and series that another one replaced."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid

import pytest

from events.calendars.telling import tell_changes
from events.circles.calling_off import cancel_following, restore_date
from events.circles.dates import MeetingDate, find_date, keep_meeting, list_year, read_dates
from events.circles.feed import build_circle_feed
from events.circles.members import accept, ask_to_join, end
from events.circles.refusing import Refused
from events.circles.series import Move, begin_series, cancel_date, change_following, move_date
from events.circles.work import propose_item
from events.models import (
    AgendaItem,
    Circle,
    CircleSeries,
    EventDesk,
    EventPage,
    Letter,
    Meeting,
    Person,
    Registration,
)
from events.noting.services import author_of, open_note, write
from events.registering.services import cancel
from hub.accounts.models import Role
from hub.documents import Viewer
from tests.events.circles.conftest import NOW, WISH, address, berlin, browser
from tests.events.circles.test_series import TUESDAYS, date_of, invited, poll, usual
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db
FORTNIGHT = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20290410T215959Z"


def year(circle: Circle) -> list[MeetingDate]:
    return list_year(circle, 2029, Viewer.anonymous(), inside=True)


def off(circle: Circle) -> list[bool]:
    return [each.is_cancelled for each in year(circle)]


def stamp_of(index: int) -> str:
    return berlin(2029, *TUESDAYS[index], 10).astimezone(dt.UTC).strftime("%Y%m%dT%H%MZ")


def fallen(circle: Circle, series: CircleSeries, index: int) -> MeetingDate:
    found = find_date(circle, series.pk, stamp_of(index))
    assert found is not None
    found.series.circle = circle
    return found


def seats(series: CircleSeries) -> set[str]:
    """Who has one."""
    held = Registration.objects.filter(person__desk__event=series.event_id, state="confirmed")
    return set(held.values_list("person__email", flat=True))


def test_this_date_and_all_that_follow_are_cancelled_by_one_mail(circle, series, leader):
    cancel_following(date_of(series, 3), leader, NOW)
    assert poll(circle) == usual(*TUESDAYS[:3])
    assert tell_changes(NOW) == 1
    letter = Letter.objects.latest("pk")
    assert invited([letter]) == [("event_changed", "REQUEST")]
    assert "UNTIL=20290320" in letter.calendar
    assert tell_changes(NOW) == 0
    assert off(circle) == [False] * 3 + [True] * 3
    assert all(each.may_be_restored for each in year(circle)[3:])


def test_one_of_them_takes_place_after_all(circle, series, leader):
    cancel_following(date_of(series, 3), leader, NOW)
    tell_changes(NOW)
    restore_date(fallen(circle, series, 4), leader, NOW)
    assert poll(circle) == usual(*TUESDAYS[:3], TUESDAYS[4])
    assert tell_changes(NOW) == 1
    assert off(circle) == [False, False, False, True, False, True]
    restore_date(date_of(series, 3), leader, NOW)
    restore_date(fallen(circle, series, 5), leader, NOW)
    assert poll(circle) == usual(*TUESDAYS)
    assert off(circle) == [False] * 6


def test_all_of_them_take_place_after_all(circle, series, leader):
    cancel_date(date_of(series, 4), leader, NOW)
    cancel_following(date_of(series, 3), leader, NOW)
    tell_changes(NOW)
    restore_date(fallen(circle, series, 3), leader, NOW, following=True)
    assert poll(circle) == usual(*TUESDAYS[:4], TUESDAYS[5])
    assert tell_changes(NOW) == 1


def test_a_whole_series_is_cancelled_and_comes_back(circle, series, leader):
    cancel_following(date_of(series, 0), leader, NOW)
    assert tell_changes(NOW) == 1
    assert invited([Letter.objects.latest("pk")]) == [("event_cancelled", "CANCEL")]
    assert EventPage.objects.get(pk=series.event_id).status == "cancelled"
    assert off(circle) == [True] * 6
    assert not any(each.is_replaced for each in year(circle))
    restore_date(fallen(circle, series, 2), leader, NOW)
    assert poll(circle) == usual(*TUESDAYS)
    assert tell_changes(NOW) == 1


def test_a_series_that_was_replaced_does_not_come_back(circle, series, leader):
    cancel_following(date_of(series, 4), leader, NOW)
    later = dataclasses.replace(WISH, starts=berlin(2029, 3, 6, 14), ends=berlin(2029, 3, 6, 15))
    change_following(date_of(series, 0), later, leader, NOW)
    for index in (0, 2):
        found = fallen(circle, series, index)
        assert found.is_replaced
        for verb in (restore_date, cancel_following, cancel_date):
            with pytest.raises(Refused):
                verb(found, leader, NOW)
    assert EventPage.objects.get(pk=series.event_id).status == "cancelled"
    text = browser(leader).get(address(circle, "?jahr=2029")).content.decode()
    assert "4 Termine beendeter Reihen" in text
    path = address(circle, f"leitung/termine/{series.pk}/{stamp_of(0)}/")
    page = browser(leader)
    assert "geplant stattfinden" not in page.get(path).content.decode()
    page.post(path, {"action": "restore"})
    assert EventPage.objects.get(pk=series.event_id).status == "cancelled"


def test_what_was_written_stays_within_reach(circle, series, leader, member):
    for index in (3, 5):
        meeting = keep_meeting(date_of(series, index))
        propose_item(meeting, AgendaItem(title=f"Punkt {index}"), None)
        text = f"Vorbereitet für Treffen {index}"
        write(open_note(meeting=meeting).pk, author_of(leader), 0, text, uuid.uuid4(), NOW)
    fewer = dataclasses.replace(
        WISH, starts=berlin(2029, 3, 28, 16), ends=berlin(2029, 3, 28, 17), rule=FORTNIGHT.replace("TU", "WE")
    )
    new = change_following(date_of(series, 3), fewer, leader, NOW)
    assert Meeting.objects.get(note__text__contains="Treffen 3").event_id == new.event_id
    shown = browser(member.user).get(address(circle, "?jahr=2029")).content.decode()
    path = address(circle, f"termine/{series.pk}/{stamp_of(5)}/")
    assert path in shown
    assert stamp_of(4) not in shown
    minutes = browser(member.user).get(path + "protokoll/")
    assert "Vorbereitet für Treffen 5" in minutes.content.decode()
    assert {each.meeting.event_id for each in AgendaItem.objects.all()} == {new.event_id}


def test_the_page_says_what_is_cancelled_and_asks_first(circle, series, leader, member):
    path = address(circle, f"leitung/termine/{series.pk}/{stamp_of(3)}/absagen/")
    page = browser(leader)
    text = page.get(path).content.decode()
    assert "Alle 3 Treffen absagen" in text
    assert poll(circle) == usual(*TUESDAYS)
    assert browser(member.user).post(path, {"action": "following"}).status_code == 403
    assert "Es wurde nichts geändert" in page.post(path, {"action": "dance"}).content.decode()
    assert poll(circle) == usual(*TUESDAYS)
    assert page.post(path, {"action": "following"}).status_code == 302
    assert poll(circle) == usual(*TUESDAYS[:3])
    change = path.replace("absagen/", "")
    assert "Dieses und alle folgenden wie geplant" in page.get(change).content.decode()
    page.post(change, {"action": "restore_following"})
    assert poll(circle) == usual(*TUESDAYS)


def test_a_draft_keeps_all_dates_and_leads_to_the_editor(circle, series, leader):
    page = EventPage.objects.get(pk=series.event_id)
    page.summary = "Noch nicht fertig."
    page.save_revision()
    path = address(circle, f"leitung/termine/{series.pk}/{stamp_of(3)}/")
    editor = f'<a href="/admin/pages/{page.pk}/edit/">Seite in der Redaktion öffnen</a>'
    for tail, data in (
        ("absagen/", {"action": "following"}),
        ("", {"action": "move", "starts": "2029-03-28T10:00", "minutes": "60"}),
    ):
        assert editor in browser(leader).post(path + tail, data).content.decode()
    assert poll(circle) == usual(*TUESDAYS)
    assert not Meeting.objects.exists()


def test_the_form_begins_with_the_rhythm_there_is(circle, leader, member):
    series = begin_series(circle, dataclasses.replace(WISH, rule=FORTNIGHT), leader, NOW)
    stamp = next(read_dates(date_of(series, 0).series)).stamp
    text = browser(leader).get(address(circle, f"leitung/termine/{series.pk}/{stamp}/folgende/")).content
    assert '<option value="fortnight" selected>' in text.decode()
    assert 'value="2029-04-10"' in text.decode()


def test_a_meeting_alone_keeps_its_agenda_when_moving_it_fails(circle, leader, member):
    alone = begin_series(circle, dataclasses.replace(WISH, rule=""), leader, NOW)
    keep_meeting(date_of(alone, 0))
    EventPage.objects.filter(pk=alone.event_id).update(online_url="kein Verweis")
    with pytest.raises(Refused):
        move_date(date_of(alone, 0), Move(berlin(2029, 3, 7, 9), berlin(2029, 3, 7, 10)), leader, NOW)
    assert Meeting.objects.get().at == WISH.starts
    EventPage.objects.filter(pk=alone.event_id).update(online_url="")
    move_date(date_of(alone, 0), Move(berlin(2029, 3, 7, 9), berlin(2029, 3, 7, 10)), leader, NOW)
    assert Meeting.objects.get().at == berlin(2029, 3, 7, 9)
    assert build_circle_feed(circle)


@pytest.mark.parametrize("first", [0, 3])
def test_who_left_meanwhile_hears_nothing_and_who_joined_gets_the_dates(
    circle, series, leader, member, section, first, clock
):
    other = add_person("zweite@mainz.demo.invalid", section.body, Role.MEMBER, first_name="Toni")
    staying = ask_to_join(circle, other, NOW)
    accept(staying, NOW)
    cancel_following(date_of(series, first), leader, NOW)
    tell_changes(NOW)
    EventPage.objects.filter(pk=series.event_id).update(online_url="https://treffen.demo.invalid/neu")
    now = clock["now"] = berlin(2029, 3, 21, 9).astimezone(dt.UTC) if first else NOW
    joining = ask_to_join(circle, leader, now)
    end(member, now)
    accept(joining, now)
    assert seats(series) == {member.user.email, other.email}
    before = Letter.objects.count()
    restore_date(fallen(circle, series, 4), leader, now)
    assert seats(series) == {other.email, leader.email}
    assert tell_changes(now) == 1
    letters = list(Letter.objects.order_by("pk")[before:])
    assert [(each.address, each.name) for each in letters] == [
        (member.user.email, "circle_left"),
        (leader.email, "circle_invited"),
        (other.email, "event_changed"),
    ]
    assert [each.method for each in letters] == ["CANCEL", "REQUEST", "REQUEST"]
    assert "STATUS:CANCELLED" not in letters[1].calendar


def test_who_gave_up_the_seat_or_comes_from_elsewhere_stays_so(circle, series, leader, member, clock):
    desk = EventDesk.objects.get(event=series.event)
    guest = Person.objects.create(desk=desk, email="gast@demo.invalid", confirmed=NOW)
    Registration.objects.create(person=guest, state=Registration.State.CONFIRMED, place=9)
    clock["now"] = NOW + dt.timedelta(hours=1)
    cancel(Person.objects.get(user=member.user), clock["now"])
    cancel_following(date_of(series, 0), leader, NOW)
    restore_date(fallen(circle, series, 2), leader, NOW)
    assert seats(series) == {guest.email}


def test_who_left_and_came_back_while_it_was_off_has_a_seat(circle, series, leader, member):
    end(member, NOW)
    cancel_following(date_of(series, 0), leader, NOW)
    accept(ask_to_join(circle, member.user, NOW), NOW)
    assert seats(series) == set()
    restore_date(fallen(circle, series, 2), leader, NOW)
    assert seats(series) == {member.user.email}


def test_a_refusal_leaves_the_seats_as_they_are(circle, series, leader, member):
    cancel_following(date_of(series, 0), leader, NOW)
    end(member, NOW)
    page = EventPage.objects.get(pk=series.event_id)
    page.summary = "Noch nicht fertig."
    page.save_revision()
    letters = Letter.objects.count()
    with pytest.raises(Refused):
        restore_date(fallen(circle, series, 2), leader, NOW)
    assert (seats(series), Letter.objects.count()) == ({member.user.email}, letters)
