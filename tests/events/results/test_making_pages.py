"""The page of a session: made from its note, related to what is used, published when its authors agree."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from wagtail.models import GroupPagePermission, Locale

from content.models import BodyPage
from events.models import Note, Outcome, Person, SessionNotePage
from events.noting.answering import agree, decline
from events.noting.refusals import NoteRefused
from events.noting.removing import confirm_page, take_out
from events.noting.services import Author
from events.noting.services import close as close_note
from events.planning.refusing import Refused
from events.registering.forgetting import forget_person
from events.results.linking import link_page, list_links, search_targets, unlink_page
from events.results.pages import draft_page, find_page, publish_page, redraft_page
from events.results.status import Status, read_results
from hub.accounts.models import User
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Relation, Viewer
from tests.events.results.conftest import address, join_as_host, note_down, text_of, then
from tests.theme.entries import add_entry, make_document

NOTE = """Wir haben über **KI** gesprochen.

## Was wir mitnehmen

- Erst die Frage, dann das Werkzeug
- <script>alert(1)</script>

## Offene Fragen

Wer prüft die Antworten?"""


@pytest.fixture
def kim(session, desk):
    person = join_as_host(session, desk)
    return Author(person.name, person=person.pk)


@pytest.fixture
def note(session, kim):
    return note_down(session, kim, NOTE)


def close(note, now) -> Note:
    Note.objects.filter(pk=note.pk).update(closed=now)
    note.refresh_from_db()
    return note


def agree_all(note, now, *, is_named=True) -> None:
    close(note, now)
    for author in note.authors.all():
        agree(author, note.version, now, is_named=is_named)


def document_of(page):
    settle()
    return CatalogueEntry.objects.get(uuid=page.translation_key).document


def test_the_draft_has_the_wording_of_the_note_and_the_facts_of_the_session(
    desk, section, session, note, organiser, now
) -> None:
    page = draft_page(session.pk, organiser, now)
    assert (page.title, page.summary, page.live) == ("KI im Bürgerbüro", "Was sie kann.", False)
    assert page.get_parent().pk == section.pk
    assert (page.slot, page.held, list(page.topics)) == (str(session.pk), then(9).date(), ["ikz"])
    headings = [child.value["heading"] for child in page.sections]
    assert headings == ["Worum es ging", "Was wir mitnehmen", "Offene Fragen"]
    assert "<script>" not in str(page.sections.raw_data)
    outcome = Outcome.objects.get()
    assert (outcome.held, outcome.page, outcome.user) == (True, page, organiser)
    assert read_results(desk, Viewer.local(), now).rows[0].status == Status.DRAFT


def test_asking_twice_makes_one_page(session, note, organiser, now) -> None:
    assert draft_page(session.pk, organiser, now) == draft_page(session.pk, organiser, now)
    assert SessionNotePage.objects.count() == 1


def test_without_a_note_the_usual_headings_stand_there_to_be_filled(session, organiser, now) -> None:
    page = draft_page(session.pk, organiser, now)
    assert [child.value["heading"] for child in page.sections][:2] == ["Worum es ging", "Was wir mitnehmen"]
    with pytest.raises(Refused) as refused:
        publish_page(session.pk, organiser)
    assert refused.value.reason == "missing"
    assert "leer" in refused.value.text


def test_who_may_not_write_there_makes_no_page(session, note, now) -> None:
    stranger = User.objects.create_user("fremd@trier.demo.invalid", "geheim-und-lang")
    with pytest.raises(Refused) as refused:
        draft_page(session.pk, stranger, now)
    assert refused.value.reason == "not_yours"
    assert not SessionNotePage.objects.exists()


def test_no_page_of_a_session_that_has_not_begun(session, note, organiser) -> None:
    with pytest.raises(Refused) as refused:
        draft_page(session.pk, organiser, then(8))
    assert refused.value.reason == "early"


def test_it_is_published_when_everybody_agrees_and_names_those_who_want_it(
    desk, session, kim, note, organiser, now
) -> None:
    note = note_down(
        session, Author("Lou <Muster>", user=organiser.pk), f"{NOTE}\n\nDas Rechenzentrum prüft."
    )
    page = draft_page(session.pk, organiser, now)
    with pytest.raises(Refused) as refused:
        publish_page(session.pk, organiser)
    assert refused.value.reason == "missing"
    agree_all(note, now)
    note.authors.filter(user=organiser).update(is_named=False)
    published = publish_page(session.pk, organiser)
    assert (published.pk, published.live) == (page.pk, True)
    document = document_of(page)
    sections = document.texts["de"].sections
    assert sections[-1].heading == "Mitgeschrieben"
    assert sections[-1].blocks[0].text == (
        "Diese Notiz stammt von: Kim Beispiel und eine weitere Person. Sie steht unter der Lizenz CC BY 4.0."
    )
    assert Relation(type="part_of", target=page.event) in document.relations
    row = read_results(desk, Viewer.anonymous(), now).rows[0]
    assert (row.status, row.entry.document.session.slot) == (Status.PAGE, str(session.pk))


def test_the_editor_cannot_publish_it_either_while_a_consent_is_missing(
    session, note, organiser, now
) -> None:
    page = draft_page(session.pk, organiser, now)
    close(note, now)
    with pytest.raises(ValidationError, match="Kim Beispiel"):
        page.get_latest_revision().publish(user=organiser)
    page.refresh_from_db()
    assert not page.live
    agree_all(note, now)
    page.get_latest_revision().publish(user=organiser)
    page.refresh_from_db()
    assert page.live
    Note.objects.filter(pk=note.pk).update(closed=None)
    page.save_revision().publish()  # what is out already is changed without asking again
    decline(note.authors.get(), now)
    with pytest.raises(ValidationError, match="Erst die Frage, dann das Werkzeug"):
        page.save_revision().publish()  # but not with lines of somebody who agrees no more


def test_lines_taken_out_of_the_note_cannot_be_published_from_an_older_draft(
    session, kim, note, organiser, now
) -> None:
    """Who declined has their lines taken out of the note; the draft was made before."""
    whole = f"{NOTE}\n\nUnser Datenschutz hat das *nie* erlaubt."
    note = note_down(session, Author("Lou Muster", user=organiser.pk), whole)
    page = draft_page(session.pk, organiser, now)
    note = note_down(session, kim, NOTE)
    agree_all(note, now)
    decline(note.authors.get(user=organiser), now)
    with pytest.raises(Refused, match="Datenschutz hat das"):
        publish_page(session.pk, organiser)
    draft = page.get_latest_revision_as_object()
    draft.sections = [each for each in draft.sections.raw_data if "Datenschutz" not in str(each)]
    draft.save_revision()
    assert publish_page(session.pk, organiser).live


def test_only_who_may_publish_does(session, note, organiser, now) -> None:
    draft_page(session.pk, organiser, now)
    agree_all(note, now)
    GroupPagePermission.objects.filter(permission__codename="publish_page").delete()
    with pytest.raises(Refused) as refused:
        publish_page(session.pk, User.objects.get(pk=organiser.pk))
    assert refused.value.reason == "not_yours"


def test_without_a_page_nothing_is_published(session, organiser) -> None:
    with pytest.raises(Refused) as refused:
        publish_page(session.pk, organiser)
    assert refused.value.reason == "no_page"


@pytest.fixture
def report(section):
    return add_entry(make_document("Chatbot im Bürgerbüro Trier"))


def test_lineage_is_found_in_the_catalogue_and_kept_once(session, note, report, organiser, now) -> None:
    page = draft_page(session.pk, organiser, now)
    viewer = Viewer.anonymous()
    assert [(each.entry.pk, each.relation) for each in search_targets("bürgerbüro chatbot", viewer)] == [
        (report.pk, "documents")
    ]
    assert search_targets("bürgerbüro nirgends", viewer) == []
    assert search_targets("   ", viewer) == []
    link_page(session.pk, report.object_id, "uses", viewer, organiser)
    link_page(session.pk, report.object_id, "documents", viewer, organiser)
    links = list_links(find_page(session), viewer)
    assert [(each.target, each.entry) for each in links] == [(report.object_id, report)]
    agree_all(note, now)
    publish_page(session.pk, organiser)
    assert document_of(page).relations == (
        Relation(type="documents", target=report.object_id),
        Relation(type="part_of", target=page.event),
    )
    with pytest.raises(Refused) as refused:
        unlink_page(session.pk, report.object_id, organiser)
    assert refused.value.reason == "no_draft"


def test_a_link_is_taken_back(session, note, report, organiser, now) -> None:
    draft_page(session.pk, organiser, now)
    link_page(session.pk, report.object_id, "uses", Viewer.anonymous(), organiser)
    assert len(list_links(find_page(session), Viewer.anonymous())) == 1
    unlink_page(session.pk, report.object_id, organiser)
    unlink_page(session.pk, report.object_id, organiser)
    assert list_links(find_page(session), Viewer.anonymous()) == []


@pytest.mark.parametrize("audience", ["members", "instance"])
def test_nothing_is_linked_that_one_may_not_read(session, note, organiser, now, audience) -> None:
    hidden = add_entry(make_document("Geheimer Baustein", kind="module", audience=audience))
    draft_page(session.pk, organiser, now)
    assert search_targets("Geheimer", Viewer.anonymous()) == []
    with pytest.raises(Refused) as refused:
        link_page(session.pk, hidden.object_id, "uses", Viewer.anonymous(), organiser)
    assert refused.value.reason == "unknown"


def test_no_other_kind_and_no_invented_relation(session, note, report, organiser, now) -> None:
    news = add_entry(make_document("Neues", kind="news"))
    draft_page(session.pk, organiser, now)
    for target, relation in (
        (news.object_id, "uses"),
        (report.object_id, "owns"),
        ("https://x.invalid/", "uses"),
    ):
        with pytest.raises(Refused):
            link_page(session.pk, target, relation, Viewer.anonymous(), organiser)


def test_a_page_written_elsewhere_counts(desk, session, now, section) -> None:
    event = f"http://mainz.localhost:8001/id/{desk.event.translation_key}"
    content = [{"type": "paragraph", "value": "<p>Von Hand.</p>"}]
    sections = json.dumps([{"type": "section", "value": {"heading": "Notiz", "content": content}}])
    facts = {"event": event, "slot": str(session.pk), "sections": sections, "topics": ["ikz"]}
    page = SessionNotePage(title="Im Editor", summary="Notiz.", live=False, **facts)
    BodyPage.objects.get(pk=section.pk).add_child(instance=page)
    page.save_revision().publish()
    settle()
    row = read_results(desk, Viewer.anonymous(), now).rows[0]
    assert (row.status, row.entry.title) == (Status.PAGE, "Im Editor")


DECLINED = "Unser Datenschutz hat das nie erlaubt."


@pytest.fixture
def two(session, note, organiser):
    """Kim's note, with a line of somebody else below it."""
    return note_down(session, Author("Lou Muster", user=organiser.pk), f"{NOTE}\n\n{DECLINED}")


