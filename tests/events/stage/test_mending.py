"""What was pressed by mistake on stage: an end, a number of hands, the order of the line."""

from __future__ import annotations

import datetime as dt

import pytest

from events.models import Pitch, Session
from events.stage import mending, services
from events.stage.queries import list_presented, read_stage
from events.stage.refusing import StageRefused
from events.stage.services import Turn
from tests.events.stage.conftest import NOW, new_key, propose
from tests.factories.events import add_desk, add_event, add_plan

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
TITLES = ("Eins", "Zwei", "Drei")


@pytest.fixture
def line(plan):
    return [services.queue_up(propose(plan, title), Turn(f"Gast {title}"), NOW) for title in TITLES]


@pytest.fixture
def wrong_end(plan, line):
    """The first one was ended with four hands, and the second called, by mistake."""
    services.call_next(plan.pk, new_key(), None, NOW)
    services.call_next(plan.pk, new_key(), line[0].pk, NOW + MINUTE, hands=4)
    return line


def titles(plan):
    return [each["title"] for each in read_stage(plan.pk)["waiting"]]


def on_stage(plan):
    held = read_stage(plan.pk)["on_stage"]
    return (held["title"], held["hands"]) if held else None


def body(response, status=200):
    assert response.status_code == status, response.status_code
    return response.content.decode()


def press(client, url, do, pitch, seen=None, **more):
    data = {"do": do, "key": str(new_key()), "pitch": str(pitch.pk), **more}
    return client.post(url("stage"), data | ({"seen": str(seen.pk)} if seen else {}), follow=True)


def test_an_end_is_taken_back_and_whoever_was_called_waits_again_in_front(plan, wrong_end):
    first, second, _ = wrong_end
    key = new_key()
    for _ in range(2):  # sent twice it is once
        mending.resume(plan.pk, key, first.pk, second.pk, NOW + MINUTE)
    assert on_stage(plan) == ("Eins", 4)
    assert titles(plan) == ["Zwei", "Drei"]
    services.call_next(plan.pk, new_key(), first.pk, NOW + 2 * MINUTE)
    assert on_stage(plan) == ("Zwei", None)
    assert Pitch.objects.get(pk=first.pk).hands == 4


def test_the_end_of_the_only_one_is_taken_back(plan, line):
    services.call_next(plan.pk, new_key(), None, NOW)
    services.end(plan.pk, new_key(), line[0].pk, NOW)
    mending.resume(plan.pk, new_key(), line[0].pk, None, NOW)
    assert on_stage(plan) == ("Eins", None)


def test_what_is_older_or_overtaken_does_not_go_on(plan, wrong_end):
    first, second, third = wrong_end
    for wanted, seen in ((first, third), (third, second)):
        with pytest.raises(StageRefused):
            mending.resume(plan.pk, new_key(), wanted.pk, seen.pk, NOW)
    services.count_hands(plan.pk, new_key(), second.pk, 1, NOW)
    with pytest.raises(StageRefused):
        mending.resume(plan.pk, new_key(), first.pk, second.pk, NOW)
    services.end(plan.pk, new_key(), second.pk, NOW + 2 * MINUTE)
    with pytest.raises(StageRefused):
        mending.resume(plan.pk, new_key(), first.pk, None, NOW)
    Session.objects.filter(pk=second.session_id).update(state=Session.State.DECLINED)
    with pytest.raises(StageRefused):
        mending.resume(plan.pk, new_key(), second.pk, None, NOW)
    assert on_stage(plan) is None


def test_hands_of_who_presented_are_corrected_and_nobody_elses(plan, wrong_end):
    first, second, third = wrong_end
    mending.correct_hands(plan.pk, new_key(), first.pk, 14, NOW)
    assert [(each.session.title, each.hands) for each in list_presented(plan.pk)] == [("Eins", 14)]
    for other in (second.pk, third.pk, new_key()):
        with pytest.raises(StageRefused):
            mending.correct_hands(plan.pk, new_key(), other, 3, NOW)


