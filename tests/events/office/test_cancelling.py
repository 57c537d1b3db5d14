"""Cancelling a whole event: one step, with a reason, after which everybody concerned is told once."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from icalendar import Calendar

from events.calendars.invitations import write_invitation
from events.calendars.telling import tell_changes
from events.models import EventDesk, EventPage, Letter, Session
from events.models.person import NOWHERE
from events.office.cancelling import CannotCancel, cancel_event, count_audience
from events.registering.line import State
from tests.events.office.conftest import address, text_of
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_seat, add_session, at

CANCEL = "absage/"
SURE = {"reason": "Sturm über <Mainz>.", "sure": "on"}


@pytest.fixture
def people(desk):
    """A seat with an invitation, one who waits, one who cancelled, one who only proposed."""
    ada, bea, cleo, dora = (add_participant(desk, name) for name in ("Ada", "Bea", "Cleo", "Dora"))
    for person, state in ((ada, State.CONFIRMED), (bea, State.WAITING), (cleo, State.CANCELLED)):
        add_seat(person, state)
    write_invitation(ada.registration)
    add_session(add_plan(desk), "KI im Amt", proposer=dora, state=Session.State.PROPOSED)
    return ada, bea, cleo, dora


def read(desk) -> EventPage:
    return EventPage.objects.get(pk=desk.event_id)


def test_everybody_concerned_is_told_with_the_reason_and_once(browser, desk, people):
    before = read(desk)
    page = text_of(browser.get(address(desk, CANCEL)))
    assert "1 Person mit Platz" in page
    assert "1 Person, die auf einen Platz wartet" in page
    assert "1 Mail an Gastgebende" in page
    text = text_of(browser.post(address(desk, CANCEL), SURE, follow=True))
    assert "Die Veranstaltung ist abgesagt. 3 Mails sind unterwegs." in text
    after = read(desk)
    assert (after.status, after.live) == ("cancelled", True)
    assert after.sequence == before.sequence + 1
    assert after.latest_revision_id != before.latest_revision_id
    assert not after.has_unpublished_changes
    letters = Letter.objects.all()
    assert {letter.person for letter in letters} == {people[0], people[1], people[3]}
    assert all("Der Grund:\n\nSturm über <Mainz>.\n" in letter.text for letter in letters)
    [event] = Calendar.from_ical(people[0].letters.get().calendar).walk("VEVENT")
    assert (str(event["status"]), event["sequence"] > before.sequence) == ("CANCELLED", True)
    assert tell_changes(timezone.now()) == 0
    browser.post(address(desk, CANCEL), SURE)
    assert Letter.objects.count() == 3


def test_without_a_reason_the_mails_give_none(desk, people, organiser):
    assert cancel_event(desk.pk, organiser, "", timezone.now()) == 3
    assert not [letter for letter in Letter.objects.all() if "Grund" in letter.text]


def test_it_has_to_be_ticked_and_a_reason_that_is_too_long_is_not_lost(browser, desk, people):
    for data in ({"reason": "Sturm"}, {"reason": "x" * 1001, "sure": "on"}):
        response = browser.post(address(desk, CANCEL), data)
        assert response.status_code == 200
        assert data["reason"] in response.content.decode()
    assert read(desk).status == "confirmed"
    assert not Letter.objects.exists()


def test_whom_mails_do_not_reach_is_said(browser, desk, people):
    people[0].unreachable = "550"
    people[0].save()
    assert count_audience(desk).unreached == 1
    said = "Mails erreichen 1 davon nicht. Sagen Sie dieser Person selbst Bescheid"
    assert said in text_of(browser.get(address(desk, CANCEL)))


def test_hosts_whom_mails_do_not_reach_are_counted_and_each_person_once(desk, people):
    ada, _bea, _cleo, dora = people
    desk.people.filter(pk__in=(ada.pk, dora.pk)).update(unreachable="550")
    add_session(desk.plan, "Noch eine", proposer=ada, state=Session.State.PROPOSED)
    assert count_audience(desk).unreached == 2


def test_a_letter_to_no_address_is_not_counted_as_on_its_way(desk, people, organiser):
    add_seat(add_participant(desk, "Emil", email=f"emil@{NOWHERE}", unreachable="keine Adresse"))
    assert cancel_event(desk.pk, organiser, "", timezone.now()) == 3
    assert Letter.objects.count() == 4


def test_it_is_cancelled_also_where_writing_the_mails_is_cut_short(desk, people, organiser):
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'cut short'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON events_letter EXECUTE FUNCTION pg_temp.refuse();
        """)
    with pytest.raises(DatabaseError, match="cut short"):
        cancel_event(desk.pk, organiser, "Sturm", timezone.now())
    assert read(desk).status == "cancelled"
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER refuse ON events_letter")
    assert tell_changes(timezone.now()) == 3


