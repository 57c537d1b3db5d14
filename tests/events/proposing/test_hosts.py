"""One person is one host: by name and town, by what organisers know, and reached by an address."""

from __future__ import annotations

import uuid

import pytest

from events.models import Host, HostBooking, Letter, Room, Session, SessionHost
from events.planning.releases import release_programme
from events.proposing import reviewing, services
from events.proposing.host_merging import merge_hosts
from events.proposing.hosts import list_credits
from events.proposing.identity import identify
from events.proposing.refusals import ProposalRefused
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_session,
    at,
    put,
)

State = Session.State


def wall(plan, title, hosts):
    """A session from the wall, accepted."""
    return reviewing.add(plan.desk, uuid.uuid4(), services.Wording(title, co_hosts=hosts))


def proposed(plan, title, proposer, **fields):
    return reviewing.accept(add_session(plan, title, state=State.PROPOSED, proposer=proposer, **fields))


def host_of(session):
    return Host.objects.get(sessions=session)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Trier", "Stadt Trier", True),
        ("TRIER", "  stadtverwaltung   trier ", True),
        ("St. Goar", "Stadt Sankt Goar", True),
        ("VG Konz", "Verbandsgemeinde Konz", True),
        ("Kreis Ahrweiler", "Landkreis Ahrweiler", True),
        ("Landkreis Kaiserslautern", "Stadt Kaiserslautern", False),
        ("VG Konz", "Stadt Konz", False),
        ("Trier", "Worms", False),
        ("", "Trier", False),
    ],
)
def test_towns_that_are_one(one, other, same):
    assert (identify("Alex  BEISPIEL", one) == identify("alex beispiel", other)) is same


@pytest.mark.parametrize("again", ["Alex, Trier", "alex,  TRIER", "Alex, Stadt Trier"])
def test_who_is_written_down_twice_is_one_host(plan, again):
    one, two = wall(plan, "Eins", "Alex, Stadt Trier"), wall(plan, "Zwei", again)
    assert host_of(one) == host_of(two)
    put(one, Room.objects.first(), 9, 10)
    with pytest.raises(Exception, match="one_session_of_a_host"):
        put(two, Room.objects.last(), 9, 10)


def test_a_namesake_from_another_town_or_without_one_is_somebody_else(plan):
    for title, host in (("Eins", "Alex, Trier"), ("Zwei", "Alex, Worms"), ("Drei", "Alex")):
        wall(plan, title, host)
    assert Host.objects.count() == 3


def test_a_participant_who_is_named_by_another_is_the_host_they_are_themselves(plan, person, desk):
    lou = add_participant(desk, "Lou", affiliation="Stadt Worms")
    theirs = proposed(plan, "Eigene", person)
    named = proposed(plan, "Mit Kim", lou, co_hosts="kim beispiel, Trier")
    host = Host.objects.get(person=person)
    assert {row.session for row in SessionHost.objects.filter(host=host)} == {theirs, named}
    assert [row.public_name for row in SessionHost.objects.filter(session=theirs)] == ["Stadt Trier"]
    put(theirs, Room.objects.first(), 9, 10)
    with pytest.raises(Exception, match="one_session_of_a_host"):
        put(named, Room.objects.last(), 9, 10)


@pytest.mark.parametrize("known", ["", "own"])
def test_whoever_was_written_down_first_and_proposes_later_is_one(plan, person, known):
    named = wall(plan, "Wand", "Kim Beispiel, Trier")
    Host.objects.update(email=person.email.upper() if known else "")
    own = proposed(plan, "Eigene", person)
    assert host_of(named) == host_of(own)
    assert (host_of(own).person, host_of(own).email) == (person, person.email)


def test_nobody_takes_over_whom_organisers_know_by_another_address(plan, person):
    named = wall(plan, "Wand", "Kim Beispiel, Trier")
    known = host_of(named)
    Host.objects.update(email=(address := "alt@verein.demo.invalid"))
    own = proposed(plan, "Eigene", person)
    assert host_of(own) != host_of(named)
    reviewing.reword(named, services.Wording("Wand", "Anders.", co_hosts=named.co_hosts), named.version)
    assert (host_of(named), host_of(named).email, host_of(named).person) == (known, address, None)
    assert merge_hosts(plan.desk, known.pk, host_of(own).pk).person == person
    assert host_of(named) == host_of(own)


