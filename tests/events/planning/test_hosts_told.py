"""Hosts hear of each release what became of theirs since the last one, and their calendars follow."""

from __future__ import annotations

import pytest
from django.utils import timezone
from icalendar import Calendar

from events.calendars.checking import check_file
from events.calendars.components import uid_of
from events.models import AnnouncedHost, Interest, Letter, Session, SessionHost
from events.planning.releases import preview_release, release_programme
from events.proposing import reviewing
from hub.env import env
from tests.factories.events import add_host, add_participant, add_session

ALEX = "alex@verein.demo.invalid"


@pytest.fixture
def release(plan):
    """Releases the plan and gives the letters to hosts that it wrote, by address and session."""

    def make(name):
        known = set(Letter.objects.values_list("pk", flat=True))
        release_programme(plan, name, "", None, timezone.now())
        written = Letter.objects.filter(name="programme_host").exclude(pk__in=known)
        titles = {str(session.pk): session.title for session in Session.objects.all()}
        return {
            (each.address, titles[each.occasion.partition("-")[2].partition("-")[2]]): each
            for each in written
        }

    return make


@pytest.fixture
def kim(desk):
    return add_participant(desk, "Kim")


@pytest.fixture
def hosted(plan, rooms, give, kim):
    """A session of Kim and Alex, who takes no part, in the first room at nine."""
    hosts = add_host(plan, "Kim Beispiel", person=kim, email=kim.email), add_host(plan, "Alex", email=ALEX)
    session = add_session(plan, "Eins", *hosts, proposer=kim)
    give.place(session, rooms[0], 9)
    return session


def event_of(letter):
    [event] = Calendar.from_ical(letter.calendar).walk("VEVENT")
    return event


def test_each_session_has_a_letter_with_an_invitation(desk, plan, rooms, give, hosted, kim, release):
    give.place(
        add_session(plan, "Zwei", SessionHost.objects.get(session=hosted, host__person=kim).host),
        rooms[1],
        10,
    )
    give.place(add_session(plan, "Drei", add_host(plan, "Ohne Adresse")), rooms[1], 11)
    told = release("Fassung 1")
    assert set(told) == {(kim.email, "Eins"), (kim.email, "Zwei"), (ALEX, "Eins")}
    letter = told[kim.email, "Eins"]
    assert (letter.subject, letter.person, letter.not_after, letter.method) == (
        "Ihre Session „Eins“ im Programm: Barcamp",
        kim,
        desk.event.ends,
        "REQUEST",
    )
    assert letter.text.startswith("Guten Tag Kim Beispiel,")
    assert "Neu: „Eins“\n  Raum 1, 09:00 bis 10:00" in letter.text
    assert "Der Termin für Ihren Kalender liegt bei." in letter.text
    event = event_of(letter)
    assert str(event["uid"]) == uid_of(str(hosted.pk), env.origin)
    assert str(event["attendee"]) == f"mailto:{kim.email}"
    assert str(event["organizer"]) == "mailto:barcamp@mainz.demo.invalid"
    assert str(event["location"]) == "Raum 1, Digital Hub"
    assert check_file(letter.calendar.encode()).faults == []
    assert told[ALEX, "Eins"].person is None


def test_what_moved_and_what_is_out_of_the_plan(rooms, give, hosted, kim, release):
    first = release("Fassung 1")[kim.email, "Eins"]
    give.place(hosted, rooms[0], 13)
    moved = release("Fassung 2")[kim.email, "Eins"]
    assert (
        "Verschoben: „Eins“\n  jetzt Raum 1, 13:00 bis 14:00\n  bisher Raum 1, 09:00 bis 10:00" in moved.text
    )
    give.remove(hosted)
    gone = release("Fassung 3")[kim.email, "Eins"]
    assert "Entfällt: „Eins“\n  bisher Raum 1, 13:00 bis 14:00" in gone.text
    assert "nimmt sie aus Ihrem Kalender" in gone.text
    give.place(hosted, rooms[1], 9)
    back = release("Fassung 4")[kim.email, "Eins"]
    letters = [first, moved, gone, back]
    events = [event_of(letter) for letter in letters]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [letter.method for letter in letters] == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
        "REQUEST",
    ]
    assert len({str(event["uid"]) for event in events}) == 1
    numbers = [int(event["sequence"]) for event in events]
    assert numbers == sorted(set(numbers))


