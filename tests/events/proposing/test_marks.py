"""„Ich komme“ and votes over HTTP."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.models import Interest, Person, Registration, Session, Vote
from tests.events.proposing.conftest import count
from tests.factories.events import (
    add_desk,
    add_event,
    add_participant,
    add_plan,
    add_seat,
    add_session,
)

State = Session.State
JSON = {"accept": "application/json"}


@pytest.fixture
def sessions(plan):
    return [add_session(plan, f"Session {number}") for number in range(5)]


def test_a_double_tap_is_one_interest_and_the_next_takes_it_back(member, plan, sessions, url):
    path = url("interest", sessions[0].pk)
    for _ in range(2):
        response = member.post(path, {"want": "1"})
    assert response["Location"] == f"{url('proposals')}#s-{sessions[0].pk}"
    assert count(Interest, plan) == {sessions[0].pk: 1}
    assert 'aria-pressed="true"' in member.get(url("proposals")).content.decode()
    for _ in range(2):
        member.post(path, {"want": "0"})
    assert count(Interest, plan) == {}


def test_a_script_is_answered_with_what_to_show(member, sessions, url):
    answer = member.post(url("interest", sessions[0].pk), {"want": "1"}, headers=JSON).json()
    assert answer == {
        "on": True,
        "text": "Notiert: Sie kommen. Das hilft, den passenden Raum zu finden.",
        "coming": "1 kommt",
    }
    answer = member.post(url("vote", sessions[0].pk), {"want": "1"}, headers=JSON).json()
    assert (answer["on"], answer["left"]) == (True, "Sie haben noch 2 Stimmen.")


def test_it_goes_back_to_the_page_it_came_from_but_to_no_other_site(member, sessions, url):
    path = url("interest", sessions[0].pk)
    assert member.post(path, {"next": "/woanders/?a=1#x"})["Location"] == "/woanders/?a=1#x"
    foreign = member.post(path, {"next": "https://boese.invalid/"})["Location"]
    assert foreign.startswith(url("proposals"))


def test_an_account_becomes_known_by_its_first_interest(client, account, desk, sessions, url):
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    client.post(url("interest", sessions[0].pk))
    person = Person.objects.get()
    assert (person.user, person.name) == (account, "Kim Beispiel")
    assert Interest.objects.get().person == person


def test_a_guest_with_the_same_address_is_that_account(client, account, desk, sessions, url):
    guest = add_participant(desk, "Kim", given_name="Karl", confirmed=None)
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    client.post(url("interest", sessions[0].pk))
    guest.refresh_from_db()
    assert (guest.user, guest.given_name) == (account, "Kim"), "anybody may have typed the other name"


def test_an_account_without_an_address_is_asked_to_register(client, account, desk, sessions, url):
    type(account).objects.filter(pk=account.pk).update(email=None)
    account.refresh_from_db()
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    answer = client.post(url("interest", sessions[0].pk), headers=JSON)
    assert answer.status_code == 409
    assert "melden Sie sich zuerst an" in answer.json()["text"]


def test_strangers_are_led_to_sign_in_and_nothing_is_kept(client, desk, sessions, url):
    for name in ("interest", "vote"):
        assert client.post(url(name, sessions[0].pk)).status_code == 302
        assert client.post(url(name, sessions[0].pk), headers=JSON).status_code == 401
        assert client.get(url(name, sessions[0].pk)).status_code == 405
    assert not Interest.objects.exists()
    assert not Vote.objects.exists()


def test_sessions_of_another_event_are_not_there(member, section, plan, url):
    elsewhere = add_session(add_plan(add_desk(add_event(section, "Anderswo"))), "Fremd")
    for name in ("interest", "vote"):
        for want in ("1", "0"):
            data = {"want": want}
            assert member.post(url(name, elsewhere.pk), data).status_code == 404
            assert member.post(url(name, elsewhere.pk), data, headers=JSON).status_code == 404
    assert not Interest.objects.exists()
    assert not Vote.objects.exists()


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.DECLINED, State.WITHDRAWN])
def test_what_is_not_offered_gets_neither(member, plan, url, state):
    session = add_session(plan, state=state)
    for name in ("interest", "vote"):
        assert member.post(url(name, session.pk), headers=JSON).status_code == 409
    assert not Interest.objects.exists()
    assert not Vote.objects.exists()


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN])
def test_what_is_not_offered_says_so_and_leaves_other_votes_alone(member, plan, sessions, person, url, state):
    Vote.objects.create(person=person, session=sessions[0], n=1)
    gone = add_session(plan, state=state)
    for name in ("interest", "vote"):
        page = member.post(url(name, gone.pk), {"want": "1"}, follow=True).content.decode()
        assert "Diese Session wird nicht mehr angeboten." in page
    Session.objects.filter(pk=gone.pk).update(merged_into=sessions[2])
    page = member.post(url("vote", gone.pk), {"want": "1"}, follow=True).content.decode()
    assert "Diese Session ist jetzt Teil von „Session 2“." in page
    assert [vote.session for vote in Vote.objects.all()] == [sessions[0]]


def test_kept_and_refused_votes_differ_in_what_the_page_says(member, desk, sessions, url):
    def vote(number, want="1"):
        page = member.post(url("vote", sessions[number].pk), {"want": want}, follow=True)
        return [(message.level_tag, str(message)) for message in page.context["messages"]]

    given = "Ihre Stimme ist abgegeben."
    for number, left in enumerate(("noch 2 Stimmen", "noch 1 Stimme", "noch 0 Stimmen")):
        for _ in range(2):  # a double submit is one vote, and says the same
            assert vote(number) == [("success", f"{given} Sie haben {left}.")]
    assert vote(3) == [
        (
            "error",
            "Alle Ihre 3 Stimmen sind vergeben. Nehmen Sie eine zurück, um für diese Session zu stimmen.",
        )
    ]
    assert Vote.objects.count() == 3
    assert (
        vote(0, "0")
        == vote(0, "0")
        == [("success", "Ihre Stimme ist zurückgenommen. Sie haben noch 1 Stimme.")]
    )


def test_interest_ends_with_the_event_and_when_it_is_cancelled(member, desk, sessions, url):
    desk.event.status = "cancelled"
    desk.event.save()
    assert member.post(url("interest", sessions[0].pk), headers=JSON).status_code == 409
    assert not Interest.objects.exists()


def test_votes_are_capped_and_one_taken_back_is_free_again(member, plan, sessions, url):
    answers = [member.post(url("vote", each.pk), {"want": "1"}, headers=JSON) for each in sessions]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409, 409]
    assert answers[3].json()["text"].startswith("Alle Ihre 3 Stimmen sind vergeben.")
    member.post(url("vote", sessions[1].pk), {"want": "0"})
    member.post(url("vote", sessions[4].pk), {"want": "1"})
    assert count(Vote, plan) == {sessions[0].pk: 1, sessions[2].pk: 1, sessions[4].pk: 1}
    assert sorted(Vote.objects.values_list("n", flat=True)) == [1, 2, 3]


def test_the_same_vote_twice_is_one(member, sessions, url):
    for _ in range(2):
        answer = member.post(url("vote", sessions[0].pk), {"want": "1"}, headers=JSON)
    assert (answer.status_code, answer.json()["left"]) == (200, "Sie haben noch 2 Stimmen.")
    assert Vote.objects.count() == 1


def test_a_vote_for_what_is_no_longer_offered_is_free_again(member, plan, sessions, url):
    for each in sessions[:3]:
        member.post(url("vote", each.pk))
    Session.objects.filter(pk=sessions[0].pk).update(state=State.DECLINED)
    assert member.get(url("proposals")).context["ballot"].left == 1
    assert (
        member.post(url("vote", sessions[3].pk), headers=JSON).json()["left"] == "Sie haben noch 0 Stimmen."
    )
    assert set(count(Vote, plan)) == {each.pk for each in sessions[1:4]}


def say_that_it_is_over(desk):
    desk.votes_close = timezone.now() - dt.timedelta(seconds=1)
    desk.votes_open = desk.votes_close - dt.timedelta(days=1)


def say_that_it_is_ahead(desk):
    desk.votes_open = timezone.now() + dt.timedelta(hours=1)


def say_that_there_is_none(desk):
    desk.votes_open = None


def say_that_nothing_takes_place(desk):
    desk.event.status = "cancelled"
    desk.event.save()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (say_that_it_is_over, "Die Abstimmung ist vorbei."),
        (say_that_it_is_ahead, "Die Abstimmung hat noch nicht begonnen."),
        (say_that_there_is_none, "Bei dieser Veranstaltung wird nicht abgestimmt."),
        (say_that_nothing_takes_place, "Die Veranstaltung ist abgesagt"),
    ],
)
def test_outside_the_vote_each_reason_has_its_sentence_and_nothing_is_lost(
    member, desk, person, sessions, url, change, words
):
    Vote.objects.create(person=person, session=sessions[1], n=1)
    change(desk)
    desk.save()
    for want in ("1", "0"):
        answer = member.post(url("vote", sessions[1 - int(want)].pk), {"want": want}, headers=JSON)
        assert answer.status_code == 409
        assert answer.json()["text"].startswith(words)
    page = member.post(url("vote", sessions[0].pk), {"want": "1"}, follow=True).content.decode()
    assert words in page
    assert [vote.session for vote in Vote.objects.all()] == [sessions[1]]


def test_a_vote_given_stays_when_it_is_taken_back_after_the_end(member, desk, person, sessions, url):
    Vote.objects.create(person=person, session=sessions[0], n=1)
    desk.votes_open = timezone.now() + dt.timedelta(hours=1)
    desk.save()
    assert member.post(url("vote", sessions[0].pk), {"want": "0"}, headers=JSON).json()["on"] is True
    assert Vote.objects.count() == 1


WITHOUT_SEAT = {
    "unconfirmed": "Abstimmen können alle mit einem bestätigten Platz.",
    "waiting": "Sie stehen auf der Warteliste.",
    "offered": "Ihnen ist ein Platz angeboten.",
    "cancelled": "Sie haben abgesagt",
    "expired": "ging an die nächste Person",
}


@pytest.mark.parametrize("state", [state for state in Registration.State if state != "confirmed"])
def test_only_a_confirmed_seat_votes_and_the_others_read_why(member, person, sessions, url, state):
    values = {"offered_until": timezone.now()} if state == Registration.State.OFFERED else {}
    Vote.objects.create(person=person, session=sessions[1], n=1)
    Registration.objects.filter(person=person).update(state=state, **values)
    answer = member.post(url("vote", sessions[0].pk), headers=JSON)
    assert (answer.status_code, answer.json()["on"]) == (409, False)
    assert WITHOUT_SEAT[state] in answer.json()["text"]
    page = member.post(url("vote", sessions[0].pk), follow=True).content.decode()
    assert WITHOUT_SEAT[state] in page
    assert [vote.session for vote in Vote.objects.all()] == [sessions[1]]
    assert "/stimme/" not in member.get(url("proposals")).content.decode()


def test_who_never_registered_is_asked_to(member, person, sessions, url):
    person.registration.delete()
    page = member.post(url("vote", sessions[0].pk), follow=True).content.decode()
    assert WITHOUT_SEAT["unconfirmed"] in page
    assert not Vote.objects.exists()


def test_a_seat_at_another_event_gives_no_vote_here(client, account, section, desk, sessions, url):
    other = add_desk(add_event(section, "Anderswo"))
    add_seat(add_participant(other, user=account))
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    assert client.post(url("vote", sessions[0].pk), headers=JSON).status_code == 409
    assert not Vote.objects.exists()


def test_a_vote_costs_few_statements(member, sessions, url, django_assert_num_queries):
    member.post(url("vote", sessions[0].pk), {"want": "1"}, headers=JSON)
    with django_assert_num_queries(14):
        # session, account, desk, viewer (2), entry, person; savepoint, lock, seat, state, votes, insert,
        # release
        assert member.post(url("vote", sessions[1].pk), {"want": "1"}, headers=JSON).status_code == 200
