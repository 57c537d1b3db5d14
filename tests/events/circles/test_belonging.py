"""What is decided, asked and given belongs to a meeting; it is changed, deleted and given to others."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from content.models import FocusGroupPage
from events.circles.dates import find_date, keep_meeting
from events.circles.members import accept, ask_to_join, decline, end
from events.circles.minutes import publish_log
from events.circles.work import answer_question, propose_item
from events.models import AgendaItem, Circle, CircleMember, Decision, Meeting, OpenQuestion, Task
from hub.accounts.models import Role
from hub.catalogue.settling import settle
from tests.events.circles.conftest import NOW, address, berlin, browser
from tests.factories.people import add_person

pytestmark = pytest.mark.django_db
FIRST = "20290306T0900Z"


@pytest.fixture
def second(circle, section):
    """Another member of the same town."""
    user = add_person("zweite@mainz.demo.invalid", section.body, Role.MEMBER, first_name="Toni")
    row = ask_to_join(circle, user, NOW)
    accept(row, NOW)
    row.refresh_from_db()
    return row


@pytest.fixture
def mails(mailoutbox, django_capture_on_commit_callbacks):
    """Sends a request and gives the mails of it: to whom, and what about."""

    def sent(action) -> list[tuple[str, str]]:
        before = len(mailoutbox)
        with django_capture_on_commit_callbacks(execute=True):
            action()
        return [(mail.to[0], mail.subject) for mail in mailoutbox[before:]]

    return sent


def save(page: Client, path: str, data: dict[str, object]):
    """As by a form that was read just now."""
    return page.post(path, {**data, "stand": page.get(path).context["stand"]})


def meeting_path(circle: Circle, series) -> str:
    return address(circle, f"termine/{series.pk}/{FIRST}/")


def meeting_of(circle: Circle, series) -> Meeting:
    found = find_date(circle, series.pk, FIRST)
    assert found is not None
    found.series.circle = circle
    return keep_meeting(found)


def test_what_is_written_from_the_page_of_a_meeting_belongs_to_it(circle, series, member, leader):
    page, path = browser(leader), meeting_path(circle, series)
    name = f"{series.pk}-{FIRST}"
    text = page.get(path).content.decode()
    for tail, data in (
        ("beschluesse/", {"text": "Sechzig Fragen.", "decided": "2029-03-01"}),
        ("fragen/", {"text": "Wer haftet?"}),
        ("aufgaben/", {"text": "Fragen sammeln"}),
    ):
        way = address(circle, f"{tail}?treffen={name}")
        assert f'href="{way}"' in text
        assert f'<option value="{name}" selected>' in page.get(way).content.decode()
        assert page.post(way, {**data, "meeting": name}).headers["location"] == path
    rows = [Decision.objects.get(), OpenQuestion.objects.get(), Task.objects.get()]
    assert {row.meeting for row in rows} == {
        Meeting.objects.get(event=series.event, at=berlin(2029, 3, 6, 10))
    }
    text = page.get(path).content.decode()
    for row in rows:
        assert row.text in text
    for tail in ("beschluesse/", "fragen/", "aufgaben/"):
        assert f'href="{path}"' in page.get(address(circle, tail)).content.decode()


def test_a_meeting_of_nothing_is_no_reason_to_lose_what_was_typed(circle, series, leader):
    page, path = browser(leader), address(circle, "beschluesse/")
    data = {"text": "Sechzig Fragen.", "decided": "2029-03-01"}
    wrong = page.post(path, {**data, "meeting": "0-20290306T0900Z"})
    assert wrong.status_code == 200
    assert "Sechzig Fragen." in wrong.content.decode()
    assert not Decision.objects.exists()
    assert page.get(path + "?treffen=x").status_code == 200
    page.post(path + "?treffen=x", {**data, "meeting": ""})
    assert Decision.objects.get().meeting is None
    assert not Meeting.objects.exists()


def test_on_the_day_of_a_meeting_a_decision_is_of_that_meeting_unless_said_otherwise(
    circle, series, leader, clock
):
    path, option = address(circle, "beschluesse/"), f'<option value="{series.pk}-{FIRST}" selected>'
    assert option not in browser(leader).get(path).content.decode()
    clock["now"] = berlin(2029, 3, 6, 18).astimezone(dt.UTC)
    assert option in browser(leader).get(path).content.decode()


def test_all_read_of_which_meeting_a_decision_is_and_members_go_there(circle, series, member):
    meeting = meeting_of(circle, series)
    Decision.objects.create(circle=circle, number=1, text="Ja", decided=dt.date(2029, 3, 6), meeting=meeting)
    settle()
    for user, leads_there in ((None, False), (member.user, True)):
        text = browser(user).get(address(circle, "?jahr=2029")).content.decode()
        log = text.split('id="beschluesse"')[1]
        assert "Treffen: Di, 6. März 2029" in log
        assert (meeting_path(circle, series) in log) is leads_there


def test_an_item_is_changed_by_whoever_proposed_it_and_those_who_keep_minutes(
    circle, series, member, second, leader
):
    item = AgendaItem(title="Testbestnad", note="Was fehlt?")
    propose_item(meeting_of(circle, series), item, member)
    path = meeting_path(circle, series) + f"tagesordnung/{item.pk}/"
    assert browser(second.user).get(path).status_code == 403
    assert browser(second.user).post(path, {"action": "delete"}).status_code == 403
    assert path not in browser(second.user).get(meeting_path(circle, series)).content.decode()
    own = browser(member.user)
    assert path in own.get(meeting_path(circle, series)).content.decode()
    assert "Was fehlt?" in save(own, path, {"title": "", "note": "Was fehlt?"}).content.decode()
    save(own, path, {"title": "Testbestand", "note": "Was fehlt?"})
    item.refresh_from_db()
    assert (item.title, item.by) == ("Testbestand", member)
    elsewhere = path.replace(FIRST, "20290313T0900Z")
    assert browser(leader).post(elsewhere, {"action": "delete"}).status_code == 404
    assert "nicht zurückholen" in browser(leader).get(path).content.decode()
    browser(leader).post(path, {"action": "delete"})
    assert not AgendaItem.objects.exists()


def test_a_question_is_worded_better_and_opened_again(circle, series, member):
    question = OpenQuestion.objects.create(
        circle=circle, text="Wer hafftet?", meeting=meeting_of(circle, series)
    )
    page, path = browser(member.user), address(circle, f"fragen/{question.pk}/")
    name = f"{series.pk}-{FIRST}"
    assert f'<option value="{name}" selected>' in page.get(path).content.decode()
    assert 'value="Neu"' in save(page, path, {"text": "Neu", "meeting": "x"}).content.decode()
    save(page, path, {"text": "Wer haftet?", "meeting": name})
    answer_question(question, "Die Kommune.", NOW.date())
    page.post(address(circle, "fragen/"), {"question": question.pk, "reopen": "1"})
    question.refresh_from_db()
    assert (question.text, question.answered, question.answer) == ("Wer haftet?", None, "Die Kommune.")
    assert question.meeting is not None
    assert page.post(address(circle, "fragen/"), {"question": "0", "reopen": "1"}).status_code == 404


def test_a_question_that_is_deleted_leaves_the_page_of_the_group_too(circle, member, leader):
    question = OpenQuestion.objects.create(circle=circle, text="Wer haftet?")
    path = address(circle, f"fragen/{question.pk}/")
    assert browser(member.user).post(path, {"action": "delete"}).status_code == 403
    publish_log(circle, leader)
    CircleMember.objects.filter(pk=member.pk).update(role="scribe")
    said = browser(member.user).post(path, {"action": "delete"}, follow=True).content.decode()
    assert "Bitten Sie die Leitung" in said
    browser(leader).post(path, {"action": "delete"})
    assert not OpenQuestion.objects.exists()
    assert "Wer haftet?" not in str(FocusGroupPage.objects.get().to_document())


def test_a_task_is_given_to_somebody_else_who_hears_of_it(circle, member, second, leader, mails):
    add = address(circle, "aufgaben/")
    to = lambda row: {"text": "Fragen sammeln", "member": row.pk, "due": "2029-04-01"}  # noqa: E731 - short
    assert mails(lambda: browser(member.user).post(add, to(member))) == []
    task = Task.objects.get()
    path = address(circle, f"aufgaben/{task.pk}/")
    [(whom, subject)] = mails(lambda: save(browser(member.user), path, to(second)))
    assert whom == second.user.email
    assert subject.endswith("Eine Aufgabe für Sie in der Fokusgruppe: Fokusgruppe KI")
    assert mails(lambda: save(browser(leader), path, to(second))) == []
    task.refresh_from_db()
    assert task.member == second
    assert browser(member.user).post(path, {"action": "delete"}).status_code == 403
    browser(leader).post(path, {"action": "delete"})
    assert not Task.objects.exists()


def test_nothing_of_another_group_is_changed(circle, section, leader):
    page = FocusGroupPage(title="Daten", summary="x", topics=["ki"], live=False)
    section.add_child(instance=page)
    other = Circle.objects.create(group=page)
    question = OpenQuestion.objects.create(circle=other, text="Fremd?")
    task = Task.objects.create(circle=other, text="Fremd")
    for tail in (f"fragen/{question.pk}/", f"aufgaben/{task.pk}/"):
        assert browser(leader).post(address(circle, tail), {"action": "delete"}).status_code == 404
    reopening = {"question": question.pk, "reopen": "1"}
    assert browser(leader).post(address(circle, "fragen/"), reopening).status_code == 404
    assert OpenQuestion.objects.exists()
    assert Task.objects.exists()


def test_who_asks_to_join_is_told_to_those_who_lead_and_what_came_of_it_to_them(
    circle, leader, colleague, mails
):
    page, boss = browser(colleague), browser(leader)
    decide = address(circle, "leitung/mitglieder/")
    [(whom, subject)] = mails(lambda: page.post(address(circle, "mitmachen/")))
    assert whom == leader.email
    assert "Kim möchte mitmachen: Fokusgruppe KI" in subject
    assert mails(lambda: page.post(address(circle, "mitmachen/"))) == []
    row = CircleMember.objects.get()
    [(whom, subject)] = mails(lambda: boss.post(decide, {"member": row.pk, "action": "decline"}))
    assert whom == colleague.email
    assert "Nicht aufgenommen" in subject
    page.post(address(circle, "mitmachen/"))
    row = CircleMember.objects.get(left=None)
    [(whom, subject)] = mails(lambda: boss.post(decide, {"member": row.pk, "action": "accept"}))
    assert whom == colleague.email
    assert "Sie gehören zur Fokusgruppe" in subject
    assert mails(lambda: boss.post(decide, {"member": row.pk, "action": "accept"})) == []
    assert mails(lambda: boss.post(decide, {"member": row.pk, "action": "decline"})) == []
    assert CircleMember.objects.get(pk=row.pk).left is None


def test_whom_an_invitation_tells_it_gets_no_second_mail(circle, series, leader, section, mails):
    user = add_person("dritte@mainz.demo.invalid", section.body, Role.MEMBER, first_name="Uli")
    row = ask_to_join(circle, user, NOW)
    decide = address(circle, "leitung/mitglieder/")
    sent = mails(lambda: browser(leader).post(decide, {"member": row.pk, "action": "accept"}))
    assert not any("Sie gehören zur Fokusgruppe" in subject for _whom, subject in sent)


def test_who_asks_again_and_again_is_told_of_once_a_day(circle, leader, colleague, mails, clock):
    page, ask = browser(colleague), address(circle, "mitmachen/")
    assert len(mails(lambda: page.post(ask))) == 1
    for _ in range(2):
        page.post(address(circle, "verlassen/"))
        clock["now"] += dt.timedelta(hours=11)
        assert mails(lambda: page.post(ask)) == []
        assert CircleMember.objects.filter(left=None).count() == 1
    page.post(address(circle, "verlassen/"))
    clock["now"] += dt.timedelta(hours=25)
    assert len(mails(lambda: page.post(ask))) == 1


def test_who_was_accepted_meanwhile_is_not_turned_down(circle, colleague):
    row = ask_to_join(circle, colleague, NOW)
    accept(CircleMember.objects.get(), NOW)
    assert row.joined is None  # as another lead read it
    assert decline(row, NOW) is False
    assert CircleMember.objects.get().left is None
    end(row, NOW)
    assert decline(row, NOW) is False