def test_whoever_has_to_leave_early_comes_first_and_the_line_goes_on(plan, line):
    key = new_key()
    mending.move_ahead(plan.pk, key, line[2].pk, NOW)
    assert titles(plan) == ["Drei", "Eins", "Zwei"]
    mending.move_ahead(plan.pk, new_key(), line[1].pk, NOW)
    mending.move_ahead(plan.pk, key, line[2].pk, NOW)  # sent again it does nothing
    assert titles(plan) == ["Zwei", "Drei", "Eins"]
    services.call_next(plan.pk, new_key(), None, NOW)
    services.put_back(plan.pk, new_key(), line[1].pk, NOW)
    assert titles(plan) == ["Drei", "Eins", "Zwei"]
    with pytest.raises(StageRefused):
        mending.move_ahead(plan.pk, new_key(), new_key(), NOW)


def test_another_plan_is_out_of_reach(plan, line, section):
    other = add_plan(add_desk(add_event(section, "Ein anderes Treffen")))
    with pytest.raises(StageRefused):
        mending.move_ahead(other.pk, new_key(), line[0].pk, NOW)
    services.call_next(plan.pk, new_key(), None, NOW)
    services.end(plan.pk, new_key(), line[0].pk, NOW)
    with pytest.raises(StageRefused):
        mending.resume(other.pk, new_key(), line[0].pk, None, NOW)
    with pytest.raises(StageRefused):
        mending.correct_hands(other.pk, new_key(), line[0].pk, 3, NOW)


def test_the_page_offers_it_to_those_who_run_the_stage(helper, guest, url, plan, wrong_end):
    first, second, third = wrong_end
    assert "Zu früh beendet: „Eins“ zurück auf die Bühne" in body(helper.get(url("stage")))
    assert "Zu früh beendet" not in body(guest.get(url("stage")))
    assert "Wieder auf der Bühne: „Eins“." in body(press(helper, url, "resume", first, seen=second))
    page = body(press(helper, url, "ahead", third))
    assert "„Drei“ kommt als Nächstes dran." in page
    assert page.index("<strong>Drei") < page.index("<strong>Zwei")


def test_numbers_are_corrected_on_stage_and_at_the_wall(helper, url, plan, wrong_end):
    first = wrong_end[0]
    stand = helper.get(url("stage")).context["stand"]
    assert "Für „Eins“ sind 12 Hände notiert." in body(press(helper, url, "correct", first, hands="12"))
    assert helper.get(url("stage"), {"stand": stand}).status_code == 200
    for hands in ("viele", "", "-1"):
        assert "0 bis 9999" in body(press(helper, url, "correct", first, hands=hands), 409)
    card = f"{url('wall')}?karte={first.session_id}"
    assert 'name="do" value="correct"' in body(helper.get(card))
    data = {"do": "correct", "key": str(new_key()), "pitch": str(first.pk), "session": str(first.session_id)}
    response = helper.post(url("wall"), {**data, "hands": "13"}, follow=True)
    assert response.redirect_chain[-1][0] == card
    assert "Für „Eins“ sind 13 Hände notiert." in body(response)
    refused = body(helper.post(url("wall"), {**data, "key": str(new_key()), "hands": "-1"}), 409)
    assert "0 bis 9999" in refused
    assert 'id="zeiten">Eins' in refused
    first.refresh_from_db()
    assert first.hands == 13


@pytest.mark.parametrize("do", ["resume", "ahead", "correct"])
def test_participants_mend_nothing(member, guest, url, plan, wrong_end, going_on, do):
    first, second, _ = wrong_end
    assert press(member, url, do, first, seen=second, hands="99").status_code == 403
    data = {"do": do, "key": str(new_key()), "pitch": str(first.pk), "hands": "99"}
    assert guest.post(url("stage"), data)["Location"].startswith("/konto/login/")
    assert member.post(url("wall"), data).status_code == 403
    assert on_stage(plan) == ("Zwei", None)
