"""Many at once: real threads, real transactions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from events.live.notices import write_notice
from events.mailing.writing import write_letter
from events.models import EventDesk, Letter, Registration, Vote
from events.proposing import voting
from events.proposing.refusals import ProposalRefused
from events.registering import services
from events.registering.line import lock_desk
from events.registering.services import Entry
from hub.accounts.models import Role
from hub.accounts.roles import set_role
from tests.events.registering.conftest import account, sign_up
from tests.factories.events import add_participant, add_plan, add_session

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CROWD = 24
AT_MOST = "SET LOCAL lock_timeout = '3s'"


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """All of them in the same moment, each on a connection of its own; their results or errors."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result() for future in [threads.submit(run, act) for act in acts]]


def after_waiting(act: Callable[[], Any], first: Callable[[], Any]) -> Any:
    """What ``act`` comes to if it has to wait for the transaction of ``first``; its result or error."""
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            first()
            future = thread.submit(at_once, [act])
            for _ in range(500):
                with connection.cursor() as cursor:
                    cursor.execute(WAITING)
                    if cursor.fetchone()[0]:
                        break
                time.sleep(0.02)
            else:
                pytest.fail("nobody waits for the transaction")
        return future.exception() or future.result()[0]


WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def registering(desk: EventDesk, name: str) -> Callable[[], Any]:
    user, now = account(name), timezone.now()
    return lambda: services.register_account(desk.pk, user, Entry(name, "Beispiel"), now)


@pytest.mark.parametrize("hold", [lock_desk, write_notice])
def test_letters_are_written_while_somebody_holds_the_desk(open_desk, hold):
    """Whoever writes them may hold the plan, for which the other waits next: neither would go on."""
    desk = open_desk(seats=1)
    kim, now = add_participant(desk, "Kim"), timezone.now()

    def write() -> Letter:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(AT_MOST)
            return write_letter(desk, kim, "new_link", "once")

    with transaction.atomic():
        hold(desk.pk) if hold is lock_desk else hold(desk, "Es geht los.", None, None, now)
        [letter] = at_once([write])
    assert letter.address == kim.email


def test_exactly_one_of_many_gets_the_last_seat_and_the_others_wait_in_order(open_desk):
    desk = open_desk(seats=1)
    at_once([registering(desk, f"P{number}") for number in range(CROWD)])
    line = list(Registration.objects.order_by("place").values_list("state", "place"))
    assert line == [("confirmed" if number == 1 else "waiting", number) for number in range(1, CROWD + 1)]
    names = Counter(Letter.objects.values_list("name", flat=True))
    assert names == {"registered": 1, "waiting": CROWD - 1}
    places = Letter.objects.filter(name="waiting").values_list("subject", flat=True)
    assert len(set(places)) == CROWD - 1, "everybody was told a place of their own"


def test_guests_who_confirm_at_once_get_one_seat_among_them(open_desk):
    desk = open_desk(seats=1)
    people = [add_participant(desk, f"G{number}", confirmed=None) for number in range(CROWD)]
    now = timezone.now()
    for person in people:
        Registration.objects.create(person=person)
    at_once([lambda person=person: services.take_part(person, now) for person in people])
    assert Counter(Registration.objects.values_list("state", flat=True)) == {
        "confirmed": 1,
        "waiting": CROWD - 1,
    }


def test_one_person_who_presses_many_times_is_registered_once(open_desk):
    desk = open_desk(seats=5)
    user, now = account("Ada"), timezone.now()
    at_once([lambda: services.register_account(desk.pk, user, Entry("Ada", "B"), now)] * 8)
    at_once([lambda: services.register_guest(desk.pk, Entry("G", "G", email="g@dorf.demo.invalid"), now)] * 8)
    assert Registration.objects.count() == 2
    assert Counter(Letter.objects.values_list("name", flat=True)) == {"registered": 1, "confirm_address": 1}


def test_seats_freed_at_once_each_go_to_another_person(open_desk):
    desk = open_desk(seats=6, offer_hours=None)
    people = [sign_up(desk, f"P{number}").person for number in range(16)]
    now = timezone.now()
    at_once([lambda person=person: services.cancel(person, now) for person in people[:6]])
    states = list(Registration.objects.order_by("place").values_list("state", flat=True))
    assert states == ["cancelled"] * 6 + ["confirmed"] * 6 + ["waiting"] * 4
    assert Letter.objects.filter(name="registered").count() == 12


def test_a_vote_that_meets_the_cancellation_of_its_voter_is_none(open_desk):
    desk = open_desk(seats=1)
    person, session = sign_up(desk, "Ada").person, add_session(add_plan(desk))
    now = timezone.now()
    result = after_waiting(
        lambda: voting.give_vote(desk, person, session.pk, now), first=lambda: services.cancel(person, now)
    )
    assert isinstance(result, ProposalRefused)
    assert not Vote.objects.exists()


def test_a_form_that_arrives_while_the_desk_is_closed_is_told_so(open_desk, client):
    desk = open_desk(proposals_open=None)
    address = f"/veranstaltungen/{desk.event.translation_key}/anmelden/"
    typed = {"given_name": "Gerd", "family_name": "Gast", "email": "gast@dorf.demo.invalid"}
    response = after_waiting(lambda: client.post(address, typed), first=desk.delete)
    assert response.status_code == 200
    shown = response.content.decode()
    assert "Die Anmeldung ist derzeit nicht offen" in shown
    assert 'value="Gerd"' in shown
    assert client.get(address).status_code == 404


def test_a_list_of_colleagues_that_arrives_while_the_desk_is_closed_is_told_so(open_desk, client):
    desk = open_desk(proposals_open=None)
    user = account("Ada")
    set_role(user, desk.event.get_parent().specific.body, Role.EDITOR)
    client.force_login(user)
    address = f"/veranstaltungen/{desk.event.translation_key}/anmelden/gruppe/"
    row = {"given_name": "Ben", "family_name": "Beispiel", "email": "ben@stadt.demo.invalid"}
    rows = {f"people-0-{name}": value for name, value in row.items()}
    typed = {"people-TOTAL_FORMS": "1", "people-INITIAL_FORMS": "0", **rows}
    response = after_waiting(lambda: client.post(address, typed), first=desk.delete)
    assert response.status_code == 200
    assert "Die Anmeldung ist derzeit nicht offen" in response.content.decode()
