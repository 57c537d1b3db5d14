"""Many at once: real threads, real transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from events.models import EventDesk, Letter, Registration
from events.registering import services
from events.registering.services import Entry
from tests.events.registering.conftest import account, sign_up
from tests.factories.events import add_participant

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CROWD = 24


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


def registering(desk: EventDesk, name: str) -> Callable[[], Any]:
    user, now = account(name), timezone.now()
    return lambda: services.register_account(desk.pk, user, Entry(name, "Beispiel"), now)


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
