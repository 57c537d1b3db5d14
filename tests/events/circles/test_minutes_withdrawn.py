"""Who takes back their consent to published minutes is heard: no old text comes back."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from events.circles.dates import find_date
from events.circles.minutes import publish_minutes
from events.circles.refusing import Refused
from events.models import Circle, Note, NoteAuthor, SessionNotePage
from events.noting.answering import agree, decline
from events.noting.refusals import NoteRefused
from events.noting.removing import confirm_page, erase_authors, take_out
from events.noting.services import author_of, close, reopen, write
from events.results.consenting import is_outdated
from events.results.status import list_withdrawn_minutes
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.events.circles.conftest import NOW, address, browser

pytestmark = pytest.mark.django_db
FIRST = "20290306T0900Z"
LATER = NOW + dt.timedelta(days=6)
THEIRS, OTHERS = "Unser Datenschutz hat das nie erlaubt", "Trier liefert das Muster bis Mai"


@pytest.fixture
def page(circle, series, member, leader, clock):
    """Minutes with a line of the member and one of who leads, published with the consent of both."""
    browser(leader).get(address(circle, f"termine/{series.pk}/{FIRST}/protokoll/"))
    note = Note.objects.get()
    for user, text in ((member.user, f"- {THEIRS}"), (leader, f"- {THEIRS}\n- {OTHERS}")):
        note.refresh_from_db()
        write(note.pk, author_of(user), note.version, text, uuid.uuid4(), NOW)
    clock["now"] = LATER
    finish()
    return publish(circle, series, leader)


def finish() -> None:
    """Writing ends, and whoever did not decline agrees."""
    note = Note.objects.get()
    close(note.pk, "https://mainz.demo.invalid/", LATER)
    note.refresh_from_db()
    for author in note.authors.filter(declined=None):
        agree(author, note.version, LATER, is_named=True)


def publish(circle, series, user) -> SessionNotePage:
    found = find_date(circle, series.pk, FIRST)
    found.series.circle = circle
    return publish_minutes(found, user)[0]


def withdraw(member) -> bool:
    return decline(NoteAuthor.objects.get(user=member.user), LATER)


def remove_lines(member, leader) -> None:
    note = Note.objects.get()
    take_out(note.pk, NoteAuthor.objects.get(user=member.user).pk, author_of(leader), LATER)


def publish_in_the_editor(page, *, without: str = "") -> None:
    """The text as it stands, but for what an editor takes out by hand."""
    draft = page.get_latest_revision_as_object()
    if without:
        draft.sections = json.dumps(list(draft.sections.raw_data)).replace(json.dumps(without)[1:-1], "")
    draft.save_revision().publish()


def read(page) -> str:
    settle()
    return str(CatalogueEntry.objects.get(uuid=page.translation_key).document)


def test_those_who_lead_are_told_until_the_page_is_made_anew(
    circle, series, member, leader, page, django_assert_num_queries
):
    assert THEIRS in read(page)
    assert list_withdrawn_minutes(circle) == []
    assert withdraw(member)
    with django_assert_num_queries(1):
        [meeting] = list_withdrawn_minutes(circle)
        assert (meeting.page, meeting.event.circle_series) == (page, series)
    assert "Kim" not in read(page)
    with pytest.raises(Refused):
        publish(circle, series, leader)
    remove_lines(member, leader)
    assert list_withdrawn_minutes(circle) == [meeting]
    assert publish(circle, series, leader) == page
    assert list_withdrawn_minutes(circle) == []
    page.refresh_from_db()
    assert page.live
    assert THEIRS not in read(page)
    assert OTHERS in read(page)
    assert not any(THEIRS in str(each.content) for each in page.revisions.all())
    publish_in_the_editor(page)


def translate(page) -> SessionNotePage:
    """The page in English, published, with the line that is withdrawn later; the admin keeps it in pieces."""
    english, _ = Locale.objects.get_or_create(language_code="en")
    source, _ = TranslationSource.get_or_create_from_instance(page)
    Translation.objects.create(source=source, target_locale=english)
    copy = page.copy_for_translation(english, copy_parents=True, alias=False)
    copy.title = "Minutes"
    copy.save_revision().publish()
    return SessionNotePage.objects.get(pk=copy.pk)


@pytest.mark.parametrize("is_live", [True, False], ids=["published", "in review"])
def test_no_translation_keeps_the_lines(circle, series, member, leader, page, is_live):
    """Other hubs read it as well, and nobody is told of it any more once the page is published anew."""
    english = translate(page)
    if not is_live:
        english.unpublish()
        page.get_workflow().start(english, leader)
    assert ("Minutes" in read(page)) == is_live
    withdraw(member)
    remove_lines(member, leader)
    path = f"leitung/termine/{series.pk}/{FIRST}/protokoll/"
    answer = browser(leader).post(address(circle, path), follow=True).content.decode()
    assert "Bitte übersetzen und veröffentlichen Sie sie neu." in answer
    assert list_withdrawn_minutes(circle) == []
    assert THEIRS not in read(page)
    assert OTHERS in read(page)
    english.refresh_from_db()
    assert not english.live
    assert THEIRS not in str(english.sections.raw_data)
    assert OTHERS in str(english.get_latest_revision_as_object().sections.raw_data)
    assert not english.revisions.exists()
    assert not english.workflow_in_progress
    assert not TranslationSource.objects.exists()
    publish_in_the_editor(english)
    assert "Minutes" in read(page)
    assert THEIRS not in read(page)


def test_without_a_withdrawal_translations_stay(circle, series, leader, page):
    english = translate(page)
    path = f"leitung/termine/{series.pk}/{FIRST}/protokoll/"
    answer = browser(leader).post(address(circle, path), follow=True).content.decode()
    assert "übersetzen" not in answer
    english.refresh_from_db()
    assert english.live
    assert english.revisions.exists()


def test_another_group_is_not_told(circle, member, page, section):
    other = type(circle.group)(title="Andere", summary="Andere.", topics=["ki"], live=False)
    section.add_child(instance=other)
    withdraw(member)
    assert list_withdrawn_minutes(Circle.objects.create(group=other)) == []


@pytest.mark.parametrize("is_taken_out", [False, True], ids=["declined", "taken out"])
def test_on_a_page_that_is_out_the_editor_does_not_publish_the_lines_again(
    member, leader, page, is_taken_out
):
    withdraw(member)
    if is_taken_out:
        remove_lines(member, leader)
    with pytest.raises(ValidationError, match=f"Einverständnis zurückgenommen.*„.*{THEIRS}“"):
        publish_in_the_editor(page)
    publish_in_the_editor(page, without=THEIRS)
    assert THEIRS not in read(page)
    if not is_taken_out:
        with pytest.raises(NoteRefused):
            confirm_page(Note.objects.get().pk)
        remove_lines(member, leader)
    confirm_page(Note.objects.get().pk)
    assert Note.objects.get().withdrawn is None


def test_lines_that_left_are_known_in_an_older_draft_after_the_page_was_confirmed(member, leader, page):
    older = page.get_latest_revision()
    withdraw(member)
    remove_lines(member, leader)
    publish_in_the_editor(page, without=THEIRS)
    confirm_page(Note.objects.get().pk)
    with pytest.raises(ValidationError, match=THEIRS):
        older.publish()


def test_what_was_taken_offline_does_not_come_back_with_the_old_text(circle, series, member, leader, page):
    page.unpublish()
    page.refresh_from_db()
    assert not withdraw(member)
    assert list_withdrawn_minutes(circle) == []
    with pytest.raises(ValidationError, match="Kim"):
        publish_in_the_editor(page)
    remove_lines(member, leader)
    assert is_outdated(Note.objects.get())
    for without in ("", THEIRS):
        with pytest.raises(ValidationError, match="Legen Sie die Seite neu an"):
            publish_in_the_editor(page, without=without)
    with pytest.raises(NoteRefused, match="nicht veröffentlicht"):
        confirm_page(Note.objects.get().pk)
    assert publish(circle, series, leader).live
    assert THEIRS not in read(page)


def test_lines_that_nobody_agreed_to_go_with_who_is_erased(circle, series, member, leader, page):
    """Kim changed their line after it was published, did not agree to that, and is forgotten."""
    page.unpublish()
    note = Note.objects.get()
    reopen(note.pk)
    text = note.text.replace("nie erlaubt", "nie erlaubt, auch nicht im Mai")
    write(note.pk, author_of(member.user), note.version, text, uuid.uuid4(), LATER)
    close(note.pk, "https://mainz.demo.invalid/", LATER)
    erase_authors(NoteAuthor.objects.filter(user=member.user), LATER)
    assert Note.objects.get().text == f"- {OTHERS}"
    with pytest.raises(ValidationError, match="Legen Sie die Seite neu an"):
        publish_in_the_editor(page)
    assert publish(circle, series, leader).live
    assert THEIRS not in read(page)


def test_without_a_withdrawal_what_is_out_is_changed_without_asking_again(member, leader, page):
    note = Note.objects.get()
    reopen(note.pk)
    publish_in_the_editor(page)
    assert not is_outdated(note)