def test_two_hosts_of_one_name_and_town_are_not_taken_for_each_other(plan, desk, person):
    other = add_participant(desk, "Kim", email="kim2@stadt.demo.invalid", affiliation="Trier")
    both = {host_of(proposed(plan, "Eigene", person)), host_of(proposed(plan, "Andere", other))}
    assert len(both) == 2
    assert host_of(wall(plan, "Wand", "Kim Beispiel, Stadt Trier")) not in both


def test_nobody_becomes_a_host_by_registering_with_the_name_of_one(plan, person):
    assert host_of(wall(plan, "Wand", "Kim Beispiel, Trier")).person is None


def test_who_proposes_and_is_named_beside_another_stands_there_once_as_they_wish(plan, desk, person):
    lou = add_participant(desk, "Lou", affiliation="Stadt Worms")
    kept = proposed(plan, "Bleibt", lou, co_hosts="Kim Beispiel, Trier", shows_name=True)
    other = add_session(plan, "Geht", state=State.PROPOSED, proposer=person)
    reviewing.merge(kept, other, None, at(8))
    kept.refresh_from_db()
    assert [str(credit) for credit in list_credits(kept)] == ["Lou Beispiel, Stadt Worms", "Stadt Trier"]


# What organisers know ----------------------------------------------------------------------------------


def send(organiser, url, one, other):
    data = {"action": "merge", "one": str(one), "other": str(other)}
    return organiser.post(url("review_hosts"), data)


def test_two_entries_become_one_and_stay_so(organiser, plan, url):
    one, two = wall(plan, "Eins", "A. Beispiel, Trier"), wall(plan, "Zwei", "Alex Beispiel, Trier")
    gone, kept = host_of(one), host_of(two)
    Host.objects.filter(pk=gone.pk).update(email="alex@verein.demo.invalid")
    page = organiser.get(url("review_hosts")).content.decode()
    assert "A. Beispiel, Trier" in page
    response = send(organiser, url, gone.pk, kept.pk)
    assert response.status_code == 302
    one.refresh_from_db()
    assert host_of(one) == host_of(two) == kept
    assert (one.co_hosts, host_of(one).email) == ("Alex Beispiel, Trier", "alex@verein.demo.invalid")
    words = services.Wording("Eins, neu", co_hosts=one.co_hosts)
    reviewing.reword(one, words, one.version)
    assert host_of(one) == kept


def test_whoever_takes_part_stays_whichever_was_chosen_first(organiser, plan, url, person):
    own, named = proposed(plan, "Eigene", person), wall(plan, "Wand", "K. Beispiel, Trier")
    assert send(organiser, url, host_of(own).pk, host_of(named).pk).status_code == 302
    assert host_of(own) == host_of(named) == Host.objects.get(person=person)


@pytest.mark.parametrize("shows", [True, False])
def test_by_becoming_one_nobody_is_named_who_does_not_agree(organiser, plan, url, person, shows):
    own = proposed(plan, "Eigene", person, shows_name=shows)
    named = wall(plan, "Wand", "K. Beispiel, Trier")
    send(organiser, url, host_of(named).pk, host_of(own).pk)
    named.refresh_from_db()
    lines = {row.public_name for row in SessionHost.objects.filter(host=host_of(own))}
    full = f"{person.name}, Stadt Trier"
    assert (named.co_hosts, lines) == ((full, {full}) if shows else ("K. Beispiel, Trier", {"Stadt Trier"}))
    assert SessionHost.objects.filter(host=host_of(own)).count() == 2


