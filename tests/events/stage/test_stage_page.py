"""The page of the stage, for each who stands before it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.models import EventPage, Helper, Person, Pitch, Session
from events.people import KNOWN, write_token
from events.stage import services
from events.stage.services import Turn
from tests.events.stage.conftest import NOW, add_helper, new_key, phone_of, propose
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_seat

pytestmark = pytest.mark.django_db
STAGE_QUERIES = 8


@pytest.fixture
def line(plan):
    """Two who wait."""
    return [services.queue_up(propose(plan, title), Turn(f"Name {title}"), NOW) for title in ("Eins", "Zwei")]


def press(client, url, do, seen=None, **data):
    sent = {"do": do, "key": str(new_key()), "seen": str(seen.pk) if seen else "", **data}
    return client.post(url("stage"), sent, follow=True)


def body(response, status=200):
    assert response.status_code == status, response.status_code
    return response.content.decode()


def on_stage():
    return Pitch.objects.filter(state=Pitch.State.ON_STAGE).first()


@pytest.mark.parametrize("who", ["helper", "organiser"])
def test_those_who_run_the_stage_call_count_and_end(who, request, url, line):
    client = request.getfixturevalue(who)
    assert "Auf der Bühne: „Eins“." in body(press(client, url, "next"))
    for step in ("1", "1", "1", "-1"):
        press(client, url, "count", line[0], step=step)
    page = body(client.get(url("stage")))
    assert "<output data-count>2</output>" in page
    assert "Auf der Bühne: „Zwei“." in body(press(client, url, "next", line[0]))
    page = body(press(client, url, "end", line[1], hands="17"))
    assert "17 Hände" in page
    assert sorted(Pitch.objects.values_list("state", "hands")) == [("done", 2), ("done", 17)]
    assert url("card", line[1].session_id) in page


def test_the_buttons_of_one_form_are_presses_of_their_own(helper, url, line):
    key = str(new_key())
    press(helper, url, "next", key=key)
    for step in ("1", "1", "-1"):
        press(helper, url, "count", line[0], key=key, step=step)
    assert (on_stage().session.title, on_stage().hands) == ("Eins", 0)
    press(helper, url, "back", line[0], key=key)
    assert on_stage() is None


def test_who_is_slower_reads_why_and_nothing_typed_is_lost(helper, url, line):
    press(helper, url, "next")
    page = body(press(helper, url, "next", hands="12"), 409)
    assert "„Eins“ ist inzwischen auf der Bühne" in page
    assert 'value="12"' in page
    assert "von 0 bis 9999" in body(press(helper, url, "end", line[0], hands="viele"), 409)
    assert on_stage().session.title == "Eins"


@pytest.mark.parametrize("sent", [{"key": ""}, {"key": "kein Schlüssel"}, {"do": "tanzen"}, {"seen": "x"}])
def test_what_is_malformed_changes_nothing(helper, url, line, sent):
    data = {"do": "end", "key": str(new_key()), "seen": str(line[0].pk), **sent}
    assert helper.post(url("stage"), data).status_code in (400, 409)
    assert on_stage() is None


def test_somebody_with_a_seat_joins_the_line_and_sees_their_turn(member, url, plan, line, going_on):
    data = {"do": "queue", "key": str(new_key()), "title": " Der  digitale Bauantrag ", "caller": "Kim"}
    for _ in range(2):
        page = body(member.post(url("stage"), data, follow=True))
    assert "2 Sessions kommen vor Ihnen." in page
    pitch = Pitch.objects.get(caller="Kim")
    assert (pitch.session.title, pitch.person.given_name) == ("Der digitale Bauantrag", "Kim")
    services.call_next(plan.pk, new_key(), None, NOW)
    services.call_next(plan.pk, new_key(), line[0].pk, NOW)
    assert "Sie sind die Nächsten" in body(member.get(url("stage")))
    services.call_next(plan.pk, new_key(), line[1].pk, NOW)
    assert "Sie sind dran" in body(member.get(url("stage")))


def test_an_own_proposal_is_presented_and_withdrawn(member, url, plan, going_on):
    session = propose(plan, "Mein Vorschlag", Person.objects.get(given_name="Kim"))
    foreign = propose(plan, "Fremder Vorschlag")
    page = body(member.get(url("stage")))
    assert "Mein Vorschlag" in page
    assert "Fremder Vorschlag" not in page
    data = {"do": "queue", "key": str(new_key()), "caller": "Kim"}
    page = body(member.post(url("stage"), {**data, "session": str(foreign.pk)}), 422)
    assert "neu" in page
    member.post(url("stage"), {**data, "session": str(session.pk)})
    pitch = Pitch.objects.get()
    assert pitch.session == session
    member.post(url("stage"), {"do": "withdraw", "pitch": str(pitch.pk)})
    pitch.refresh_from_db()
    assert pitch.state == Pitch.State.WITHDRAWN
    assert Session.objects.get(pk=session.pk).state == Session.State.PROPOSED


def test_a_form_without_a_title_says_so_and_keeps_the_name(member, url, plan, going_on):
    page = body(member.post(url("stage"), {"do": "queue", "key": str(new_key()), "caller": "Kimi"}), 422)
    assert "worum es geht" in page
    assert 'value="Kimi"' in page
    assert not Pitch.objects.exists()


def test_participants_join_only_while_the_event_goes_on(member, url, plan):
    data = {"do": "queue", "key": str(new_key()), "title": "Zu früh", "caller": "Kim"}
    assert "während die Veranstaltung läuft" in body(member.post(url("stage"), data), 409)
    assert not Pitch.objects.exists()


@pytest.mark.parametrize("do", ["next", "end", "back", "count"])
def test_participants_do_not_run_the_stage(member, url, line, going_on, do):
    assert press(member, url, do, line[0]).status_code == 403
    assert on_stage() is None


def test_nobody_takes_others_out_of_the_line(member, url, line, going_on):
    data = {"do": "withdraw", "pitch": str(line[0].pk)}
    assert member.post(url("stage"), data).status_code == 403
    assert Pitch.objects.filter(state=Pitch.State.WAITING).count() == 2


def test_whoever_has_no_seat_is_told_what_to_do(stranger, guest, url, line, going_on):
    assert "Dafür brauchen Sie einen Platz" in body(stranger.get(url("stage")))
    assert "Öffnen Sie auf diesem Telefon den Link" in body(guest.get(url("stage")))
    data = {"do": "queue", "key": str(new_key()), "title": "Nein", "caller": "Niemand"}
    assert stranger.post(url("stage"), data).status_code == 403
    assert guest.post(url("stage"), data)["Location"].startswith("/konto/login/")
    assert Pitch.objects.count() == 2


def test_a_guest_who_followed_their_link_joins(guest, desk, url, plan, going_on):
    person = add_participant(desk, "Lou")
    add_seat(person)
    session = guest.session
    session[KNOWN] = {str(desk.pk): write_token(person)}
    session.save()
    data = {"do": "queue", "key": str(new_key()), "title": "Meine Session", "caller": "Lou"}
    body(guest.post(url("stage"), data, follow=True))
    assert Pitch.objects.get().person == person


def test_what_waited_for_somebody_else_is_pressed_in_nobodys_name(helper, member, url, line, going_on):
    own = helper.get(url("stage")).context["who"]
    assert press(helper, url, "next", who="u1").status_code == 401
    assert press(helper, url, "next", who=own.upper()).status_code == 401
    # Whether or not they may: the device is not told that the right has ended.
    assert press(member, url, "next", who=own).status_code == 401
    assert on_stage() is None
    assert press(helper, url, "next", who=own).status_code == 200
    assert on_stage() == line[0]


def test_whoever_is_not_signed_in_any_more_is_asked_to_with_what_waits(guest, url, line, going_on):
    sent = {"do": "queue", "key": str(new_key()), "title": "Wartet", "caller": "Kim", "who": "u7"}
    assert guest.post(url("stage"), sent)["Location"].startswith("/konto/login/")


def test_the_page_says_who_presses_and_whether_they_run_it(helper, member, url, line, going_on):
    assert 'data-staff="1"' in body(helper.get(url("stage")))
    assert 'data-staff="1"' in body(helper.get(url("wall")))
    assert 'data-staff=""' in body(member.get(url("stage")))


def test_helpers_at_the_door_ended_ones_and_those_of_other_events_do_not_run_it(section, desk, url, line):
    other = add_desk(add_event(section, "Anderes"))
    add_plan(other)
    for helper in (
        add_helper(desk, Helper.Task.DOOR),
        add_helper(desk, name="beendet", ended=NOW),
        add_helper(desk, name="vorbei", until=NOW.replace(year=2020)),
        add_helper(other),
    ):
        assert press(phone_of(helper), url, "next").redirect_chain[0][0].startswith("/konto/login/")
    assert on_stage() is None


def test_those_who_run_it_queue_for_others(helper, url, plan):
    session = propose(plan, "Vom Zettel")
    data = {"do": "queue", "key": str(new_key()), "caller": "Robin"}
    helper.post(url("stage"), {**data, "session": str(session.pk)})
    helper.post(url("stage"), {**data, "key": str(new_key()), "title": "Ganz neu"})
    assert list(Pitch.objects.values_list("session__title", "caller", "round")) == [
        ("Vom Zettel", "Robin", 1),
        ("Ganz neu", "Robin", 2),
    ]


def test_an_organiser_without_the_second_factor_is_one_of_those_who_watch(organiser, url, line, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    assert organiser.get(url("stage")).context["staff"] is False
    assert press(organiser, url, "next").status_code == 403
    card = organiser.get(url("card", line[0].session_id))
    assert (card.context["organises"], "wall" in card.context) == (False, False)
    assert on_stage() is None


@pytest.mark.parametrize(("days", "is_told"), [(3, False), (-1, False), (0, True)])
def test_names_are_called_on_the_day_alone(desk, guest, member, helper, url, plan, line, days, is_told):
    services.call_next(plan.pk, new_key(), None, NOW)
    starts = timezone.now() + dt.timedelta(days=days, hours=-1)
    times = {"starts": starts, "ends": starts + dt.timedelta(hours=8)}
    EventPage.objects.filter(pk=desk.event_id).update(**times)
    for client in (guest, member):
        page = body(client.get(url("stage")))
        assert [name in page for name in ("Name Eins", "Name Zwei")] == [is_told, is_told]
        assert "Zwei" in page
    assert "Name Zwei" in body(helper.get(url("stage")))


def test_a_page_that_shows_it_already_gets_nothing(guest, helper, url, line):
    stand = guest.get(url("stage")).context["stand"]
    assert guest.get(url("stage"), {"stand": stand}).status_code == 204
    press(helper, url, "next")
    assert guest.get(url("stage"), {"stand": stand}).status_code == 200


def test_without_a_plan_the_page_says_so(guest, organiser, url):
    assert "Noch gibt es keine Bühne" in body(guest.get(url("stage")))
    assert "Räume und Zeiten" in body(organiser.get(url("stage")))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    helper, url, plan, number, django_assert_num_queries
):
    for each in range(number):
        services.queue_up(propose(plan, f"Wartet {each}"), Turn("Kim"), NOW)
        propose(plan, f"Noch nicht {each}")
        done = propose(plan, f"Fertig {each}")
        Pitch.objects.create(plan=plan, session=done, turn=900 + each, state=Pitch.State.DONE)
    helper.get(url("stage"))
    with django_assert_num_queries(STAGE_QUERIES):
        page = body(helper.get(url("stage")))
    assert page.count("Wartet") >= number
