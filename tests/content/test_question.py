"""A question with its answer: one page in, one document out, found like any other."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError

from content.models import QuestionPage
from hub.documents import Block, Document, Section, Text, Viewer
from hub.site.feeds.json_ld import describe_record
from search.answers.service import answer_question
from search.answers.verdicts import Verdict
from tests.content.kinds import (
    ATTACK,
    PAGE_QUERIES,
    add_address,
    editor_of,
    entry_of,
    publish,
    sections,
    show,
)
from tests.search.catalogue import make_document as make_indexed
from tests.search.catalogue import publish as publish_indexed
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db

QUESTION = "Was passiert mit den Sensoren im Winter?"


def question(section, **fields) -> QuestionPage:
    values = {
        "title": QUESTION,
        "summary": "Sie bleiben im Boden.",
        "locale": section.locale,
        "sections": sections(("Zur Frage", ""), ("Antwort", "<p>Sie bleiben im Boden.</p>")),
    }
    return QuestionPage(**{**values, **fields})


def test_question_page_in_document_out(section):
    page = publish(section, question(section))
    block = Block(anchor="s-antwort-1", html="<p>Sie bleiben im Boden.</p>", text="Sie bleiben im Boden.")
    assert page.to_document() == Document(
        id=f"http://mainz.localhost:8001/id/{page.translation_key}",
        kind="question",
        publishers=("07111000",),
        texts={
            "de": Text(
                title=QUESTION,
                summary="Sie bleiben im Boden.",
                sections=(Section(anchor="s-antwort", heading="Antwort", blocks=(block,)),),
            )
        },
    )


def test_the_editor_offers_its_headings_and_says_whom_not_to_name(section):
    response = editor_of(section).get(add_address(section, "content", "questionpage"))
    assert "Nennen Sie keine Personen" in response.content.decode()
    form = response.context["form"]
    assert [child.value["heading"] for child in form["sections"].value()] == ["Zur Frage", "Antwort"]
    assert "asked_in" not in form.fields


@pytest.mark.parametrize("text", ["[]", sections(("Antwort", ""))])
def test_no_question_goes_live_without_an_answer(section, text):
    page = question(section, sections=text)
    page.live = False
    section.add_child(instance=page)
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert set(caught.value.message_dict) == {"sections"}


def test_a_copy_belongs_to_no_thread(section):
    page = publish(section, question(section, asked_in="00000000-0000-4000-8000-000000000001"))
    assert page.copy(update_attrs={"slug": "kopie"}).asked_in is None


def test_the_page_says_what_it_is_and_when_it_was_answered(section):
    html = show(entry_of(publish(section, question(section, contact_role="Amt 61"))))
    assert "Beantwortete Frage" in html
    assert "Beantwortet am" in html
    assert html.count('<section class="doc-section" id="s-') == 1
    assert "Amt 61" in html
    assert 'href="#auf-einen-blick"' not in html, "there is no such section"


def test_it_stands_in_the_list_of_its_kind(section, client):
    entry_of(publish(section, question(section)))
    assert QUESTION in client.get("/wissen/?art=question").content.decode()
    assert QUESTION not in client.get("/wissen/?art=news").content.decode()


def test_received_questions_show_markup_as_text():
    block = Block(anchor="s-x-1", html=f"<p>{ATTACK}</p>", text=ATTACK)
    part = Section(anchor="s-x", heading=ATTACK, blocks=(block,))
    document = make_document(
        origin="http://koblenz.localhost:8002",
        kind="question",
        texts={"de": Text(title=ATTACK, summary=ATTACK, sections=(part,))},
    )
    assert "<script>alert" not in show(add_entry(document, source="koblenz"))


def test_machines_read_question_and_answer():
    entry = add_entry(make_document(QUESTION, kind="question", case=None, costs=None))
    node = describe_record(entry, entry.document, "de", str, str)["@graph"][0]
    assert node["@type"] == "QAPage"
    assert node["mainEntity"] == {
        "@type": "Question",
        "name": QUESTION,
        "answerCount": 1,
        "acceptedAnswer": {"@type": "Answer", "text": "Suchzeit senken."},
    }
    assert json.dumps(node)


def test_whoever_asks_the_same_finds_the_answer():
    publish_indexed(make_indexed("Radwege", "Das Geoportal zeigt Unfälle an Kreuzungen."))
    publish_indexed(
        make_indexed(
            "Was passiert mit Sensoren beim Schneepflug?",
            "Sie liegen bündig im Boden, die Räumer fahren mit Gummilippe.",
            kind="question",
            case=None,
        )
    )
    answer = answer_question("Was passiert mit Sensoren beim Schneepflug?", Viewer.anonymous())
    assert answer.verdict != Verdict.NOTHING
    assert answer.citations[0].entry.kind == "question"
    assert "Gummilippe" in answer.citations[0].passage.text


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_with_one_section_and_with_thirty(
    client, django_assert_num_queries, number
):
    parts = tuple(Section(anchor=f"s-{n}", heading=f"Teil {n}") for n in range(number))
    document = make_document(kind="question", topics=(), texts={"de": Text(title="x", sections=parts)})
    entry = add_entry(document, source="koblenz")
    client.get(entry.get_absolute_url())
    # It stands in no line, so nothing is asked for one.
    with django_assert_num_queries(PAGE_QUERIES - 1):
        client.get(entry.get_absolute_url())