def take_lines_out(note, user, now) -> None:
    """Whoever wrote by account declines, and a host takes their lines out."""
    row = note.authors.get(user=user)
    decline(row, now)
    take_out(note.pk, row.pk, Author("Team", user=user.pk), now)
    note.refresh_from_db()


def test_a_draft_older_than_the_taking_out_is_made_anew(session, two, organiser, now) -> None:
    """No version of the note has the line any more, so nobody could find it in the draft."""
    page = draft_page(session.pk, organiser, now)
    assert DECLINED in str(page.get_latest_revision_as_object().sections.raw_data)
    agree_all(two, now)
    take_lines_out(two, organiser, now)
    with pytest.raises(Refused, match="Legen Sie die Seite neu an"):
        publish_page(session.pk, organiser)
    with pytest.raises(ValidationError, match="Legen Sie die Seite neu an"):
        page.get_latest_revision().publish(user=organiser)
    redraft_page(session.pk, organiser)
    assert not any(DECLINED in str(each.content) for each in page.revisions.all())
    published = publish_page(session.pk, organiser)
    assert published.live
    assert DECLINED not in str(document_of(published))


def test_a_review_ends_with_the_version_it_was_of(session, two, organiser, now) -> None:
    page = draft_page(session.pk, organiser, now)
    page.get_workflow().start(page, organiser)
    agree_all(two, now)
    redraft_page(session.pk, organiser)
    page = SessionNotePage.objects.get(pk=page.pk)
    assert not page.workflow_in_progress
    assert publish_page(session.pk, organiser).live