def end_by_decline(session):
    reviewing.decline(session, "Passt nicht.", None, timezone.now())


def end_by_reopening(session):
    reviewing.reopen(session, None, timezone.now())


@pytest.mark.parametrize("end", [end_by_decline, end_by_reopening])
def test_who_ran_what_is_over_hears_of_it_though_it_has_no_hosts_any_more(plan, hosted, kim, release, end):
    release("Fassung 1")
    end(Session.objects.get(pk=hosted.pk))
    assert not SessionHost.objects.exists()
    assert preview_release(plan).host_letters == 2
    told = release("Fassung 2")
    assert set(told) == {(kim.email, "Eins"), (ALEX, "Eins")}
    for letter in told.values():
        assert letter.method == "CANCEL"
        assert "Entfällt: „Eins“\n  bisher Raum 1, 09:00 bis 10:00" in letter.text
    assert not AnnouncedHost.objects.exists()


def test_a_session_withdrawn_into_another_is_told_to_its_hosts(plan, rooms, give, hosted, kim, release):
    kept = add_session(plan, "Zwei")
    give.place(kept, rooms[1], 11)
    release("Fassung 1")
    reviewing.merge(kept, Session.objects.get(pk=hosted.pk), None, timezone.now())
    told = release("Fassung 2")
    assert {key: letter.method for key, letter in told.items()} == {
        (kim.email, "Eins"): "CANCEL",
        (ALEX, "Eins"): "CANCEL",
        (kim.email, "Zwei"): "REQUEST",
    }


def test_who_joins_and_who_leaves_a_session_that_stays_where_it_is(desk, plan, hosted, kim, release):
    release("Fassung 1")
    toni = add_participant(desk, "Toni")
    SessionHost.objects.create(session=hosted, host=add_host(plan, "Toni", person=toni, email=toni.email))
    SessionHost.objects.filter(session=hosted, host__person=kim).delete()
    Interest.objects.create(session=hosted, person=kim)
    told = release("Fassung 2")
    assert {key: letter.method for key, letter in told.items()} == {
        (toni.email, "Eins"): "REQUEST",
        (kim.email, "Eins"): "CANCEL",
    }
    assert "Neu: „Eins“\n  Raum 1, 09:00 bis 10:00" in told[toni.email, "Eins"].text
    left = told[kim.email, "Eins"]
    assert "Nicht mehr Ihre: „Eins“\n  findet ohne Sie statt: Raum 1, 09:00 bis 10:00" in left.text
    assert str(event_of(left)["status"]) == "CANCELLED"
    assert set(AnnouncedHost.objects.values_list("name", flat=True)) == {"Toni", "Alex"}


def test_who_joins_what_moves_is_told_where_it_is_and_not_where_it_was(
    desk, plan, rooms, give, hosted, release
):
    release("Fassung 1")
    toni = add_participant(desk, "Toni")
    SessionHost.objects.create(session=hosted, host=add_host(plan, "Toni", person=toni, email=toni.email))
    give.place(hosted, rooms[1], 9)
    told = release("Fassung 2")
    assert len(told) == 3
    assert "Neu: „Eins“\n  Raum 2, 09:00 bis 10:00" in told[toni.email, "Eins"].text


def test_two_hosts_with_one_mailbox_get_one_letter_about_a_session_of_both(plan, rooms, give, release):
    hosts = (
        add_host(plan, "A", email="INFO@stadt.demo.invalid"),
        add_host(plan, "B", email="info@stadt.demo.invalid"),
    )
    give.place(add_session(plan, "Von beiden", *hosts), rooms[0], 9)
    give.place(add_session(plan, "Von B", hosts[1]), rooms[1], 10)
    assert sorted(title for _address, title in release("Fassung 1")) == ["Von B", "Von beiden"]


def test_a_change_of_address_is_no_news(desk, plan, rooms, give, hosted, kim, release):
    release("Fassung 1")
    type(kim).objects.filter(pk=kim.pk).update(email="kim.neu@stadt.demo.invalid")
    give.place(add_session(plan, "Ganz andere"), rooms[1], 14)
    assert release("Fassung 2") == {}
