"""Minutes written together and published with everybody's consent; the log on the group's page."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from content.identity import document_id
from content.models import FocusGroupPage
from events.circles.dates import find_date, keep_meeting
from events.circles.members import accept, ask_to_join, end
from events.circles.minutes import publish_log, publish_minutes
from events.circles.refusing import Refused
from events.circles.work import log_decision, propose_item
from events.models import (
    AgendaItem,
    CircleMember,
    Decision,
    Meeting,
    Note,
    NoteAuthor,
    OpenQuestion,
    SessionNotePage,
)
from events.office.forgetting import forget_circle_members
from events.office.records import read_circles
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
    assert "Das Protokoll ist veröffentlicht, so wie es jetzt ist." in answer.content.decode()
    page = SessionNotePage.objects.get()
    document = page.to_document()
    assert page.live
    assert document.text().title == "Austausch KI, 6. März 2029"
    assert "Sechzig Fragen je Anwendung" in str(document.text().sections)
    assert Relation(type="part_of", target=document_id(circle.group)) in document.relations
    assert Meeting.objects.get().page == page
    assert publish_minutes(date_of(circle, series), leader) == (page, False)
    assert SessionNotePage.objects.count() == 1


def publish(user, circle, series):
    tail = f"leitung/termine/{series.pk}/{FIRST}/protokoll/"
    return browser(user).post(address(circle, tail), follow=True).content.decode()


@pytest.fixture
def published(circle, series, member, leader, clock):
    """Minutes of both, in which each has a line, with a decision of the meeting."""
    write(member.user, circle, series, "Sechzig Fragen je Anwendung")
    both = "Sechzig Fragen je Anwendung\n\nTrier liefert das Muster"
    data = {"action": "write", "base": "1", "text": both, "key": str(uuid.uuid4())}
    browser(leader).post(path(circle, series), data)
    meeting = Meeting.objects.get()
    log_decision(circle, Decision(text="Wir <prüfen> jährlich", decided=NOW.date(), meeting=meeting))
    clock["now"] = LATER
    browser(leader).post(path(circle, series), {"action": "close"})
    for user in (member.user, leader):
        agree(user, circle, series)
    publish(leader, circle, series)
    return SessionNotePage.objects.get()


def texts_of(page) -> str:
    return str(SessionNotePage.objects.get(pk=page.pk).to_document().text().sections)


def test_published_minutes_hold_the_decisions_of_their_meeting(circle, published):
    sections = {each.heading: each for each in published.to_document().text().sections}
    assert "Nr. 1: Wir <prüfen> jährlich" in sections["Beschlüsse dieses Treffens"].blocks[0].text
    assert list(sections)[-1] == "Mitgeschrieben"


def test_publishing_again_brings_an_offline_page_up_to_date(circle, series, leader, published):
    published.unpublish()
    browser(leader).post(path(circle, series), {"action": "reopen"})
    assert "Das Mitschreiben läuft noch" in publish(leader, circle, series)
    assert not SessionNotePage.objects.get().live
    more = Note.objects.get().text + "\n\nMainz lädt im Herbst ein"
    data = {
        "action": "write",
        "base": str(Note.objects.get().version),
        "text": more,
        "key": str(uuid.uuid4()),
    }
    browser(leader).post(path(circle, series), data)
    browser(leader).post(path(circle, series), {"action": "close"})
    agree(leader, circle, series)
    assert "so wie es jetzt ist" in publish(leader, circle, series)
    [page] = SessionNotePage.objects.all()
    assert (page.pk, page.live) == (published.pk, True)
    assert "Mainz lädt im Herbst ein" in texts_of(page)


def test_a_consent_that_is_taken_back_is_shown_until_the_page_is_without_the_lines(
    circle, series, member, leader, published
):
    shown = "nicht mehr einverstanden"
    assert shown not in browser(leader).get(address(circle)).content.decode()
    browser(member.user).post(path(circle, series), {"action": "decline"})
    for user, tells in ((leader, True), (member.user, False), (None, False)):
        assert (shown in browser(user).get(address(circle)).content.decode()) is tells
    meeting = browser(leader).get(path(circle, series, "")).content.decode()
    assert shown in meeting
    assert f'href="{path(circle, series)}"' in meeting
    assert "stimmt nicht zu" in publish(leader, circle, series)
    author = NoteAuthor.objects.get(user=member.user)
    browser(leader).post(path(circle, series), {"action": "take_out", "author": author.pk})
    assert "so wie es jetzt ist" in publish(leader, circle, series)
    assert "Sechzig Fragen" not in texts_of(published)
    assert "Trier liefert" in texts_of(published)
    kept = SessionNotePage.objects.get().revisions.all()
    assert not any("Sechzig Fragen" in str(each.content) for each in kept)
    assert shown not in browser(leader).get(address(circle)).content.decode()


def test_a_locked_page_of_minutes_stays_as_it_is(circle, series, member, leader, published):
    SessionNotePage.objects.update(locked=True, locked_by=member.user)
    assert "jemand hat sie gesperrt" in publish(leader, circle, series)


def test_whoever_leads_without_the_second_factor_does_not_lead(circle, series, member, leader, settings):
    write(member.user, circle, series, "Sechzig Fragen")
    settings.SECOND_FACTOR_REQUIRED = True
    page = browser(leader)
    opening = address(circle, "leitung/eroeffnen/")
    assert page.get(path(circle, series)).headers["location"] == opening
    assert page.get(address(circle, "aufgaben/")).headers["location"] == opening
    assert page.get(opening).status_code == 302
    assert page.post(path(circle, series), {"action": "close"}).status_code == 403
    assert Note.objects.get().closed is None
    assert "Zweiten Faktor bestätigen" in page.get(address(circle)).content.decode()
    accept(ask_to_join(circle, leader, NOW), NOW)  # as a member they write, and still do not lead
    CircleMember.objects.filter(user=leader).update(role="lead")
    assert page.get(path(circle, series)).status_code == 200
    page.post(path(circle, series), {"action": "close"})
    assert Note.objects.get().closed is None
    assert (
        page.post(address(circle, "beschluesse/"), {"text": "Ja", "decided": "2029-03-01"}).status_code == 403
    )
    settings.SECOND_FACTOR_REQUIRED = False
    page.post(path(circle, series), {"action": "close"})
    assert Note.objects.get().closed


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


def test_who_left_the_group_still_answers_and_reads_nothing_else(circle, series, member, leader, clock):
    write(member.user, circle, series, "Sechzig Fragen je Anwendung")
    write(leader, circle, series, "Trier liefert das Muster")
    end(member, clock["now"])
    clock["now"] = LATER
    browser(leader).post(path(circle, series), {"action": "close"})
    page = browser(member.user).get(path(circle, series)).content.decode()
    assert "Sechzig Fragen je Anwendung" in page
    assert "Trier liefert" not in page
    assert browser(member.user).post(path(circle, series), {"action": "decline"}).status_code == 302
    assert NoteAuthor.objects.get(user=member.user).declined
    assert browser(member.user).post(path(circle, series), {"action": "reopen"}).status_code == 403
    assert browser(member.user).get(path(circle, series, "protokoll/stand.json")).status_code == 403


def test_minutes_name_nobody_by_their_address(circle, series, member):
    type(member.user).objects.filter(pk=member.user.pk).update(first_name="", last_name="")
    write(type(member.user).objects.get(pk=member.user.pk), circle, series, "Sechzig Fragen")
    assert NoteAuthor.objects.get().name == ""


def test_minutes_are_forgotten_with_the_names_in_them(circle, series, member, leader, clock):
    write(member.user, circle, series, "Sechzig Fragen")
    data = {"base": "1", "key": str(uuid.uuid4()), "text": "Siebzig Fragen"}
    browser(leader).post(path(circle, series), data)
    browser(member.user).post(
        path(circle, series), data | {"key": str(uuid.uuid4()), "text": "Achtzig Fragen"}
    )
    assert "▼▼▼ Robin" in Note.objects.get().text
    clock["now"] = LATER + dt.timedelta(days=400)
    assert forget_circle_members(clock["now"]) == 2
    assert "Robin" not in Note.objects.get().text
    assert all(
        "Robin" not in each.text and each.author is None for each in Note.objects.get().revisions.all()
    )


def test_the_copy_of_their_data_has_the_items_they_proposed(circle, series, member):
    item = AgendaItem(title="Testbestand", note="Sechzig Fragen")
    propose_item(keep_meeting(date_of(circle, series)), item, member)
    assert [each["title"] for each in read_circles(member.user)["agenda"]] == ["Testbestand"]
