"""Checking in: each token gets its answer, and replays, other devices and wrong clocks change nothing."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import translation

from events.door.badges import badge_address, digest_badge
from events.door.clocks import correct
from events.door.scans import Scan, read_batch
from events.door.services import Doorkeeper, check_in, undo
from events.models import CheckIn, Helper
from tests.events.door.conftest import NOON, add_guest, at_entrance, scan
from tests.factories.events import add_desk, add_event

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def german():
    with translation.override("de"):
        yield


@pytest.fixture
def noon(desk):
    """The event lies on the day of NOON."""
    desk.event.starts, desk.event.ends = NOON - 4 * 60 * MINUTE, NOON + 4 * 60 * MINUTE
    desk.event.save()
    return desk


def take(desk, helper, *scans, now=NOON):
    return check_in(desk.pk, at_entrance(helper), scans, now)


def results(answers):
    return [answer.result.value for answer in answers]


def standing():
    return CheckIn.objects.filter(undone=None, repeats=False)


def test_somebody_with_a_seat_is_let_in(noon, helper) -> None:
    kim = add_guest(noon)
    (answer,) = take(noon, helper, scan(kim))
    assert (answer.result, answer.text) == ("in", "Kim B. ist jetzt da. Willkommen!")
    assert (answer.name, answer.since) == ("Kim B.", NOON)
    helper.refresh_from_db()
    assert helper.seen == NOON


def test_the_address_the_token_and_its_digest_are_the_same_badge(noon, helper, client) -> None:
    kim = add_guest(noon)
    forms = [badge_address(kim.badge), kim.badge, f"#{digest_badge(kim.badge)}", f" {kim.badge}\n"]
    sent = [{"key": str(uuid.uuid4()), "badge": each, "at": NOON.isoformat()} for each in forms]
    body = json.dumps({"device_now": NOON.isoformat(), "scans": sent}).encode()
    assert results(take(noon, helper, *read_batch(body, NOON))) == ["in", "again", "again", "again"]
    assert standing().count() == 1


@pytest.mark.parametrize(
    ("state", "result", "words"),
    [
        ("waiting", "waiting", "Kim B. steht auf der Warteliste."),
        ("expired", "expired", "Kim B. hat den angebotenen Platz nicht rechtzeitig angenommen."),
        ("unconfirmed", "unconfirmed", "Kim B. hat die Adresse noch nicht bestätigt und keinen Platz."),
        ("cancelled", "cancelled", "Kim B. hat abgesagt."),
    ],
)
def test_who_has_no_seat_is_not_let_in(noon, helper, state, result, words) -> None:
    (answer,) = take(noon, helper, scan(add_guest(noon, state=state)))
    assert answer.result == result
    assert answer.text.startswith(words)
    assert "Organisation" in answer.text
    assert not CheckIn.objects.exists()


def test_an_offered_seat_is_none_yet(noon, helper) -> None:
    kim = add_guest(noon)
    type(kim).objects.filter(pk=kim.pk).update(state="offered", offered_until=NOON + MINUTE)
    (answer,) = take(noon, helper, scan(kim))
    assert answer.result == "offered"
    assert not CheckIn.objects.exists()


def test_a_badge_of_another_event_says_nothing_of_its_bearer(noon, helper, section) -> None:
    other = add_desk(add_event(section, "Ein anderes Treffen"))
    (answer,) = take(noon, helper, scan(add_guest(other, "Robin")))
    assert (answer.result, answer.name, answer.since) == ("foreign", None, None)
    assert answer.text == "Dieses Schild gehört zu einer anderen Veranstaltung und gilt hier nicht."
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("badge", ["", "AAAAAAAAAAAAAAAA", f"#{'0' * 64}"])
def test_a_forged_badge_is_none(noon, helper, badge) -> None:
    kim = add_guest(noon)
    assert kim.badge != badge
    (answer,) = take(noon, helper, scan(badge))
    assert (answer.result, answer.name) == ("unknown", None)
    assert answer.text == "Das ist keines unserer Namensschilder. Bitte suchen Sie nach dem Namen."


def test_a_digest_is_told_apart_like_its_badge(noon, helper, section) -> None:
    robin = add_guest(add_desk(add_event(section, "Ein anderes Treffen")), "Robin")
    found = [
        take(noon, helper, scan(badge))[0] for badge in (f"#{digest_badge(robin.badge)}", f"#{'0' * 64}")
    ]
    assert [(each.result, each.name) for each in found] == [("foreign", None), ("unknown", None)]
    assert "Robin" not in found[0].text


def test_the_same_key_again_is_the_same_check_in_with_the_same_answer(noon, helper) -> None:
    once = scan(add_guest(noon))
    first, second = (take(noon, helper, once), take(noon, helper, once, now=NOON + 30 * MINUTE))
    assert first == second
    assert CheckIn.objects.count() == 1


def test_a_key_that_is_taken_for_somebody_else_lets_nobody_in(noon, helper, section) -> None:
    kim, robin = add_guest(noon), add_guest(noon, "Robin")
    foreign = add_guest(add_desk(add_event(section, "Ein anderes Treffen")), "Alex")
    once = scan(kim)
    take(noon, helper, once)
    (answer,) = take(noon, helper, scan(robin, key=once.id))
    assert (answer.result, answer.name) == ("refused", None)
    check_in(foreign.person.desk_id, Doorkeeper(), [scan(foreign, key=(key := uuid.uuid4()))], NOON)
    (answer,) = take(noon, helper, scan(robin, key=key))
    assert answer.result == "refused"
    assert [each.registration for each in standing().filter(registration=robin)] == []


def test_a_scan_without_a_key_does_not_hold_up_the_others(noon, helper) -> None:
    kim = add_guest(noon)
    answers = take(noon, helper, Scan("kein Schlüssel", None, kim.badge, NOON), scan(kim))
    assert results(answers) == ["refused", "in"]
    assert answers[0].key == "kein Schlüssel"


def test_two_devices_offline_scan_the_same_badge(noon, helper) -> None:
    kim = add_guest(noon)
    other = Helper.objects.create(desk=noon, task="door", name="Eingang 2", until=helper.until)
    take(noon, helper, scan(kim, at=NOON - 48 * MINUTE))
    (answer,) = take(noon, other, scan(kim, at=NOON - 50 * MINUTE))
    assert answer.result == "again"
    assert answer.text == "Kim B. ist schon da, seit 11:12 Uhr (Eingang 1)."
    assert answer.since == NOON - 48 * MINUTE
    assert (standing().count(), CheckIn.objects.filter(repeats=True).count()) == (1, 1)


def test_batches_sent_twice_and_in_any_order_come_to_the_same(noon, helper) -> None:
    people = [add_guest(noon, f"Kim{number}") for number in range(3)]
    batches = [
        [scan(people[0]), scan(people[1])],
        [scan(people[1]), scan(people[2])],
        [scan(people[2]), scan(people[0]), scan("AAAAAAAAAAAAAAAA")],
    ]
    for order in itertools.permutations(range(3)):
        CheckIn.objects.all().delete()
        first = {number: take(noon, helper, *batches[number]) for number in order}
        for number in reversed(order):
            assert take(noon, helper, *batches[number], now=NOON + MINUTE) == first[number]
        assert sorted(each.registration_id for each in standing()) == sorted(each.pk for each in people)
        assert CheckIn.objects.count() == 6


def test_one_batch_that_holds_a_badge_twice(noon, helper) -> None:
    kim = add_guest(noon)
    once = scan(kim)
    assert results(take(noon, helper, once, scan(kim), once)) == ["in", "again", "in"]


def test_who_cancels_after_coming_is_still_there(noon, helper) -> None:
    kim = add_guest(noon)
    take(noon, helper, scan(kim))
    type(kim).objects.filter(pk=kim.pk).update(state="cancelled")
    assert results(take(noon, helper, scan(kim))) == ["again"]


def test_undone_is_undone_for_every_device_and_each_replay(noon, helper) -> None:
    kim = add_guest(noon)
    once, twice = scan(kim), scan(kim)
    take(noon, helper, once, twice)
    assert undo(noon.pk, twice.id, NOON) == kim
    assert not standing().exists()
    assert undo(noon.pk, twice.id, NOON + MINUTE) == kim
    assert set(CheckIn.objects.values_list("undone", flat=True)) == {NOON}
    (answer,) = take(noon, helper, once)
    assert answer.result == "undone"
    assert "zurückgenommen" in answer.text
    assert results(take(noon, helper, scan(kim))) == ["in"]
    assert results(take(noon, helper, once)) == ["undone"]


def test_another_event_undoes_nothing(noon, helper, section) -> None:
    other = add_desk(add_event(section, "Ein anderes Treffen"))
    once = scan(add_guest(noon))
    take(noon, helper, once)
    assert undo(other.pk, once.id, NOON) is None
    assert undo(noon.pk, uuid.uuid4(), NOON) is None
    assert standing().count() == 1


@pytest.mark.parametrize(
    ("said", "device_now", "really"),
    [
        (NOON - 20 * MINUTE, NOON, NOON - 20 * MINUTE),  # a right clock
        (NOON + 100 * MINUTE, NOON + 120 * MINUTE, NOON - 20 * MINUTE),  # two hours fast all the time
        (NOON - 140 * MINUTE, NOON - 120 * MINUTE, NOON - 20 * MINUTE),  # two hours slow all the time
        (NOON, NOON - 120 * MINUTE, NOON),  # set back after the scan: as of now
        (NOON - 3 * 24 * 60 * MINUTE, NOON, NOON),  # years or days ahead after the scan: as of now
        (None, NOON, NOON),
        (NOON, None, NOON),
        (dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC), NOON),
    ],
)
def test_the_clock_of_a_device_is_corrected(said, device_now, really) -> None:
    assert correct(said, device_now, NOON) == really


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(noon, helper, count, django_assert_num_queries) -> None:
    scans = [scan(add_guest(noon, f"Kim{number}")) for number in range(count)]
    with django_assert_num_queries(8):
        take(noon, helper, *scans)
    with django_assert_num_queries(7):
        take(noon, helper, *scans)


def test_digests_of_this_event_are_not_worked_out_for_all_others(
    noon, helper, django_assert_num_queries
) -> None:
    scans = [scan(f"#{digest_badge(add_guest(noon, name).badge)}") for name in ("Kim", "Robin")]
    with django_assert_num_queries(9):
        assert results(take(noon, helper, *scans)) == ["in", "in"]
    with django_assert_num_queries(9):
        assert results(take(noon, helper, scan(f"#{'0' * 64}"), scans[0])) == ["unknown", "in"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_four_devices_at_once(desk, helper) -> None:
    """Each badge stands once, nothing fails, whatever the order in which they arrive."""
    people = [add_guest(desk, f"Kim{number}") for number in range(6)]
    batches = [[scan(each) for each in (people if number % 2 else reversed(people))] for number in range(4)]

    def send(batch):
        try:
            return results(take(desk, helper, *batch))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, [*batches, *batches]))
    assert answers[:4] == answers[4:]
    assert sum(each.count("in") for each in answers[:4]) == len(people)
    assert standing().count() == len(people)
    assert CheckIn.objects.count() == 4 * len(people)
