"""Minutes written together and published with everybody's consent; the log on the group's page."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from content.identity import document_id
from content.models import FocusGroupPage
from events.circles.dates import find_date
from events.circles.minutes import publish_log, publish_minutes
from events.circles.refusing import Refused
from events.circles.work import log_decision
from events.models import Decision, Meeting, Note, OpenQuestion, SessionNotePage
from hub.documents import Relation
from tests.events.circles.conftest import NOW, address, browser

pytestmark = pytest.mark.django_db
FIRST = "20290306T0900Z"
LATER = NOW + dt.timedelta(days=6)


def path(circle, series, tail="protokoll/"):
    return address(circle, f"termine/{series.pk}/{FIRST}/{tail}")


def write(user, circle, series, text):
    data = {"action": "write", "base": "0", "text": text, "key": str(uuid.uuid4())}
    return browser(user).post(path(circle, series), data)


def agree(user, circle, series):
    version = Note.objects.get().version
    return browser(user).post(path(circle, series), {"action": "agree", "seen": version, "named": "1"})


def date_of(circle, series):
    found = find_date(circle, series.pk, FIRST)
    found.series.circle = circle
    return found


def test_two_write_and_nothing_is_lost(circle, series, member, leader):
    write(member.user, circle, series, "# Testbestand\nSechzig Fragen")
    write(leader, circle, series, "# Verzeichnis\nTrier liefert das Muster")
    text = Note.objects.get().text
    assert "Sechzig Fragen" in text
    assert "Trier liefert" in text
    assert browser(member.user).get(path(circle, series, "protokoll/stand.json")).json()["version"] == 2
    assert browser(member.user).get(path(circle, series, "protokoll/verlauf/")).status_code == 200


def test_nobody_else_reads_the_minutes(circle, series, visitor):
    for tail in ("protokoll/", "protokoll/stand.json", "protokoll/verlauf/"):
        assert browser(visitor).get(path(circle, series, tail)).status_code == 403
        assert browser().get(path(circle, series, tail)).status_code == 302


def test_minutes_are_published_when_all_agree(circle, series, member, leader, clock):
    with pytest.raises(Refused):
        publish_minutes(date_of(circle, series), leader)
    write(member.user, circle, series, "# Testbestand\n\nSechzig Fragen je Anwendung")
    clock["now"] = LATER
    browser(leader).post(path(circle, series), {"action": "close"})
    with pytest.raises(Refused):
        publish_minutes(date_of(circle, series), leader)
    agree(member.user, circle, series)
    answer = browser(leader).post(
        address(circle, f"leitung/termine/{series.pk}/{FIRST}/protokoll/"), follow=True
    )
    assert "Das Protokoll ist veröffentlicht." in answer.content.decode()
    page = SessionNotePage.objects.get()
    document = page.to_document()
    assert page.live
    assert document.text().title == "Austausch KI, 6. März 2029"
    assert "Sechzig Fragen je Anwendung" in str(document.text().sections)
    assert Relation(type="part_of", target=document_id(circle.group)) in document.relations
    assert Meeting.objects.get().page == page
    assert publish_minutes(date_of(circle, series), leader) == page


def test_members_do_not_publish(circle, series, member):
    write(member.user, circle, series, "Text")
    publishing = address(circle, f"leitung/termine/{series.pk}/{FIRST}/protokoll/")
    assert browser(member.user).post(publishing).status_code == 403
    assert browser(member.user).post(address(circle, "leitung/uebernehmen/")).status_code == 403


def test_the_page_of_the_group_shows_what_holds_and_what_is_open(circle, leader):
    group = FocusGroupPage.objects.get()
    group.questions = [("question", "<p>Von Hand gefragt?</p>")]
    group.save_revision().publish()
    first = log_decision(circle, Decision(text="Sechzig <Fragen>", decided=NOW.date()))
    log_decision(circle, Decision(text="Achtzig Fragen", decided=NOW.date(), replaces=first))
    question = OpenQuestion.objects.create(circle=circle, text="Wer haftet?")
    for _ in range(2):
        publish_log(circle, leader)
    sections = {each.anchor: each for each in FocusGroupPage.objects.get().to_document().text().sections}
    assert ["Achtzig Fragen" in each.text for each in sections["beschluesse"].blocks] == [True]
    assert [each.text for each in sections["offene-fragen"].blocks] == ["Von Hand gefragt?", "Wer haftet?"]
    OpenQuestion.objects.filter(pk=question.pk).update(answer="Die Kommune", answered=NOW.date())
    browser(leader).post(address(circle, "leitung/uebernehmen/"))
    sections = {each.anchor: each for each in FocusGroupPage.objects.get().to_document().text().sections}
    assert [each.text for each in sections["offene-fragen"].blocks] == ["Von Hand gefragt?"]


def test_a_draft_of_the_group_is_not_published(circle, leader):
    page = FocusGroupPage.objects.get()
    page.summary = "Noch nicht fertig."
    page.save_revision()
    with pytest.raises(Refused):
        publish_log(circle, leader)
