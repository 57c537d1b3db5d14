"""After a date: what is handed in becomes a draft; what is wrong is said, and nothing typed is lost."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.documents import get_document_model
from wagtail.models import Collection, ReferenceIndex

from content.identity import document_id
from content.models import KnowledgeFormatPage
from events.formats.recordings import Given, keep_recording
from events.models import EventPage, Feedback, Recorded
from events.planning.refusing import Refused
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from tests.events.formats.conftest import address, text_of

SRT = "1\n00:00:01,000 --> 00:00:04,500\nGuten Tag.\n\n2\n00:31:00,000 --> 00:31:08,000\nDas war es.\n"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
FIELDS = {"title": "Sprechstunde im Mai", "format": "webinar", "url": "https://video.example.de/w/geo"}


def upload(name, data):
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


@pytest.fixture
def page_of(desk, last):
    return address(desk, f"tagung/aufzeichnung/{last.stamp}/")


def test_what_is_handed_in_becomes_a_draft(browser, desk, last, page_of):
    files = {"captions": upload("mitschnitt.srt", SRT), "slides": upload("Folien.pdf", PDF)}
    response = browser.post(page_of, FIELDS | files, follow=True)
    assert "Der Entwurf ist gespeichert." in text_of(response)
    page = KnowledgeFormatPage.objects.get()
    draft = page.get_latest_revision_as_object()
    assert (page.live, draft.title, draft.held, draft.minutes) == (False, "Sprechstunde im Mai", last.day, 32)
    assert (draft.recording_url, draft.format, list(draft.topics)) == (FIELDS["url"], "webinar", ["ikz"])
    assert draft.captions.filename == "sprechstunde-im-mai.vtt"
    with draft.captions.open_file() as file:
        assert file.read().startswith(b"WEBVTT\n\n00:00:01.000 --> 00:00:04.500\nGuten Tag.\n")
    assert draft.slides.filename == "sprechstunde-im-mai-folien.pdf"
    assert draft.slides.collection.name == draft.captions.collection.name != "Root"
    assert [each.value["heading"] for each in draft.transcript] == ["0:01", "31:00"]
    [relation] = draft.relations
    assert (relation.value["type"], relation.value["address"]) == ("part_of", document_id(desk.event))
    assert Recorded.objects.get() == Recorded.objects.get(
        desk=desk, at=last.date.at, page=page, url=FIELDS["url"]
    )


def test_the_published_page_is_a_document_of_the_series(browser, desk, page_of):
    files = {"captions": upload("a.srt", SRT)}
    browser.post(page_of, FIELDS | files)
    page = KnowledgeFormatPage.objects.get()
    page.get_latest_revision_as_object().save_revision().publish()
    settle()
    entry = CatalogueEntry.objects.get(kind="format")
    assert entry.related == [document_id(desk.event)]
    document = entry.document
    assert document.recording.url == FIELDS["url"]
    assert document.recording.captions in {each.digest for each in document.attachments}
    assert "transkript" in {section.anchor for section in document.texts["de"].sections}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"captions": ("protokoll.docx", b"PK\x03\x04word")}, "Das ist eine Word-Datei"),
        ({"captions": ("mitschrift.txt", b"Guten Tag.")}, "Untertitel enden auf .vtt oder .srt"),
        (
            {"captions": ("a.srt", b"1\n00:00:01,000 -> 00:00:02,000\nA\n")},
            "Zeile 2: Zwischen den beiden Zeiten",
        ),
        ({"slides": ("folien.pdf", b"MZ\x90")}, "Geben Sie ihr die richtige Endung"),
    ],
)
def test_a_wrong_file_is_named_and_what_was_typed_stays(browser, page_of, files, said):
    typed = FIELDS | {"transcript": "## Fragen\n\nKeine.", "minutes": "31", "title": "Mein Titel"}
    response = browser.post(page_of, typed | {name: upload(*file) for name, file in files.items()})
    text = text_of(response, 422)
    assert said in text
    page = response.content.decode()
    for kept in ("Mein Titel", "## Fragen", FIELDS["url"], 'value="31"'):
        assert kept in page
    assert not KnowledgeFormatPage.objects.exists()


def test_a_good_file_beside_a_mistake_is_asked_for_again(browser, page_of):
    files = {"captions": upload("a.srt", SRT), "slides": upload("folien.pdf", b"MZ")}
    text = text_of(browser.post(page_of, FIELDS | files), 422)
    assert "Diese Datei ist in Ordnung. Bitte wählen Sie sie noch einmal aus" in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "javascript:alert(1)"}, "gültige"),
        ({"title": ""}, "Titel"),
        ({"url": ""}, "Geben Sie mindestens eines ab"),
        ({"minutes": "0"}, "1"),
    ],
)
def test_bad_fields_are_said(browser, page_of, fields, said):
    assert said in text_of(browser.post(page_of, FIELDS | fields), 422)
    assert not Recorded.objects.exists()


def test_what_comes_later_is_added_and_the_rest_stays(browser, page_of):
    browser.post(page_of, FIELDS | {"captions": upload("a.srt", SRT)})
    browser.post(page_of, FIELDS | {"title": "Neu", "slides": upload("f.pdf", PDF)})
    browser.post(
        page_of, FIELDS | {"title": "Neu", "captions": upload("b.srt", SRT.replace("Guten", "Schönen"))}
    )
    draft = newest()
    assert (draft.title, bool(draft.captions), bool(draft.slides)) == ("Neu", True, True)
    browser.post(page_of, FIELDS | {"transcript": "Nur dies."})
    assert [each.value["heading"] for each in newest().transcript] == ["Wortlaut"]


def newest() -> KnowledgeFormatPage:
    return KnowledgeFormatPage.objects.get().get_latest_revision_as_object()


def words_of(draft) -> str:
    return str(draft.transcript.raw_data)


CORRECTED = SRT.replace("Guten", "Schönen")


def test_the_transcript_follows_captions_as_long_as_it_was_made_of_them(browser, page_of):
    browser.post(page_of, FIELDS | {"captions": upload("a.srt", SRT.replace("Guten", "<i>Guten</i>"))})
    # The editor marks its paragraphs when it saves, which changes no word.
    draft = newest()
    draft.transcript = json.dumps(draft.transcript.raw_data[:]).replace("<p>", "<p data-block-key='x'>")
    assert "data-block-key" in words_of(draft)
    draft.save_revision()
    browser.post(page_of, FIELDS | {"captions": upload("b.srt", CORRECTED)})
    assert "Schönen Tag." in words_of(newest())
    assert "Guten" not in words_of(newest())


@pytest.mark.parametrize("own", ["Selbst geschrieben.", "## 0:01\n\nGuten Abend.\n\n## 31:00\n\nDas war es."])
def test_a_transcript_of_their_own_stays(browser, page_of, own):
    browser.post(page_of, FIELDS | {"captions": upload("a.srt", SRT), "transcript": own})
    before = newest().transcript.raw_data[:]
    browser.post(page_of, FIELDS | {"captions": upload("b.srt", CORRECTED)})
    assert newest().transcript.raw_data[:] == before


def read_file(document) -> bytes:
    with document.open_file() as file:
        return file.read()


def test_a_newer_file_takes_the_place_of_the_older_in_the_library(browser, page_of):
    """The older may have names in it of people who did not agree."""
    browser.post(page_of, FIELDS | {"captions": upload("a.srt", SRT), "slides": upload("f.pdf", PDF)})
    before = newest()
    sizes = [each.get_file_size() for each in (before.captions, before.slides)]
    hashes = [each.get_file_hash() for each in (before.captions, before.slides)]
    files = {"captions": upload("b.srt", CORRECTED), "slides": upload("g.pdf", PDF + b"%neu\n")}
    browser.post(page_of, FIELDS | {"title": "Neu"} | files)
    draft = newest()
    assert set(get_document_model().objects.all()) == {draft.captions, draft.slides}
    assert (draft.captions, draft.slides) == (before.captions, before.slides)
    assert "Schönen" in read_file(draft.captions).decode()
    assert read_file(draft.slides).endswith(b"%neu\n")
    assert draft.captions.title == "Untertitel: Neu"
    assert draft.slides.filename == "neu-folien.pdf"
    for document, size, file_hash in zip((draft.captions, draft.slides), sizes, hashes, strict=True):
        assert document.get_file_size() == len(read_file(document)) != size
        assert document.get_file_hash() != file_hash


@pytest.mark.parametrize("where", ["on another page", "in another library"])
def test_a_file_that_others_use_stays_as_it_is(browser, page_of, library, where):
    browser.post(page_of, FIELDS | {"captions": upload("a.srt", SRT)})
    shared = newest().captions
    if where == "on another page":
        other = KnowledgeFormatPage(title="Andere", summary="Andere.", captions=shared, live=False)
        library.add_child(instance=other)
        ReferenceIndex.create_or_update_for_object(other)
    else:
        shared.collection = Collection.objects.exclude(pk=shared.collection_id).first()
        shared.save()
    browser.post(page_of, FIELDS | {"captions": upload("b.srt", CORRECTED)})
    page = KnowledgeFormatPage.objects.exclude(title="Andere").get()
    draft = page.get_latest_revision_as_object()
    assert draft.captions != shared
    shared.refresh_from_db()
    assert "Guten" in read_file(shared).decode()
    assert "Schönen" in read_file(draft.captions).decode()


def test_a_published_page_is_changed_in_the_editor(browser, desk, page_of, organiser, last, now):
    browser.post(page_of, FIELDS)
    page = KnowledgeFormatPage.objects.get()
    page.get_latest_revision().publish()
    text = text_of(browser.get(page_of))
    assert "Die Seite ist veröffentlicht." in text
    assert "Adresse der Aufzeichnung" not in text
    with pytest.raises(Refused) as refused:
        keep_recording(desk, last, Given("T", "webinar"), organiser, now)
    assert refused.value.reason == "live"


def test_only_dates_that_took_place_have_a_page(browser, desk, dates, coming, organiser, now):
    assert browser.get(address(desk, f"tagung/aufzeichnung/{coming.stamp}/")).status_code == 404
    assert browser.get(address(desk, "tagung/aufzeichnung/20000101T0000Z/")).status_code == 404
    with pytest.raises(Refused) as refused:
        keep_recording(desk, coming, Given("T", "webinar"), organiser, now)
    assert refused.value.reason == "early"
    EventPage.objects.filter(pk=desk.event_id).update(status="cancelled")
    assert browser.get(address(desk, f"tagung/aufzeichnung/{dates[0].stamp}/")).status_code == 404


def test_it_is_for_organisers_alone(client, page_of, desk, library):
    assert client.get(page_of).status_code == 302
    author = User.objects.create_user("autor@mainz.demo.invalid", "geheim-und-lang")
    set_role(author, library.body, Role.AUTHOR)
    client.force_login(author)
    assert client.get(page_of).status_code == 403
    assert client.post(page_of, FIELDS).status_code == 403
    assert client.get(address(desk, "tagung/aufzeichnung/")).status_code == 403
    assert not Recorded.objects.exists()


def test_the_list_names_what_is_there(browser, desk, last, dates, page_of):
    text = text_of(browser.get(address(desk, "tagung/aufzeichnung/")))
    assert text.count("noch nichts") == 3
    assert text.index(dates[2].when) < text.index(dates[0].when)
    assert dates[3].when not in text
    browser.post(page_of, FIELDS)
    for _ in range(3):
        Feedback.objects.create(desk=desk, at=last.date.at, use=3)
    text = text_of(browser.get(address(desk, "tagung/aufzeichnung/")))
    assert "Entwurf" in text
    assert "3 Antworten" in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same(browser, desk, dates, organiser, now, number, django_assert_num_queries):
    for date in dates[:number]:
        keep_recording(
            desk, date, Given(f"Vom {date.day}", "webinar", url="https://video.example.de/x"), organiser, now
        )
    browser.get(address(desk, "tagung/aufzeichnung/"))
    with django_assert_num_queries(LIST):
        browser.get(address(desk, "tagung/aufzeichnung/"))


LIST = 8


def test_before_the_first_date_the_list_says_what_comes(browser, library):
    from tests.factories.events import add_desk, add_event

    desk = add_desk(add_event(library))
    assert "Noch ist kein Termin vorbei." in text_of(browser.get(address(desk, "tagung/aufzeichnung/")))


def test_the_settings_take_hours_and_the_wish_for_feedback(browser, desk):
    part = address(desk, "tagung/einstellungen/termine/")
    assert browser.post(part, {"reminder_hours": "400"}).status_code == 200
    desk.refresh_from_db()
    assert (desk.reminder_hours, desk.asks_feedback) == (24, True)
    assert browser.post(part, {"reminder_hours": "48"}).status_code == 302
    desk.refresh_from_db()
    assert (desk.reminder_hours, desk.asks_feedback) == (48, False)