def test_a_draft_of_the_page_stays_a_draft_and_is_cancelled_as_well(desk, organiser):
    page = read(desk)
    page.summary = "Noch nicht veröffentlicht."
    page.save_revision()
    cancel_event(desk.pk, organiser, "", timezone.now())
    after = read(desk)
    assert after.summary == "Ein Tag Austausch."
    assert after.has_unpublished_changes
    draft = after.get_latest_revision_as_object()
    assert (draft.summary, draft.status) == ("Noch nicht veröffentlicht.", "cancelled")


def test_a_page_that_somebody_locked_is_not_published(desk, people, organiser):
    EventPage.objects.filter(pk=desk.event_id).update(locked=True)
    with pytest.raises(CannotCancel, match="gesperrt"):
        cancel_event(desk.pk, organiser, "", timezone.now())
    assert read(desk).status == "confirmed"
    assert not Letter.objects.exists()


@pytest.mark.parametrize(("fields", "now"), [({"live": False}, at(8)), ({}, at(18))])
def test_a_draft_and_what_is_over_tell_nobody(desk, people, organiser, fields, now):
    if fields:
        EventPage.objects.filter(pk=desk.event_id).update(**fields)
    with pytest.raises(CannotCancel, match="niemanden"):
        cancel_event(desk.pk, organiser, "", now)
    assert not Letter.objects.exists()


def test_another_event_stays_as_it_is(browser, section, desk, people):
    other = add_desk(add_event(section, "Andere"))
    add_seat(add_participant(other, "Fremd"))
    browser.post(address(desk, CANCEL), SURE)
    assert read(other).status == "confirmed"
    assert not Letter.objects.filter(desk=other).exists()
    assert EventDesk.objects.count() == 2


def test_taking_the_page_offline_is_warned_of(browser, desk, people):
    text = text_of(browser.post(f"/admin/pages/{desk.event_id}/unpublish/", follow=True))
    assert "hat niemand erfahren" in text


def unpublish_several(browser, *desks) -> str:
    ids = "&".join(f"id={desk.event_id}" for desk in desks)
    address_ = f"/admin/bulk/wagtailcore/page/unpublish/?next=/admin/&{ids}"
    return text_of(browser.post(address_, {"include_descendants": ""}, follow=True))


def test_taking_several_offline_is_warned_of_for_each_with_people(browser, section, desk, people):
    unused, other = (add_desk(add_event(section, title)) for title in ("Leer", "Andere"))
    add_seat(add_participant(other, "Fremd"))
    text = unpublish_several(browser, desk, unused, other)
    assert text.count("hat niemand erfahren") == 2
    assert "An „Leer“" not in text
    assert not read(unused).live


def test_taking_a_cancelled_one_offline_is_no_silence(browser, desk, people, organiser):
    cancel_event(desk.pk, organiser, "", timezone.now())
    text = text_of(browser.post(f"/admin/pages/{desk.event_id}/unpublish/", follow=True))
    assert "hat niemand erfahren" not in text
    assert not read(desk).live
