"""Whoever asks to be forgotten is named in no release any more; what merely grows old stays published."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from events.models import AnnouncedHost, Host, Release, SessionHost
from events.office.forgetting import forget_people
from events.planning.releases import release_programme, slots_of
from events.registering.forgetting import forget_person
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.factories.events import add_host, add_participant, add_session

NAMED = "Kim Beispiel, Stadt Trier"
OTHER = "Alex Beispiel"


@pytest.fixture
def kim(desk):
    return add_participant(desk, "Kim", affiliation="Stadt Trier")


@pytest.fixture
def released(plan, rooms, give, kim):
    """Two releases; in the second one Kim runs only the first of two sessions."""
    host = add_host(plan, "Kim Beispiel", affiliation="Stadt Trier", person=kim, email=kim.email)
    both = add_session(plan, "Eins", host, add_host(plan, OTHER)), add_session(plan, "Zwei", host)
    for session, hour in zip(both, (9, 10), strict=True):
        give.place(session, rooms[0], hour)
    release_programme(plan, "Fassung 1", "", None, timezone.now())
    SessionHost.objects.filter(session=both[1]).delete()
    release_programme(plan, "Fassung 2", "", None, timezone.now())
    settle()
    return plan


def named_in(release):
    return [slot.hosts for slot in slots_of(release) if slot.hosts]


def test_erasure_takes_the_name_out_of_all_releases_and_of_the_document(desk, released, kim):
    def entry():
        return CatalogueEntry.objects.get(uuid=desk.event.translation_key)

    assert NAMED in entry().body
    sequence = entry().document.event.sequence
    forget_person(kim, timezone.now())
    settle()
    assert [named_in(release) for release in Release.objects.order_by("number")] == [[(OTHER,)], [(OTHER,)]]
    assert "Kim Beispiel" not in entry().body
    assert [slot.title for slot in entry().document.event.slots][:2] == ["Eins", "Zwei"]
    assert entry().document.event.sequence == sequence, "no time or place is otherwise"
    assert not AnnouncedHost.objects.filter(name="Kim Beispiel").exists()


def test_a_namesake_stays_where_they_are_named(plan, released, kim):
    namesake = add_host(plan, "Kim Beispiel", affiliation="Stadt Trier", email="kim@verein.demo.invalid")
    newest = Release.objects.order_by("number").last()
    other = add_session(plan, "Drei", namesake)
    slot = {**newest.slots[0], "uid": str(other.pk), "hosts": [NAMED]}
    Release.objects.filter(pk=newest.pk).update(slots=[*newest.slots, slot])
    forget_person(kim, timezone.now())
    newest.refresh_from_db()
    assert named_in(newest) == [(OTHER,), (NAMED,)]


def test_who_was_not_named_leaves_no_town_behind(plan, rooms, give, kim):
    host = add_host(plan, "Kim Beispiel", affiliation="Stadt Trier", person=kim, email=kim.email)
    session = add_session(plan, "Eins", host)
    SessionHost.objects.update(is_named=False)
    give.place(session, rooms[0], 9)
    release_programme(plan, "Fassung 1", "", None, timezone.now())
    assert named_in(Release.objects.get()) == [("Stadt Trier",)]
    forget_person(kim, timezone.now())
    assert named_in(Release.objects.get()) == []


def test_an_event_without_releases_is_erased_as_well(desk, plan, kim):
    forget_person(kim, timezone.now())
    assert not desk.people.exists()
    plan.delete()
    forget_person(add_participant(desk, "Toni"), timezone.now())
    assert not desk.people.exists()


def test_the_retention_keeps_what_was_published_and_no_address(desk, released):
    before = [release.slots for release in Release.objects.order_by("number")]
    forget_people(desk.event.ends + dt.timedelta(days=desk.retention_days + 1))
    assert [release.slots for release in Release.objects.order_by("number")] == before
    assert not desk.people.exists()
    assert not AnnouncedHost.objects.exists()
    assert not Host.objects.exclude(email="").exists()