def test_two_sessions_at_the_same_time_are_named_and_nothing_changes(organiser, plan, url):
    one, two = wall(plan, "Eins", "A. Beispiel, Trier"), wall(plan, "Zwei", "Alex Beispiel, Trier")
    put(one, Room.objects.first(), 9, 10)
    put(two, Room.objects.last(), 9, 10)
    response = send(organiser, url, host_of(one).pk, host_of(two).pk)
    body = response.content.decode()
    assert response.status_code == 409
    assert "„Eins“ (Raum 1, 09:00 bis 10:00)" in body
    assert "„Zwei“ (Raum 2, 09:00 bis 10:00)" in body
    assert f'value="{host_of(one).pk}" selected' in body
    assert Host.objects.count() == HostBooking.objects.count() == 2
    one.refresh_from_db()
    assert one.co_hosts == "A. Beispiel, Trier"


def test_what_cannot_be_one_is_said(organiser, plan, url, desk, person, section):
    lou = add_participant(desk, "Lou", affiliation="Stadt Worms")
    own, theirs = host_of(proposed(plan, "Eigene", person)), host_of(proposed(plan, "Andere", lou))
    both = send(organiser, url, own.pk, theirs.pk).content.decode()
    assert "nehmen beide selbst teil" in both
    assert "lässt sich absagen" not in both, "that would not help"
    assert "derselbe Eintrag" in send(organiser, url, own.pk, own.pk).content.decode()
    elsewhere = add_host(add_plan(add_desk(add_event(section, "Anderswo"))), "Fremd")
    for wrong in ("", "x", elsewhere.pk, uuid.uuid4()):
        response = send(organiser, url, own.pk, wrong)
        assert response.context["same"].errors["other"]
    with pytest.raises(Host.DoesNotExist):
        merge_hosts(desk, own.pk, elsewhere.pk)
    assert Host.objects.count() == 3


def test_with_an_address_co_hosts_get_the_mails_about_the_programme(organiser, plan, url):
    session = wall(plan, "Eins", "Alex Beispiel, Trier")
    host = host_of(session)
    data = {"action": "address", "host": str(host.pk)}
    assert (
        "verlässt diese Liste, und die Adresse wird gelöscht"
        in organiser.get(url("review_hosts")).content.decode()
    )
    wrong = organiser.post(url("review_hosts"), {**data, "email": "alex(at)verein"})
    assert 'value="alex(at)verein"' in wrong.content.decode()
    organiser.post(url("review_hosts"), {**data, "email": "alex@verein.demo.invalid"})
    put(session, Room.objects.first(), 9, 10)
    release_programme(plan, "Fassung 1", "", None, at(8))
    assert Letter.objects.get().address == "alex@verein.demo.invalid"
    organiser.post(url("review_hosts"), {**data, "email": ""})
    host.refresh_from_db()
    assert host.email == ""


def test_the_address_of_a_participant_is_their_own(organiser, plan, url, desk, person):
    host = host_of(proposed(plan, "Eigene", person))
    data = {"action": "address", "host": str(host.pk), "email": "anders@stadt.demo.invalid"}
    assert organiser.post(url("review_hosts"), data).status_code == 409
    host.refresh_from_db()
    assert host.email == person.email


@pytest.mark.parametrize("data", [{}, {"action": "x"}, {"action": "address", "host": str(uuid.uuid4())}])
def test_an_unknown_action_is_not_there(organiser, plan, url, data):
    assert organiser.post(url("review_hosts"), data).status_code == 404


def test_only_organisers_see_addresses(client, member, plan, url):
    assert member.get(url("review_hosts")).status_code == 403
    client.logout()
    assert client.get(url("review_hosts")).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_any_number(organiser, plan, url, number, django_assert_num_queries):
    for index in range(number):
        wall(plan, f"Session {index}", f"Alex {index}, Trier")
    organiser.get(url("review_hosts"))
    with django_assert_num_queries(5):  # session, account and desk; hosts and their sessions
        organiser.get(url("review_hosts"))


def test_a_host_who_would_be_in_two_rooms_is_refused_by_name_and_town(plan):
    one, two = wall(plan, "Eins", "Alex, Trier"), wall(plan, "Zwei", "Lou, Worms")
    put(one, Room.objects.first(), 9, 10)
    put(two, Room.objects.last(), 9, 10)
    with pytest.raises(ProposalRefused):
        reviewing.reword(two, services.Wording("Zwei", co_hosts="alex, Stadt Trier"), two.version)
