"""The list, a new proposal, one's own."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from events.models import (
    Availability,
    Interest,
    Letter,
    Person,
    Placement,
    PlanChange,
    Release,
    Room,
    Session,
    Vote,
)
from events.people import KNOWN, write_token
from events.phases import Phase, is_open
from events.proposing import reviewing, services
from events.proposing.hosts import list_credits
from tests.events.proposing.conftest import typed
from tests.factories.events import add_participant, add_session, at, put

State = Session.State


def link_in(letter):
    return re.search(r"http://[^/]+(/veranstaltungen/vorschlag/\S+)", letter.text)[1]


def test_the_first_page_says_what_to_do(client, desk, url):
    text = client.get(url("proposals")).content.decode()
    assert "Ihrer wäre der erste" in text
    assert url("propose") in text


def test_a_guest_confirms_by_the_link_before_anything_is_shown(client, desk, url):
    response = client.post(url("propose"), typed(), follow=True)
    assert "Fast geschafft" in response.content.decode()
    session = Session.objects.get()
    assert session.state == State.UNCONFIRMED
    assert Person.objects.get().confirmed is None
    assert "Bauantrag" not in client.get(url("proposals")).content.decode()
    letter = Letter.objects.get()
    assert letter.subject == "Bitte bestätigen Sie Ihren Vorschlag: Barcamp"
    link = link_in(letter)
    assert "Vorschlag bestätigen" in client.get(link).content.decode()
    session.refresh_from_db()
    assert session.state == State.UNCONFIRMED, "opening the link confirms nothing"
    client.post(link, {"action": "confirm"})
    session.refresh_from_db()
    assert session.state == State.PROPOSED
    shown = Client().get(url("proposals")).content.decode()
    assert "Bauantrag" in shown
    assert "Stadt Worms" in shown
    assert "Robin" not in shown, "did not agree to be named"


def test_proposals_come_before_registration_opens(client, desk, url):
    desk.registration_opens = timezone.now() + dt.timedelta(days=3)
    desk.save()
    assert not is_open(desk, Phase.REGISTRATION, timezone.now())
    client.post(url("propose"), typed())
    assert Session.objects.count() == 1


@pytest.mark.parametrize("lead", [dt.timedelta(days=-1), dt.timedelta(days=1)])
def test_outside_the_phase_nothing_is_taken_and_nothing_typed_is_lost(client, desk, url, lead):
    now = timezone.now()
    opens = now + lead if lead > dt.timedelta() else now - dt.timedelta(days=9)
    desk.proposals_open, desk.proposals_close = opens, opens + dt.timedelta(days=2)
    desk.save()
    response = client.post(url("propose"), typed())
    assert response.status_code == 409
    assert "Der digitale Bauantrag" in response.content.decode()
    assert not Session.objects.exists()
    assert not Person.objects.exists()
    assert 'name="title"' not in client.get(url("propose")).content.decode()


def test_a_double_submit_is_one_proposal_and_one_mail(client, desk, url):
    data = typed()
    client.post(url("propose"), data)
    client.post(url("propose"), data)
    assert (Session.objects.count(), Letter.objects.count()) == (1, 1)


def test_the_id_of_somebody_elses_proposal_cannot_be_taken_over(member, plan, desk, url):
    theirs = add_session(plan, "Meins", proposer=add_participant(desk, "Lou"))
    member.post(url("propose"), typed(key=str(theirs.pk), title="Anders"))
    theirs.refresh_from_db()
    assert theirs.title == "Meins"
    assert Session.objects.get(title="Anders").pk != theirs.pk


def test_an_account_is_shown_at_once_and_is_asked_for_nothing_that_is_known(member, person, url):
    form = member.get(url("propose")).context["form"]
    assert not {"email", "given_name", "family_name"} & set(form.fields)
    member.post(url("propose"), typed(shows_name="on", affiliation="Stadt Trier"))
    session = Session.objects.get()
    assert (session.state, session.proposer) == (State.PROPOSED, person)
    assert "Kim Beispiel, Stadt Trier" in member.get(url("proposals")).content.decode()
    assert Letter.objects.get().subject.startswith("Ihr Vorschlag ist angekommen")


def test_an_account_becomes_a_person_with_its_name(client, account, desk, url):
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    client.post(url("propose"), typed())
    person = Person.objects.get()
    assert (person.user, person.name, person.email) == (account, "Kim Beispiel", "kim@stadt.demo.invalid")
    assert person.confirmed
    assert Session.objects.get().state == State.PROPOSED


def test_an_account_without_an_address_confirms_like_a_guest(client, account, desk, url):
    type(account).objects.filter(pk=account.pk).update(email=None)
    account.refresh_from_db()
    client.force_login(account, "django.contrib.auth.backends.ModelBackend")
    client.post(url("propose"), typed())
    assert Session.objects.get().state == State.UNCONFIRMED
    assert (Person.objects.get().user, Person.objects.get().confirmed) == (account, None)


def test_whoever_types_the_address_of_somebody_known_changes_nothing_of_theirs(client, desk, url, person):
    client.post(url("propose"), typed(email="KIM@stadt.demo.invalid", affiliation="Falsch"))
    person.refresh_from_db()
    assert (person.given_name, person.affiliation) == ("Kim", "Stadt Trier")
    assert Session.objects.get().state == State.UNCONFIRMED
    assert Letter.objects.get().address == "kim@stadt.demo.invalid"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "Bitte geben Sie der Session einen Titel"),
        ({"summary": "x" * 2003}, "um 3 Zeichen"),
        ({"email": "niemand"}, "gültige E-Mail-Adresse"),
        ({"affiliation": ""}, "Bitte nennen Sie Ihre Kommune"),
        ({"co_hosts": ", Stadt Trier"}, "beginnen Sie jede Zeile mit einem Namen"),
        ({"minutes": "7"}, "minutes"),
        ({"key": "kein"}, "key"),
    ],
)
def test_mistakes_are_named_and_what_was_typed_stays(client, desk, url, change, words):
    response = client.post(url("propose"), typed(remark="Bitte vormittags", **change))
    text = response.content.decode()
    assert words in text
    assert "Bitte vormittags" in text
    assert not Session.objects.exists()


def test_times_at_which_somebody_cannot_come_leave_some(client, desk, plan, url):
    values = [value for value, _label in client.get(url("propose")).context["form"].fields["away"].choices]
    assert len(values) == 6
    client.post(url("propose"), typed(away=values[:2]))
    assert Session.objects.get().away == values[:2]
    desk.event.starts, desk.event.ends = at(9), at(11)
    desk.event.save()
    response = client.post(url("propose"), typed(away=values[:2]))
    assert "mindestens eine Zeit" in response.content.decode()


def test_before_there_is_a_plan_mornings_and_afternoons_are_asked_for(client, desk, url):
    choices = client.get(url("propose")).context["form"].fields["away"].choices
    assert [label for _value, label in choices] == ["09:00 bis 13:00", "13:00 bis 17:00"]


def test_emoji_and_line_breaks_survive(client, member, url):
    member.post(url("propose"), typed(title="🚲 Rad & <b>Bus</b>", summary="Eins\r\n\r\nZwei"))
    session = Session.objects.get()
    assert (session.title, session.summary) == ("🚲 Rad & <b>Bus</b>", "Eins\n\nZwei")
    assert "🚲 Rad & <b>Bus</b>" in Letter.objects.get().text
    link = link_in(Letter.objects.get())
    assert "<b>Bus" not in client.get(link).content.decode()


def test_one_address_gets_five_mails_a_day_and_then_what_was_typed_stays(client, desk, url):
    address = f"{uuid.uuid4().hex}@stadt.demo.invalid"
    answers = [client.post(url("propose"), typed(email=address)) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [409]
    assert "Der digitale Bauantrag" in answers[-1].content.decode()
    assert Letter.objects.count() == 5


def test_accounts_are_not_counted_together(member, person, url):
    for _ in range(6):
        assert member.post(url("propose"), typed()).status_code == 302


def test_guests_need_an_account_where_none_are_allowed(client, desk, url):
    desk.allows_guests = False
    desk.save()
    assert client.post(url("propose"), typed()).status_code == 302
    assert not Session.objects.exists()


# One's own proposal ------------------------------------------------------------------------------------


def own(plan, person, **fields):
    return add_session(plan, "Meins", proposer=person, state=State.PROPOSED, **fields)


def changed(session, **changes):
    return {
        "action": "change",
        "title": "Neu",
        "summary": "",
        "minutes": "30",
        "co_hosts": "Alex Beispiel, Stadt Worms",
        "remark": "",
        "shows_name": "on",
        "seen": session.version,
        **changes,
    }


def test_the_proposer_changes_it_until_it_is_released(member, plan, person, url):
    session = own(plan, person)
    member.post(url("proposal", session.pk), changed(session))
    session.refresh_from_db()
    assert (session.title, session.minutes, session.version) == ("Neu", 30, 1)
    slots = [{"uid": str(session.pk)}]
    Release.objects.create(plan=plan, number=1, name="1", at=timezone.now(), version=1, slots=slots)
    response = member.post(url("proposal", session.pk), changed(session, title="Zu spät"))
    assert response.status_code == 409
    session.refresh_from_db()
    assert session.title == "Neu"
    assert 'name="title"' not in member.get(url("proposal", session.pk)).content.decode()


def test_a_stale_change_is_refused_keeps_what_was_typed_and_can_be_sent_again(member, plan, person, url):
    session = own(plan, person)
    data = changed(session)
    reviewing.reword(session, services.Wording("Von der Orga"), 0)
    response = member.post(url("proposal", session.pk), data)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Von der Orga" in text
    assert 'value="Neu"' in text
    member.post(url("proposal", session.pk), {**data, "seen": response.context["form"]["seen"].value()})
    session.refresh_from_db()
    assert session.title == "Neu"


def test_withdrawing_hides_it_and_twice_is_once(member, plan, person, url):
    session = own(plan, person)
    for _ in range(2):
        assert member.post(url("proposal", session.pk), {"action": "withdraw"}).status_code == 302
    session.refresh_from_db()
    assert (session.state, session.version) == (State.WITHDRAWN, 1)
    assert "Meins" not in member.get(url("proposals")).content.decode()


def test_what_is_withdrawn_leaves_its_place_in_the_plan_but_not_once_it_is_released(
    member, plan, person, url
):
    session, told = (reviewing.accept(own(plan, person)) for _ in range(2))
    put(session, Room.objects.first(), 9, 10)
    put(told, Room.objects.first(), 10, 11)
    slots = [{"uid": str(told.pk)}]
    Release.objects.create(plan=plan, number=1, name="1", at=timezone.now(), version=1, slots=slots)
    assert member.post(url("proposal", session.pk), {"action": "withdraw"}).status_code == 302
    assert member.post(url("proposal", told.pk), {"action": "withdraw"}).status_code == 409
    assert [placement.session for placement in Placement.objects.all()] == [told]
    assert PlanChange.objects.get().verb == "remove"


def test_others_and_forged_links_find_nothing(member, client, plan, desk, person, url):
    theirs = own(plan, add_participant(desk, "Lou"))
    assert member.get(url("proposal", theirs.pk)).status_code == 404
    assert member.post(url("proposal", theirs.pk), changed(theirs)).status_code == 404
    good = write_token(theirs.proposer)
    tokens = (
        good[:-2] + "xx",
        write_token(person),
        signing.Signer(salt="anders").sign(f"{theirs.proposer.pk.hex}.1").replace(":", "~"),
    )
    for token in tokens:
        path = f"/veranstaltungen/vorschlag/{theirs.pk}/{token}/"
        assert client.get(path).status_code == 404
        assert client.post(path, changed(theirs)).status_code == 404
    assert client.get(f"/veranstaltungen/vorschlag/{theirs.pk}/{good}/").status_code == 200
    theirs.proposer.link_version += 1
    theirs.proposer.save()
    assert client.get(f"/veranstaltungen/vorschlag/{theirs.pk}/{good}/").status_code == 404
    theirs.refresh_from_db()
    assert theirs.title == "Meins"


def test_a_link_followed_once_is_remembered_in_this_browser_alone(client, plan, desk, url):
    guest = add_participant(desk, "Lou")
    session = own(plan, guest)
    assert client.get(url("proposal", session.pk)).status_code == 302
    client.get(f"/veranstaltungen/vorschlag/{session.pk}/{write_token(guest)}/")
    assert client.get(url("proposal", session.pk)).status_code == 200
    assert client.session[KNOWN] == {str(desk.pk): write_token(guest)}
    guest.link_version += 1
    guest.save()
    assert client.get(url("proposal", session.pk)).status_code == 302, "an ended link is worth nothing here"


def test_an_account_is_not_taken_for_another_whose_link_it_followed(member, plan, desk, person, url, account):
    other = add_participant(desk, "Lou", user=type(account).objects.create_user("lou@stadt.demo.invalid"))
    session = own(plan, other)
    person.delete()
    member.get(f"/veranstaltungen/vorschlag/{session.pk}/{write_token(other)}/")
    assert member.get(url("proposal", session.pk)).status_code == 404


# The list ----------------------------------------------------------------------------------------------


def test_the_list_shows_what_is_offered_and_nothing_else(client, plan, url):
    for state in State:
        add_session(plan, f"Titel {state.name}", state=state)
    text = client.get(url("proposals")).content.decode()
    assert {state for state in State if f"Titel {state.name}" in text} == {State.PROPOSED, State.ACCEPTED}


def test_searching_sorting_and_turning_pages(client, plan, desk, person, url):
    for number in range(21):
        add_session(plan, f"Thema {number}", summary="Rad" if number == 3 else "")
    loved = Session.objects.get(title="Thema 7")
    Interest.objects.create(person=person, session=loved)
    titles = [each.title for each in client.get(url("proposals") + "?sortierung=interesse").context["page"]]
    assert titles[0] == "Thema 7"
    assert len(titles) == 20
    assert len(client.get(url("proposals") + "?seite=2").context["page"]) == 1
    assert [each.title for each in client.get(url("proposals") + "?q=rad").context["page"]] == ["Thema 3"]
    assert "Kein Vorschlag enthält" in client.get(url("proposals") + "?q=zzz").content.decode()
    for odd in ("?q=%00", "?seite=x", "?sortierung=x", "?sortierung=stimmen"):
        assert client.get(url("proposals") + odd).status_code == 200


def test_five_words_are_searched(client, plan, url):
    add_session(plan, "eins zwei drei vier fuenf")
    words = "eins zwei drei vier fuenf"
    assert list(client.get(url("proposals") + f"?q={words} sechs").context["page"])
    assert not list(client.get(url("proposals") + "?q=eins zwei drei vier sechs").context["page"])


def test_a_hidden_name_is_not_found_by_searching(client, plan, person, url):
    own(plan, person)
    assert not list(client.get(url("proposals") + "?q=Kim").context["page"])
    assert list(client.get(url("proposals") + "?q=Trier").context["page"])


def test_votes_are_shown_to_organisers_and_to_others_after_the_vote(
    client, organiser, desk, plan, person, url
):
    session = add_session(plan)
    Vote.objects.create(person=person, session=session, n=1)
    assert "1 Stimme" in organiser.get(url("proposals")).content.decode()
    client.logout()
    during = client.get(url("proposals"))
    assert not during.context["ballot"].shows_tally
    assert "1 Stimme" not in during.content.decode()
    assert "damit niemand" in during.content.decode()
    desk.votes_open = timezone.now() - dt.timedelta(days=2)
    desk.votes_close = timezone.now() - dt.timedelta(days=1)
    desk.save()
    assert "1 Stimme" in client.get(url("proposals")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    client, plan, desk, url, number, django_assert_num_queries, account
):
    for place in range(number):
        proposer = add_participant(desk, f"P{place}", affiliation="Worms")
        kept = own(plan, proposer, co_hosts="Alex, Trier")
        add_session(plan, "Alt", state=State.WITHDRAWN, merged_into=kept, proposer=proposer)
    client.get(url("proposals"))
    with django_assert_num_queries(5):
        client.get(url("proposals"))


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_a_participant_the_same_for_any_number(member, plan, url, number, django_assert_num_queries):
    for place in range(number):
        add_session(plan, f"Thema {place}")
    member.get(url("proposals"))
    with django_assert_num_queries(16):
        member.get(url("proposals"))


def test_members_only_events_show_nothing_to_others(client, section, plan, desk, url):
    desk.event.audience = "members"
    desk.event.save_revision().publish()
    from hub.catalogue.settling import settle

    settle()
    assert client.get(url("proposals")).status_code == 404
    assert client.get(url("propose")).status_code == 404
    assert client.post(url("interest", uuid.uuid4())).status_code == 404


def test_credits_name_each_once_and_only_as_agreed(plan, person, desk):
    session = own(plan, person, co_hosts="Alex Beispiel, Worms\nalex beispiel, Worms")
    merged = own(plan, add_participant(desk, "Lou", affiliation="Mainz"), shows_name=True)
    merged.merged_into = session
    merged.save()
    shown = [str(credit) for credit in list_credits(session)]
    assert shown == ["Stadt Trier", "alex beispiel, Worms", "Lou Beispiel, Mainz"]


def test_availability_follows_the_proposal_once_it_is_accepted(plan, desk, person, client, url):
    values = [value for value, _ in client.get(url("propose")).context["form"].fields["away"].choices]
    session = own(plan, person, away=values[:1])
    assert not Availability.objects.exists()
    reviewing.accept(session)
    [free] = Availability.objects.all()
    assert (free.during.lower, free.during.upper) == (at(10), at(17))