def test_a_line_deleted_before_the_end_is_still_known_in_an_older_draft(
    session, kim, note, organiser, now
) -> None:
    """Versions in a row are thinned when writing ends; the one of which a page was made stays."""
    two = note_down(session, kim, f"{NOTE}\n\n{DECLINED}")
    draft_page(session.pk, organiser, now)
    note_down(session, kim, NOTE)
    close_note(two.pk, "https://mainz.demo.invalid/", now)
    two.refresh_from_db()
    for author in two.authors.all():
        agree(author, two.version, now, is_named=False)
    with pytest.raises(Refused, match="Unser Datenschutz"):
        publish_page(session.pk, organiser)


@pytest.fixture
def published(session, two, organiser, now):
    draft_page(session.pk, organiser, now)
    agree_all(two, now)
    return publish_page(session.pk, organiser)


def test_who_is_forgotten_is_named_on_no_page_any_more(session, two, published, organiser, now) -> None:
    assert "Kim Beispiel" in str(document_of(published))
    forget_person(Person.objects.get(notes_written__note=two), now)
    document = document_of(published)
    assert "Kim Beispiel" not in str(document)
    assert "Lou Muster und eine weitere Person" in document.texts["de"].sections[-1].blocks[0].text
    assert not any("Kim Beispiel" in str(each.content) for each in published.revisions.all())
    two.refresh_from_db()
    assert (two.text.endswith(DECLINED), two.withdrawn) == (True, None)


