"""Agenda, decisions, questions and tasks; the year's page with what each reader sees."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from events.circles.members import accept, ask_to_join
from events.circles.refusing import Refused
from events.circles.work import log_decision
from events.models import AgendaItem, Circle, CircleMember, Decision, Meeting, OpenQuestion, Task
from hub.catalogue.settling import settle
from tests.events.circles.conftest import NOW, address, berlin, browser

pytestmark = pytest.mark.django_db
TODAY = dt.date(2029, 3, 1)
FIRST = "20290306T0900Z"


def decide(circle: Circle, text: str = "Sechzig Fragen je Anwendung.", **fields) -> Decision:
    return log_decision(circle, Decision(text=text, decided=TODAY, **fields))


def meeting_path(circle, series) -> str:
    return address(circle, f"termine/{series.pk}/{FIRST}/")


def test_members_propose_items_and_those_who_keep_minutes_order_them(circle, series, member, leader):
    page, path = browser(member.user), meeting_path(circle, series)
    assert "Noch steht nichts auf der Tagesordnung" in page.get(path).content.decode()
    assert not Meeting.objects.exists()
    for title in ("Testbestand", "Verzeichnis"):
        page.post(path, {"title": title, "note": "Was fehlt?", "minutes": "20"})
    first, second = AgendaItem.objects.all()
    assert (first.title, first.by, second.position) == ("Testbestand", member, 1)
    page.post(path, {"item": second.pk, "to": "up"})
    assert [each.title for each in AgendaItem.objects.all()] == ["Testbestand", "Verzeichnis"]
    CircleMember.objects.filter(pk=member.pk).update(role="scribe")
    page.post(path, {"item": second.pk, "to": "up"})
    assert [each.title for each in AgendaItem.objects.all()] == ["Verzeichnis", "Testbestand"]
    browser(leader).post(path, {"item": second.pk, "to": "down"})
    assert [each.title for each in AgendaItem.objects.all()] == ["Testbestand", "Verzeichnis"]


def test_an_item_without_a_title_is_not_lost(circle, series, member):
    answer = browser(member.user).post(meeting_path(circle, series), {"title": "", "note": "Vieles zu sagen"})
    assert "Vieles zu sagen" in answer.content.decode()
    assert not AgendaItem.objects.exists()


def test_decisions_are_numbered_and_replaced_once(circle):
    first = decide(circle)
    second = decide(circle, "Achtzig Fragen.", replaces=first)
    assert [first.number, second.number] == [1, 2]
    with pytest.raises(Refused):
        decide(circle, "Hundert Fragen.", replaces=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(circle=circle, number=2, text="x", decided=TODAY)


def test_who_writes_down_decisions(circle, member, leader, visitor):
    data = {"text": "Sechzig Fragen.", "decided": "2029-03-01", "replaces": ""}
    path = address(circle, "beschluesse/")
    assert browser(member.user).post(path, data).status_code == 403
    assert browser(visitor).post(path, data).status_code == 403
    assert browser(leader).post(path, data).status_code == 302
    CircleMember.objects.filter(pk=member.pk).update(role="scribe")
    wrong = browser(member.user).post(path, {**data, "decided": "gestern"})
    assert "Sechzig Fragen." in wrong.content.decode()
    browser(member.user).post(path, {**data, "replaces": Decision.objects.get().pk})
    assert [each.number for each in Decision.objects.all()] == [1, 2]
    text = browser(leader).get(path).content.decode()
    assert "ersetzt durch Nr. 2" in text
    assert "Ersetzt Nr. 1." in text


def test_a_decision_of_another_group_is_not_replaced(circle, leader, section, group):
    from content.models import FocusGroupPage

    page = FocusGroupPage(title="Daten", summary="x", topics=["ki"], live=False)
    section.add_child(instance=page)
    foreign = decide(Circle.objects.create(group=page))
    data = {"text": "Neu", "decided": "2029-03-01", "replaces": foreign.pk}
    assert browser(leader).post(address(circle, "beschluesse/"), data).status_code == 200
    assert not circle.decisions.exists()


def test_questions_are_asked_and_answered(circle, member):
    page, path = browser(member.user), address(circle, "fragen/")
    page.post(path, {"text": "Wer haftet?"})
    question = OpenQuestion.objects.get()
    assert "Wer haftet?" in browser().get(address(circle)).content.decode()
    empty = page.post(path, {"question": question.pk, "answer": ""})
    assert empty.status_code == 200
    page.post(path, {"question": question.pk, "answer": "Die Kommune."})
    question.refresh_from_db()
    assert (question.answer, question.answered) == ("Die Kommune.", TODAY)
    assert "Wer haftet?" not in browser().get(address(circle)).content.decode()
    assert page.post(path, {"question": "0", "answer": "x"}).status_code == 404
    assert page.post(path, {"text": "x" * 301}).status_code == 200


def test_tasks_are_given_and_done(circle, member):
    page, path = browser(member.user), address(circle, "aufgaben/")
    page.post(path, {"text": "Fragen sammeln", "member": member.pk, "due": "2029-02-20"})
    task = Task.objects.get()
    assert "überfällig" in page.get(path).content.decode()
    page.post(path, {"task": task.pk, "done": "1"})
    task.refresh_from_db()
    assert task.done == NOW
    page.post(path, {"task": task.pk, "done": "0"})
    task.refresh_from_db()
    assert task.done is None
    assert "Fragen sammeln" in page.get(address(circle)).content.decode()
    assert "Fragen sammeln" not in browser().get(address(circle)).content.decode()
    wrong = page.post(path, {"text": "Noch etwas", "due": "bald"})
    assert 'value="Noch etwas"' in wrong.content.decode()


def test_the_year_shows_each_year_its_own(circle, series, leader):
    decide(circle)
    settle()
    text = browser().get(address(circle, "?jahr=2029")).content.decode()
    assert text.count("Austausch KI") == 6
    assert "Sechzig Fragen" in text
    before = browser().get(address(circle, "?jahr=2028")).content.decode()
    assert "In diesem Jahr ist kein Treffen geplant." in before
    assert "Sechzig Fragen" not in before
    for wrong in ("0x1", "0000", "9999", "²⁰²⁹"):
        assert browser().get(address(circle, f"?jahr={wrong}")).status_code == 200


def test_meetings_that_are_not_public_are_seen_by_members_alone(circle, series, member):
    assert "Austausch KI" in browser(member.user).get(address(circle)).content.decode()
    assert "/termine/" not in browser().get(address(circle)).content.decode().split("<main")[1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_year_costs_as_much_with_three_of_each(
    circle, series, member, leader, number, django_assert_num_queries
):
    settle()
    for n in range(number):
        decide(circle, f"Beschluss {n}")
        OpenQuestion.objects.create(circle=circle, text=f"Frage {n}")
        Task.objects.create(circle=circle, text=f"Aufgabe {n}", member=member)
        Meeting.objects.create(circle=circle, event=series.event, at=berlin(2029, 3, 6 + 7 * n, 10))
    page = browser(member.user)
    page.get(address(circle))
    with django_assert_num_queries(14):
        page.get(address(circle))


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("tail", "queries"), [("aufgaben/", 13), ("fragen/", 12), ("beschluesse/", 13), ("mitglieder/", 11)]
)
def test_each_list_costs_as_much_with_three(circle, leader, number, tail, queries, django_assert_num_queries):
    from tests.factories.people import add_person

    for n in range(number):
        person = add_person(f"m{n}@mainz.demo.invalid", circle.group.get_parent().specific.body)
        row = ask_to_join(circle, person, NOW)
        accept(row, NOW)
        decide(circle, f"Beschluss {n}")
        OpenQuestion.objects.create(circle=circle, text=f"Frage {n}")
        Task.objects.create(circle=circle, text=f"Aufgabe {n}", member=row)
    page = browser(leader)
    page.get(address(circle, tail))
    with django_assert_num_queries(queries):
        page.get(address(circle, tail))
