"""What stands in attached files answers too: exactly, by page, and for whoever may read the document."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hub.catalogue import consumers as catalogue_consumers
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import Setback
from hub.documents import Audience, Viewer
from hub.files.letting_go import refuse_content
from hub.files.models import StoredFile
from hub.files.receiving import expect
from search import consumers
from search.answers import file_passages
from search.answers.exactness import is_exact, keep_exact
from search.answers.file_passages import LONGEST, cut_text, read_place
from search.answers.models import Passage, PassageVector
from search.answers.scope import Scope, readable_passages
from search.answers.service import Citation, answer_question
from search.answers.verdicts import Verdict
from search.models import FilePage
from search.reading import DOCX, PDF
from search.reading.running import FoundPage, Reading
from search.reading.services import read_round
from search.tasks import sweep_files
from tests.answers.attached_files import BYLAW, OTHER, PUBLIC, attached, of_files
from tests.search.attached import docx, pdf
from tests.search.attaching import MANUAL, PEER, attach, attachment, document, publish_and_read, reading
from tests.search.catalogue import let_follow, publish, store, withdraw
from tests.search.conftest import content, read_as

__all__ = ["content", "read_as"]


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def test_once_a_file_is_read_its_pages_answer(read_as: Any, client: Client) -> None:
    read_as(reading("Deckblatt des Leitfadens", BYLAW))
    publish(document(title="Radwege"))
    file = attach(MANUAL, title="Leitfaden Bauen")
    entry = store(document(file, title="Bauen in Mainz"))
    run_consumers("federation.files")
    let_follow()
    assert of_files() == []
    read_round()
    answer = answer_question("Was verlangt die Stellplatzsatzung je Wohnung?", PUBLIC)
    assert answer.verdict is Verdict.VERBATIM
    (citation, *_) = answer.citations
    passage = citation.passage
    assert (passage.text, passage.page, passage.file) == (BYLAW, 2, file.digest)
    assert (passage.title, passage.heading) == ("Bauen in Mainz", "Leitfaden Bauen")
    assert citation.file == file
    assert citation.url == (f"/fragen/datei/{entry.uuid}/{file.digest[7:]}/2/?stelle=0-{len(BYLAW)}#stelle")
    page = client.get(citation.url.partition("#")[0]).content.decode()
    assert f'<mark id="stelle">{BYLAW}</mark>' in page


def test_sections_of_files_without_pages_keep_their_headings(read_as: Any) -> None:
    read_as(Reading((FoundPage(1, "", "Vorwort der Stadt"), FoundPage(2, "Fristen", f"{BYLAW}\n{OTHER}"))))
    entry = attached(file=attach(docx("x"), "satzung.docx", DOCX))
    first, second = of_files()
    assert [passage.heading for passage in (first, second)] == ["satzung.docx", "satzung.docx: Fristen"]
    assert (second.page, read_place(second.anchor)) == (None, (2, 0, len(second.text)))
    assert Citation(second, entry).paragraphs == [BYLAW, OTHER]


def test_a_page_is_cut_where_sentences_end() -> None:
    text = "Seite 4\n" + "Der Antrag nach Nr. 5 Abs. 2 geht z. B. an das Amt für Bau. " * 60 + "\nEnde"
    pieces = [text[start:end] for start, end in cut_text(text)]
    assert len(pieces) > 2
    assert all(piece.endswith("Bau.") for piece in pieces[:-1])
    assert pieces[-1].endswith("Ende")


@pytest.mark.parametrize("text", ["", " \n ", "12", "- 4 -\n\n"])
def test_pages_without_words_are_no_passages(text: str) -> None:
    assert list(cut_text(text)) == []


@given(st.text(alphabet=st.sampled_from("aÄ.?! \n„“1"), max_size=6000))
def test_pieces_are_exact_not_too_long_and_lose_no_letter(text: str) -> None:
    pieces = list(cut_text(text))
    assert all(text[start:end] == text[start:end].strip() and end - start <= LONGEST for start, end in pieces)
    assert all(end <= start for (_, end), (start, _) in pairwise(pieces))
    lost = text
    for start, end in reversed(pieces):
        lost = lost[:start] + lost[end:]
    assert not re.search(r"[^\W\d_]", lost)


def test_of_many_pages_so_much_is_cut(read_as: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read_as(reading("eins", "zwei", "drei"))
    monkeypatch.setattr(file_passages, "MOST_CHARACTERS", 8)
    attached()
    assert [passage.text for passage in of_files()] == ["eins", "zwei"]


def test_passages_of_files_are_numbered_after_those_of_the_document(read_as: Any) -> None:
    read_as(reading(BYLAW, OTHER))
    attached()
    rows = Passage.objects.order_by("number").values_list("number", "text")
    assert list(rows) == [(0, "So lief es."), (1, "Pilot"), (2, BYLAW), (3, OTHER)]


def test_a_file_is_quoted_only_as_it_was_read_and_while_it_is_attached(read_as: Any) -> None:
    read_as(reading(BYLAW))
    entry = attached()
    (passage,) = of_files()
    assert is_exact(passage, entry)
    passage.text = BYLAW.replace("einen", "zwei")
    assert not is_exact(passage, entry)
    passage.text = BYLAW
    FilePage.objects.update(text=f"x{BYLAW}")
    assert not is_exact(passage, entry)
    FilePage.objects.update(text=BYLAW)
    assert is_exact(passage, entry)
    without = entry.document.model_copy(update={"attachments": ()})
    entry = store(without)
    assert not is_exact(passage, entry)
    assert keep_exact([passage], {}) == []


def test_who_names_a_digest_is_not_quoted_with_what_somebody_else_brought(read_as: Any) -> None:
    read_as(reading(BYLAW))
    file = attach(MANUAL)
    attached(file=file, audience=Audience.INSTANCE)
    foreign = attached(file=file, origin=PEER, source="trier", title="Fremd")
    assert [passage.object_id == foreign.object_id for passage in of_files()] == [False]
    (passage,) = of_files()
    assert not is_exact(passage, foreign)
    assert answer_question("Was verlangt die Stellplatzsatzung je Wohnung?", PUBLIC).citations == ()
    assert answer_question("Was verlangt die Stellplatzsatzung je Wohnung?", Viewer.local()).citations != ()


def test_a_file_found_harmful_answers_no_more_at_once_and_then_its_passages_go(read_as: Any) -> None:
    read_as(reading(BYLAW))
    entry = attached()
    (passage,) = of_files()
    refuse_content(passage.file, "Eicar")
    assert not is_exact(passage, entry)
    read_round()
    assert of_files() == []
    assert not PassageVector.objects.filter(passage=passage.pk).exists()


def test_a_file_that_was_let_go_of_is_quoted_again_once_it_is_back(read_as: Any) -> None:
    read_as(reading(BYLAW))
    file = attachment(attach(MANUAL).digest, len(MANUAL))
    record = expect(file.digest, file.size, PDF, origin=PEER, source=f"{PEER}/x")
    record.settle()
    entry = attached(file=file, origin=PEER, source="trier")
    (passage,) = of_files()
    record.await_fetch(wanted=False)
    assert not is_exact(passage, entry)
    sweep_files(0)
    assert of_files() == []
    StoredFile.objects.get(pk=record.pk).settle()
    read_round()
    assert [passage.text for passage in of_files()] == [BYLAW]
    sweep_files(0)
    assert len(of_files()) == 1


def test_a_replaced_file_takes_its_passages_with_it(read_as: Any) -> None:
    read_as(reading(BYLAW))
    entry = attached()
    read_as(reading(OTHER))
    replaced = entry.document.model_copy(update={"attachments": (attach(pdf("neu"), "neu.pdf"),)})
    publish_and_read(replaced)
    let_follow()
    assert [passage.text for passage in of_files()] == [OTHER]


def test_what_stays_keeps_its_vector_when_files_are_read(read_as: Any) -> None:
    read_as(reading(BYLAW))
    entry = store(document(attach(MANUAL)))
    run_consumers("federation.files")
    let_follow()
    before = set(PassageVector.objects.values_list("pk", flat=True))
    assert before
    read_round()
    assert len(of_files()) == 1
    assert before < set(PassageVector.objects.values_list("pk", flat=True))
    withdraw(entry)
    assert not PassageVector.objects.exists()


def test_passages_that_cannot_be_written_now_are_tried_again(
    read_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(reading(BYLAW))
    monkeypatch.setitem(catalogue_consumers._handlers, consumers.PASSAGES, _fail)
    store(document(attach(MANUAL)))
    for name in ("federation.files", "search", "search.files", consumers.PASSAGES):
        run_consumers(name)
    read_round()
    assert Setback.objects.filter(consumer=consumers.PASSAGES).exists()


def _fail(batch: object) -> None:
    raise RuntimeError("not now")


@pytest.mark.parametrize("number", [1, 4])
def test_checking_quotations_of_files_takes_two_queries(
    number: int, read_as: Any, django_assert_num_queries: Any
) -> None:
    read_as(reading(BYLAW))
    entries = [attached(file=attach(pdf(str(n)))) for n in range(number)]
    held = {entry.object_id: entry for entry in entries}
    passages = of_files()
    with django_assert_num_queries(2):
        assert keep_exact(passages, held) == passages


def test_a_question_within_one_document_holds_its_files(read_as: Any) -> None:
    read_as(reading(BYLAW))
    entry = attached()
    attached(file=attach(pdf("x")), title="Anderes")
    found = readable_passages(PUBLIC, Scope(document=entry.object_id)).exclude(file="")
    assert [passage.object_id for passage in found] == [entry.object_id]