def test_who_withdraws_later_is_not_named_and_organisers_are_told(
    browser, desk, session, two, published, organiser, now
) -> None:
    assert decline(two.authors.get(user=organiser), now)
    assert "Lou Muster" not in str(document_of(published))
    assert DECLINED in str(document_of(published))
    office = address(desk, "tagung/ergebnisse/")
    one = f"{office}{session.pk}/"
    assert "Einverständnis zurückgenommen" in text_of(browser.get(office))
    assert browser.post(one, {"action": "redraft"}).status_code == 422
    take_out(two.pk, two.authors.get(user=organiser).pk, Author("Team", user=organiser.pk), now)
    assert "Seite neu anlegen" in text_of(browser.get(one))
    assert browser.post(one, {"action": "redraft"}).status_code == 302
    assert "Einverständnis zurückgenommen" in text_of(browser.get(office))
    assert browser.post(one, {"action": "publish"}).status_code == 302
    assert "Einverständnis zurückgenommen" not in text_of(browser.get(office))
    assert DECLINED not in str(document_of(published))


def test_translations_of_a_page_made_anew_are_made_anew_too(
    browser, desk, session, two, published, organiser, now
) -> None:
    english, _ = Locale.objects.get_or_create(language_code="en")
    copy = published.copy_for_translation(english, copy_parents=True, alias=False)
    copy.title = "In English"
    copy.save_revision().publish()
    one = f"{address(desk, 'tagung/ergebnisse/')}{session.pk}/"
    assert "übersetzen" not in text_of(browser.post(one, {"action": "redraft"}, follow=True))
    assert "In English" in str(document_of(published)), "nothing was taken out"
    take_lines_out(two, organiser, now)
    answer = browser.post(one, {"action": "redraft"}, follow=True)
    assert "Bitte übersetzen und veröffentlichen Sie sie neu." in text_of(answer)
    assert browser.post(one, {"action": "publish"}).status_code == 302
    assert DECLINED not in str(document_of(published))
    copy.refresh_from_db()
    assert not copy.live
    assert DECLINED not in str(copy.sections.raw_data)
    assert not copy.revisions.exists()


def test_organisers_who_edit_the_page_by_hand_say_so(session, two, published, organiser, now) -> None:
    decline(two.authors.get(user=organiser), now)
    with pytest.raises(NoteRefused):
        confirm_page(two.pk)
    take_out(two.pk, two.authors.get(user=organiser).pk, Author("Team", user=organiser.pk), now)
    confirm_page(two.pk)
    two.refresh_from_db()
    assert two.withdrawn is None


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nobody_withdraws_between_the_check_and_the_page(session, note, organiser, now) -> None:
    """Publishing waits for an answer that is being given, and then is refused."""
    draft_page(session.pk, organiser, now)
    agree_all(note, now)
    row = note.authors.get()

    def publish() -> str:
        try:
            publish_page(session.pk, organiser)
        except Refused as refused:
            return refused.reason
        finally:
            connections.close_all()
        return "published"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            decline(row, now)
            told = pool.submit(publish)
            with pytest.raises(TimeoutError):
                told.result(timeout=2)
        assert told.result(timeout=20) == "missing"
    assert not SessionNotePage.objects.get().live
