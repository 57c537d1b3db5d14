"""Twenty taps at once give exactly as many votes as there are; without its guards they do not."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from events.models import Interest, Letter, Session, Vote
from events.proposing import reviewing, services, voting
from events.proposing.joining import Visitor
from events.proposing.refusals import ProposalRefused
from tests.events.conftest import section  # noqa: F401 - the fixture, for a database that is not rolled back
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_seat, add_session

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TAPS, CAP = 20, 5
RULES = {
    "vote_number_once": "UNIQUE (person_id, n)",
    "vote_once_per_session": "UNIQUE (person_id, session_id)",
}


@pytest.fixture
def scene(section):  # noqa: F811 - the fixture
    desk = add_desk(add_event(section), votes_each=CAP)
    plan = add_plan(desk)
    person = add_participant(desk)
    add_seat(person)
    return desk, person, [add_session(plan, f"Session {number}") for number in range(TAPS)]


def at_once(work: Callable[[int], None]) -> list[str]:
    """Run ``work`` in as many threads as there are taps; the names of what they raised."""
    start = threading.Barrier(TAPS)

    def run(number: int) -> str:
        try:
            start.wait()
            work(number)
        except (IntegrityError, ProposalRefused) as error:
            return type(error).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(TAPS) as threads:
        return sorted(threads.map(run, range(TAPS)))


def tap_without_lock(desk, person, sessions):
    """As :func:`events.proposing.voting.give_vote` without the voter's lock: all read before one writes."""
    have_read = threading.Barrier(TAPS)

    def tap(number: int) -> None:
        with transaction.atomic():
            taken = set(Vote.objects.filter(person=person).values_list("n", flat=True))
            have_read.wait()
            n = next(n for n in range(1, CAP + 1) if n not in taken)
            Vote.objects.create(person=person, session=sessions[number], n=n)

    return tap


def test_twenty_taps_give_exactly_the_cap(scene):
    desk, person, sessions = scene
    now = timezone.now()
    raised = at_once(lambda number: voting.give_vote(desk, person, sessions[number].pk, now))
    assert sorted(Vote.objects.values_list("n", flat=True)) == [1, 2, 3, 4, 5]
    assert raised == [""] * CAP + ["ProposalRefused"] * (TAPS - CAP)


def test_twenty_taps_on_one_session_are_one_vote_and_one_interest(scene):
    desk, person, sessions = scene
    now = timezone.now()

    def tap(number: int) -> None:
        voting.give_vote(desk, person, sessions[0].pk, now)
        voting.mark_interest(desk, person, sessions[0].pk, now)

    assert at_once(tap) == [""] * TAPS
    assert (Vote.objects.count(), Interest.objects.count()) == (1, 1)


def test_the_same_proposal_sent_many_times_at_once_is_one(scene):
    desk, _person, _sessions = scene
    key, now = uuid.uuid4(), timezone.now()
    guest = Visitor(given_name="Robin", family_name="Beispiel", email="robin@stadt.demo.invalid")
    at_once(lambda number: services.propose(desk, key, services.Wording("Einmal"), guest, now))
    assert (Session.objects.filter(title="Einmal").count(), Letter.objects.count()) == (1, 1)


def test_votes_given_while_two_proposals_are_merged_stay_in_the_cap(scene):
    desk, _person, sessions = scene
    kept, other = sessions[:2]
    voters = [add_participant(desk, f"V{number}") for number in range(TAPS)]
    for voter in voters:
        add_seat(voter)
    now = timezone.now()

    def work(number: int) -> None:
        if number == TAPS // 2:
            reviewing.merge(kept, other, None, now)
            return
        for session in (other, kept):
            voting.give_vote(desk, voters[number], session.pk, now)

    assert set(at_once(work)) <= {"", "ProposalRefused"}
    for voter in voters:
        assert voter.votes.filter(session=kept).count() <= 1
    other.refresh_from_db()
    assert other.state == Session.State.WITHDRAWN
    assert Vote.objects.filter(session=kept).count() >= TAPS - 1 - Vote.objects.filter(session=other).count()


def test_without_the_lock_most_taps_fail_and_one_vote_is_kept(scene):
    desk, person, sessions = scene
    raised = at_once(tap_without_lock(desk, person, sessions))
    assert Vote.objects.count() == 1
    assert raised.count("IntegrityError") == TAPS - 1


def test_without_lock_and_constraints_everybody_votes_as_often_as_they_tap(scene):
    desk, person, sessions = scene
    with connection.cursor() as cursor:
        for name in RULES:
            cursor.execute(f"ALTER TABLE events_vote DROP CONSTRAINT {name}")
    try:
        assert at_once(tap_without_lock(desk, person, sessions)) == [""] * TAPS
        assert Vote.objects.count() == TAPS > CAP
    finally:
        Vote.objects.all().delete()
        with connection.cursor() as cursor:
            for name, rule in RULES.items():
                cursor.execute(f"ALTER TABLE events_vote ADD CONSTRAINT {name} {rule}")


def test_the_service_without_its_lock_does_not_reach_the_cap(scene):
    """The very code of the service, its lock left out: it has to fail, or the lock would guard nothing."""
    desk, person, sessions = scene
    have_begun = threading.Barrier(TAPS)

    def tap(number: int) -> None:
        with transaction.atomic():
            have_begun.wait()
            voting.take_number(desk, person, sessions[number].pk)

    raised = at_once(tap)
    assert "IntegrityError" in raised
