"""Several editors at once, each with a connection of its own."""

from __future__ import annotations

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from events.models import Placement, Plan, PlanChange, Room, Session
from events.planning import services
from events.planning.orders import Place, Swap
from events.planning.services import Blocked
from tests.factories.events import HOURS, add_desk, add_event, add_host, add_plan, add_session, at

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
EDITORS, WRITES = 8, 20


@pytest.fixture
def full_plan(section):
    return add_plan(add_desk(add_event(section)), rooms=3)


def in_thread(work, *args):
    try:
        return work(*args)
    finally:
        connection.close()


def run_together(*works):
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(60) for future in [pool.submit(in_thread, *work) for work in works]]


def place(plan, session, room, starts, seen):
    order = Place(uuid.uuid4(), session, room, starts, seen)
    try:
        return services.place(plan, order, None, timezone.now())
    except Blocked as blocked:
        return blocked


def test_two_editors_want_the_same_room(full_plan):
    room = full_plan.rooms.first()
    keys = [add_session(full_plan, title).pk for title in ("Eins", "Zwei")]
    answers = run_together(*((place, full_plan.pk, key, room.pk, at(9), 0) for key in keys))
    refused = [answer for answer in answers if isinstance(answer, Blocked)]
    assert (len(refused), refused[0].reason) == (1, "room_taken")
    assert Placement.objects.count() == 1


def test_two_editors_move_the_same_session(full_plan):
    one, two, *_others = full_plan.rooms.all()
    session = add_session(full_plan)
    answers = run_together(*((place, full_plan.pk, session.pk, room.pk, at(9), 0) for room in (one, two)))
    (refused,) = [answer for answer in answers if isinstance(answer, Blocked)]
    assert refused.reason == "stale"
    assert refused.stand[0]["placement"]["room"] == str(Placement.objects.get().room_id)


def test_an_order_waits_for_the_one_before_it(full_plan):
    """The second editor reads what the first has written, not what was there when it came."""
    session, room = add_session(full_plan), full_plan.rooms.first()
    answers = []
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=full_plan.pk)
        other = threading.Thread(
            target=lambda: answers.append(
                in_thread(place, full_plan.pk, session.pk, room.pk, at(9), 0),
            )
        )
        other.start()
        other.join(0.3)
        assert other.is_alive()
        Session.objects.filter(pk=session.pk).update(version=1)
    other.join(30)
    assert answers[0].reason == "stale"


def test_many_editors_write_without_locking_each_other_out(full_plan):
    """Any error of the database but those that are told, a deadlock above all, would be raised."""
    hosts = [add_host(full_plan, f"Host {number}") for number in range(4)]
    for number in range(12):
        add_session(full_plan, f"Nummer {number}", *random.Random(number).sample(hosts, 2))
    answers = run_together(*((_edit, full_plan.pk, number) for number in range(EDITORS)))
    done = sum(count for count, _reasons in answers)
    assert done > 0
    assert done == PlanChange.objects.count() == Plan.objects.get().version
    assert set().union(*(reasons for _count, reasons in answers)) <= {"stale", "room_taken", "host_busy"}
    versions = {str(session.pk): session.version for session in Session.objects.all()}
    touched = [key for change in PlanChange.objects.all() for key in change.after]
    assert {key: touched.count(key) for key in versions} == versions
    assert _overlaps() == 0


def _edit(plan: int, seed: int) -> tuple[int, set[str]]:
    dice, done, reasons = random.Random(seed), 0, set()
    rooms = list(Room.objects.filter(plan=plan))
    for _number in range(WRITES):
        one, two = dice.sample(list(Session.objects.filter(plan=plan).select_related("placement")), 2)
        try:
            if dice.random() < 0.3 and hasattr(one, "placement"):
                order = Swap(uuid.uuid4(), one.pk, two.pk, one.version, two.version)
                answer = services.swap(plan, order, None, timezone.now())
            else:
                starts = at(dice.choice(HOURS)[0])
                order = Place(uuid.uuid4(), one.pk, dice.choice(rooms).pk, starts, one.version)
                answer = services.place(plan, order, None, timezone.now())
            done += answer.number is not None
        except Blocked as blocked:
            reasons.add(blocked.reason)
    return done, reasons


def _overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM events_placement a JOIN events_placement b "
            "ON a.id < b.id AND a.room_id = b.room_id AND a.during && b.during"
        )
        return cursor.fetchone()[0]
