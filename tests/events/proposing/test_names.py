"""Whether somebody is named in public: with one session, and not with another."""

from __future__ import annotations

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from events.models import Host, Release, Session, SessionHost
from events.planning.releases import release_programme
from events.proposing import reviewing
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.factories.events import add_participant, add_session, put

State = Session.State
NAMED, TOWN = "Kim Beispiel, Stadt Trier", "Stadt Trier"


def own(plan, person, title="Meins", **fields):
    return add_session(plan, title, proposer=person, state=State.PROPOSED, **fields)


def hosts_of(session):
    return [row.public_name for row in SessionHost.objects.filter(session=session).select_related("host")]


@pytest.fixture
def told(plan, person):
    """A session in which they are named."""
    return reviewing.accept(own(plan, person, "Die offene", shows_name=True))


@pytest.fixture
def kept(plan, person):
    """A session in which they are not."""
    return reviewing.accept(own(plan, person, "Die stille"))


def release(plan, name="1"):
    now = timezone.now()
    release_programme(plan, name, "", None, now)
    settle()


def named_in_document(desk):
    event = CatalogueEntry.objects.get(uuid=desk.event.translation_key).document.event
    return {slot.title: slot.hosts for slot in event.slots if slot.hosts}


def read_programme(client, url):
    pdf = PdfReader(io.BytesIO(client.get(url("print_programme")).content))
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_a_wish_holds_for_one_session_from_the_list_to_the_printed_programme(
    client, desk, plan, told, kept, url
):
    assert Host.objects.get(), "one person is one host: they cannot be in two rooms"
    first, second = plan.rooms.order_by("position")
    put(told, first, 9, 10)
    put(kept, second, 10, 11)
    release(plan)
    assert named_in_document(desk) == {"Die offene": (NAMED,), "Die stille": (TOWN,)}
    pages = {name: client.get(url(name)).content.decode() for name in ("proposals", "board")}
    pages["print"] = read_programme(client, url)
    for name, text in pages.items():
        assert text.count("Kim Beispiel") == 1, name
        assert text.count(TOWN) == 2, name
    assert "Kim" not in client.get(url("proposals"), {"q": "stille"}).content.decode()
    assert client.get(url("proposals"), {"q": "Kim"}).context["page"].paginator.count == 1


def test_taking_the_name_back_reaches_the_document_with_the_next_release(member, desk, plan, told, kept, url):
    put(told, plan.rooms.first(), 9, 10)
    put(kept, plan.rooms.last(), 10, 11)
    release(plan)
    response = member.post(url("proposal", told.pk), {"action": "hide_name"}, follow=True)
    assert "Im freigegebenen Programm steht er noch" in response.content.decode()
    assert named_in_document(desk)["Die offene"] == (NAMED,)
    release(plan, "2")
    assert named_in_document(desk) == {"Die offene": (TOWN,), "Die stille": (TOWN,)}


def test_a_name_is_taken_back_at_any_time_and_given_again(member, plan, told, kept, url):
    slots = [{"uid": str(told.pk)}]
    Release.objects.create(plan=plan, number=1, name="1", at=timezone.now(), version=1, slots=slots)
    assert "Meinen Namen nicht mehr zeigen" in member.get(url("proposal", told.pk)).content.decode()
    for action, shown in (("hide_name", TOWN), ("show_name", NAMED)):
        plan.refresh_from_db()
        before = plan.version
        for _ in range(2):
            assert member.post(url("proposal", told.pk), {"action": action}).status_code == 302
        assert (hosts_of(told), hosts_of(kept)) == ([shown], [TOWN])
        plan.refresh_from_db()
        assert plan.version == before + 1
    told.refresh_from_db()
    kept.refresh_from_db()
    assert (told.shows_name, told.version) == (True, 3)
    assert (kept.shows_name, kept.version) == (False, 1)


def test_a_name_is_taken_back_from_what_it_was_merged_into(member, plan, person, desk, url):
    joint = reviewing.accept(own(plan, add_participant(desk, "Lou", affiliation="Mainz"), shows_name=True))
    mine = own(plan, person, shows_name=True)
    reviewing.merge(joint, mine, None, timezone.now())
    assert hosts_of(joint) == ["Lou Beispiel, Mainz", NAMED]
    member.post(url("proposal", mine.pk), {"action": "hide_name"})
    assert hosts_of(joint) == ["Lou Beispiel, Mainz", TOWN]


@pytest.mark.parametrize("first", [True, False])
def test_who_proposed_both_that_become_one_is_named_only_if_they_agreed_with_both(
    member, plan, person, url, first
):
    joint = reviewing.accept(own(plan, person, "Bleibt", shows_name=first))
    other = own(plan, person, "Geht", shows_name=not first)
    reviewing.merge(joint, other, None, timezone.now())
    assert hosts_of(joint) == [TOWN]
    assert not Session.objects.filter(shows_name=True).exists()
    member.post(url("proposal", joint.pk), {"action": "show_name"})
    member.post(
        url("proposal", joint.pk),
        {"action": "change", "title": "Bleibt", "minutes": "45", "shows_name": "on", "seen": "4"},
    )
    assert hosts_of(joint) == [NAMED]
    assert Session.objects.filter(shows_name=True).count() == 2, "one session names somebody or does not"


def test_beside_the_consent_stands_for_what_and_how_long_it_can_be_taken_back(member, plan, person, url):
    for page in (url("propose"), url("proposal", own(plan, person).pk)):
        text = member.get(page).content.decode()
        assert "Mein Name darf bei dieser Session stehen" in text
        assert "behält den Namen bis zur nächsten Freigabe" in text


def test_others_take_no_name_back(member, plan, desk, person, url):
    theirs = own(plan, add_participant(desk, "Lou", affiliation="Mainz"), shows_name=True)
    assert member.post(url("proposal", theirs.pk), {"action": "hide_name"}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.shows_name
