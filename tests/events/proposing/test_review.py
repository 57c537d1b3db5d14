"""What organisers decide, and what proposers and voters find afterwards."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from events.models import (
    Availability,
    Host,
    HostBooking,
    Interest,
    Letter,
    Placement,
    PlanChange,
    Room,
    Session,
    SessionHost,
    Vote,
)
from events.planning.warning import list_warnings_of
from events.proposing import reviewing, services
from events.proposing.refusals import ProposalRefused
from tests.events.proposing.conftest import count
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_session, put
from tests.permissions.callers import add_account

State = Session.State


@pytest.fixture
def lou(desk):
    return add_participant(desk, "Lou", affiliation="Stadt Worms")


def proposed(plan, title="KI im Bürgerbüro", **fields):
    return add_session(plan, title, state=State.PROPOSED, **fields)


def hosts_of(session):
    return [row.public_name for row in SessionHost.objects.filter(session=session).select_related("host")]


def test_accepting_makes_hosts_tells_the_proposer_and_twice_is_once(organiser, plan, lou, url):
    session = proposed(plan, proposer=lou, shows_name=True, co_hosts="Alex Beispiel, Stadt Trier")
    for _ in range(2):
        response = organiser.post(url("review_session", session.pk), {"action": "accept", "back": "1"})
        assert response["Location"] == url("review")
    session.refresh_from_db()
    assert (session.state, session.version) == (State.ACCEPTED, 1)
    assert hosts_of(session) == ["Lou Beispiel, Stadt Worms", "Alex Beispiel, Stadt Trier"]
    assert Host.objects.get(person=lou).email == lou.email
    letter = Letter.objects.get()
    assert (letter.name, letter.address) == ("proposal_accepted", lou.email)
    assert letter.subject == "Ihre Session ist angenommen: KI im Bürgerbüro"
    assert f"/veranstaltungen/vorschlag/{session.pk}/" in letter.text


def test_one_person_is_one_host_of_two_sessions(plan, lou):
    for title in ("Eins", "Zwei"):
        reviewing.accept(proposed(plan, title, proposer=lou, co_hosts="Alex Beispiel, Stadt Trier"))
    assert Host.objects.count() == 2


def test_whoever_does_not_agree_to_be_named_stands_there_by_their_town(plan, lou):
    session = reviewing.accept(proposed(plan, proposer=lou))
    assert hosts_of(session) == ["Stadt Worms"]
    assert Host.objects.get().name == "Lou Beispiel", "who organises knows whom to ask"


def test_declining_needs_a_reason_and_keeps_it(organiser, plan, lou, url):
    session = reviewing.accept(proposed(plan, proposer=lou))
    response = organiser.post(url("review_session", session.pk), {"action": "decline", "reason": " "})
    assert "Bitte schreiben Sie eine Begründung" in response.content.decode()
    organiser.post(url("review_session", session.pk), {"action": "decline", "reason": "Zu ähnlich & später."})
    session.refresh_from_db()
    assert (session.state, session.reason) == (State.DECLINED, "Zu ähnlich & später.")
    assert not Host.objects.exists()
    assert "Zu ähnlich & später." in Letter.objects.get(name="proposal_declined").text


def test_after_reopening_it_can_be_accepted_and_told_again(plan, lou):
    session = proposed(plan, proposer=lou)
    reviewing.accept(session)
    reviewing.decline(session, "Nein.", None, timezone.now())
    reviewing.reopen(session, None, timezone.now())
    reviewing.accept(session)
    session.refresh_from_db()
    assert (session.state, session.reason) == (State.ACCEPTED, "")
    assert Letter.objects.filter(name="proposal_accepted").count() == 2


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("accepted", "war für „Barcamp“ angenommen"),
        ("declined", "entscheiden noch einmal über Ihre Session"),
        ("merged", "ist wieder ein eigener Vorschlag"),
    ],
)
def test_the_proposer_hears_that_it_is_open_again(organiser, plan, lou, url, before, words):
    session, now = proposed(plan, proposer=lou), timezone.now()
    match before:
        case "accepted":
            reviewing.accept(session)
        case "declined":
            reviewing.decline(session, "Nein.", None, now)
        case "merged":
            reviewing.merge(proposed(plan, "Andere"), session, None, now)
    for _ in range(2):
        response = organiser.post(url("review_session", session.pk), {"action": "reopen"}, follow=True)
    assert response.status_code == 200
    letter = Letter.objects.get(name="proposal_reopened")
    assert (letter.address, letter.subject) == (lou.email, "Wieder offen: KI im Bürgerbüro")
    assert words in letter.text
    assert f"/veranstaltungen/vorschlag/{session.pk}/" in letter.text


@pytest.mark.parametrize(
    ("changes", "is_told"), [({"minutes": "90"}, True), ({"title": "Anders"}, False), ({}, False)]
)
def test_who_changes_the_length_of_a_placed_session_hears_that_it_is_placed_anew(
    organiser, client, plan, person, url, changes, is_told
):
    session = reviewing.accept(proposed(plan, proposer=person))
    put(session, Room.objects.first(), 9, 10)
    data = {"title": session.title, "summary": "", "minutes": "45", "co_hosts": "", "remark": ""}
    sent = {"action": "reword", **data, "seen": session.version, **changes}
    response = organiser.post(url("review_session", session.pk), sent, follow=True)
    assert ("legen Sie sie neu" in response.content.decode()) is is_told
    session.refresh_from_db()
    Session.objects.filter(pk=session.pk).update(minutes=45)
    client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")
    own = {"action": "change", **data, "seen": session.version, **changes}
    response = client.post(url("proposal", session.pk), own, follow=True)
    assert ("Die Organisierenden sehen das und legen sie neu" in response.content.decode()) is is_told
    assert Placement.objects.get().during.upper - Placement.objects.get().during.lower == dt.timedelta(
        hours=1
    )


def test_who_is_away_when_the_session_is_placed_hears_that_it_is_placed_anew(member, plan, person, url):
    session = reviewing.accept(proposed(plan, proposer=person))
    put(session, Room.objects.first(), 9, 10)
    page = member.get(url("proposal", session.pk))
    away = page.context["form"].periods[0].value
    data = {"action": "change", "title": session.title, "minutes": "45", "away": [away]}
    response = member.post(url("proposal", session.pk), {**data, "seen": session.version}, follow=True)
    assert "Die Organisierenden sehen das und legen sie neu" in response.content.decode()
    warnings = list_warnings_of(plan)
    assert [warning["kind"] for warning in warnings] == ["away"]


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.WITHDRAWN, State.DECLINED])
def test_what_is_not_offered_cannot_be_accepted(organiser, plan, url, state):
    session = add_session(plan, state=state)
    response = organiser.post(url("review_session", session.pk), {"action": "accept"})
    assert response.status_code == 409
    assert f"ist {session.get_state_display()}" in response.content.decode()


@pytest.mark.parametrize("act", ["decline", "reopen", "merge"])
def test_what_is_not_accepted_any_more_leaves_its_place_in_the_plan(plan, lou, act):
    session, other = reviewing.accept(proposed(plan, proposer=lou)), proposed(plan, "Andere")
    put(session, Room.objects.first(), 9, 10)
    by = (None, timezone.now())
    match act:
        case "decline":
            reviewing.decline(session, "Nein.", *by)
        case "reopen":
            reviewing.reopen(session, *by)
        case "merge":
            reviewing.merge(other, session, *by)
    session.refresh_from_db()
    assert session.state != State.ACCEPTED
    assert not Placement.objects.exists()
    assert not HostBooking.objects.exists()
    assert PlanChange.objects.get().before[str(session.pk)]
    assert session.version == 3, "accepted, taken out, ended"


def test_the_proposer_gets_the_new_wording_but_only_where_there_is_one(organiser, plan, lou, url):
    session = proposed(plan, proposer=lou)
    data = {
        "action": "reword",
        "title": "Kürzer",
        "summary": "Neu",
        "minutes": "30",
        "co_hosts": "",
        "seen": 0,
    }
    organiser.post(url("review_session", session.pk), data)
    session.refresh_from_db()
    assert (session.title, session.minutes, session.version) == ("Kürzer", 30, 1)
    assert "Kürzer" in Letter.objects.get(name="proposal_edited").text
    organiser.post(url("review_session", session.pk), {**data, "seen": 1})
    assert Letter.objects.count() == 1
    response = organiser.post(url("review_session", session.pk), {**data, "title": "Alt"})
    assert response.status_code == 409
    assert 'value="Alt"' in response.content.decode()


def test_another_host_is_refused_while_they_run_another_session_then(organiser, plan, url):
    rooms = list(Room.objects.all())
    one, two = (
        reviewing.add(plan.desk, uuid.uuid4(), services.Wording(title, co_hosts=host))
        for title, host in (("Eins", "Alex, Trier"), ("Zwei", "Lou, Worms"))
    )
    put(one, rooms[0], 9, 10)
    put(two, rooms[1], 9, 10)
    data = {"action": "reword", "title": "Zwei", "summary": "", "minutes": "45", "co_hosts": "Alex, Trier"}
    response = organiser.post(url("review_session", two.pk), {**data, "seen": two.version})
    assert response.status_code == 409
    assert "bietet eine der beteiligten Personen eine andere an" in response.content.decode()
    assert hosts_of(two) == ["Lou, Worms"]
    two.refresh_from_db()
    assert two.co_hosts == "Lou, Worms"


# Merging -----------------------------------------------------------------------------------------------


def test_merging_joins_hosts_interest_and_votes(organiser, plan, desk, person, lou, url):
    kept = reviewing.accept(proposed(plan, "Bleibt", proposer=person, co_hosts="Alex, Trier"))
    other = proposed(plan, "Geht", proposer=lou, shows_name=True)
    both, one, third = (add_participant(desk, name) for name in ("Beide", "Eine", "Dritte"))
    for voter, sessions in ((both, (kept, other)), (one, (other,)), (third, (kept,))):
        for n, session in enumerate(sessions, start=1):
            Vote.objects.create(person=voter, session=session, n=n)
            Interest.objects.create(person=voter, session=session)
    organiser.post(url("review_session", kept.pk), {"action": "merge", "other": other.pk})
    other.refresh_from_db()
    assert (other.state, other.merged_into) == (State.WITHDRAWN, kept)
    assert hosts_of(kept) == ["Stadt Trier", "Alex, Trier", "Lou Beispiel, Stadt Worms"]
    assert count(Vote, plan) == count(Interest, plan) == {kept.pk: 3}
    assert list(both.votes.values_list("n", flat=True)) == [1]
    assert {letter.address for letter in Letter.objects.filter(name="proposal_merged")} == {
        person.email,
        lou.email,
    }
    page = organiser.get(url("review_session", other.pk)).content.decode()
    assert url("review_session", kept.pk) in page


def test_merging_into_what_was_merged_follows_on_and_can_be_taken_apart(plan, lou):
    one, two, three = (proposed(plan, title) for title in ("Eins", "Zwei", "Drei"))
    now = timezone.now()
    reviewing.merge(two, one, None, now)
    reviewing.merge(three, two, None, now)
    assert set(three.merged.values_list("title", flat=True)) == {"Eins", "Zwei"}
    reviewing.reopen(two, None, now)
    assert [each.title for each in three.merged.all()] == ["Eins"]


def test_a_proposal_is_not_merged_with_itself_or_with_another_events(organiser, plan, section, url):
    session = proposed(plan)
    elsewhere = proposed(add_plan(add_desk(add_event(section, "Anderswo"))), "Fremd")
    with pytest.raises(ProposalRefused):
        reviewing.merge(session, session, None, timezone.now())
    with pytest.raises(Session.DoesNotExist):
        reviewing.merge(session, _seen_from(plan, elsewhere), None, timezone.now())
    response = organiser.post(url("review_session", session.pk), {"action": "merge", "other": elsewhere.pk})
    assert response.context["merge"].errors
    assert organiser.get(url("review_session", elsewhere.pk)).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.state == State.PROPOSED


def _seen_from(plan, session):
    """A session as it would come in from a forged form of another event."""
    session.plan = plan
    return session


# From the wall -----------------------------------------------------------------------------------------


def test_a_session_from_the_wall_is_accepted_at_once_and_sent_twice_it_is_one(organiser, plan, url):
    data = {"key": str(uuid.uuid4()), "title": "Von der Wand", "minutes": "45", "co_hosts": "Robin, Mainz"}
    for _ in range(2):
        assert organiser.post(url("review_add"), data).status_code == 302
    session = Session.objects.get()
    assert (session.state, session.proposer) == (State.ACCEPTED, None)
    assert hosts_of(session) == ["Robin, Mainz"]
    assert not Letter.objects.exists()
    response = organiser.post(url("review_add"), {**data, "co_hosts": ""})
    assert "die Kommune genügt" in response.content.decode()


def test_hosts_of_the_wall_have_no_availabilities(plan):
    reviewing.add(plan.desk, uuid.uuid4(), services.Wording("Wand", co_hosts="Robin, Mainz"))
    assert not Availability.objects.exists()


# The pages ---------------------------------------------------------------------------------------------


def test_only_organisers_review(client, member, plan, url):
    session = proposed(plan)
    paths = [url("review"), url("review_add"), url("review_session", session.pk)]
    assert [member.get(path).status_code for path in paths] == [403, 403, 403]
    assert member.post(paths[2], {"action": "accept"}).status_code == 403
    client.logout()
    assert [client.get(path).status_code for path in paths] == [302, 302, 302]
    assert client.post(paths[2], {"action": "accept"}).status_code == 302
    session.refresh_from_db()
    assert session.state == State.PROPOSED


def test_the_review_leads_from_state_to_state(organiser, plan, url):
    assert "Noch ist nichts vorgeschlagen" in organiser.get(url("review")).content.decode()
    for state in State:
        add_session(plan, f"Titel {state.name}", state=state)
    for stand, state in (("offen", "PROPOSED"), ("unbestaetigt", "UNCONFIRMED"), ("quatsch", "PROPOSED")):
        page = organiser.get(url("review") + f"?stand={stand}")
        assert [each.title for each in page.context["page"]] == [f"Titel {state}"]
    assert (
        organiser.post(url("review_session", Session.objects.first().pk), {"action": "x"}).status_code == 404
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_review_costs_the_same_for_any_number(
    organiser, plan, desk, url, number, django_assert_num_queries
):
    for place in range(number):
        kept = proposed(plan, f"Thema {place}", proposer=add_participant(desk, f"P{place}"))
        add_session(plan, "Alt", state=State.WITHDRAWN, merged_into=kept)
    organiser.get(url("review"))
    with django_assert_num_queries(7):
        organiser.get(url("review"))


def test_accepting_by_an_editor_of_another_body_is_refused(client, plan, url, db):
    user = add_account("fremd@stadt.demo.invalid")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    assert client.get(url("review")).status_code == 403


def test_the_addresses_are_those_other_rooms_link_to(desk):
    key = desk.event.translation_key
    assert reverse("events:review", args=[key]) == f"/veranstaltungen/{key}/vorschlaege/pruefen/"
    assert reverse("events:proposals", args=[key]) == f"/veranstaltungen/{key}/vorschlaege/"


def test_organisers_take_a_name_back_but_do_not_give_one(organiser, plan, lou, url):
    session = reviewing.accept(proposed(plan, proposer=lou, shows_name=True))
    assert "Namen zurücknehmen" in organiser.get(url("review_session", session.pk)).content.decode()
    for _ in range(2):
        response = organiser.post(url("review_session", session.pk), {"action": "hide_name"})
        assert response.status_code == 302
    assert hosts_of(session) == ["Stadt Worms"]
    assert organiser.post(url("review_session", session.pk), {"action": "show_name"}).status_code == 404
    session.refresh_from_db()
    assert (session.shows_name, session.version) == (False, 2)


def test_the_id_of_a_session_of_another_event_is_not_taken_for_one_from_the_wall(
    organiser, section, plan, url
):
    theirs = add_session(add_plan(add_desk(add_event(section, "Anderswo"))), "Fremd")
    data = {"key": str(theirs.pk), "title": "Neu", "minutes": "45", "co_hosts": "Alex, Trier"}
    assert organiser.post(url("review_add"), data).status_code == 302
    assert Session.objects.get(title="Neu").plan == plan
    theirs.refresh_from_db()
    assert theirs.title == "Fremd"
