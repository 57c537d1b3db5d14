"""A council motion: guided when written, ready to be copied when read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Locale
from wagtail.test.utils.form_data import rich_text, streamfield

from content.models import MotionPage
from content.outlines import OUTLINES, outline_of
from content.templatetags.reuse import plain_wording
from hub.documents import Block, Document, Motion, Section, Text
from tests.content.conftest import stream
from tests.content.kinds import (
    ATTACK,
    PAGE_QUERIES,
    add_address,
    editor_of,
    entry_of,
    form_data,
    publish,
    sections,
    show,
)
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db
ORIGIN = "http://koblenz.localhost:8002"
FACTS = ("committee", "decided", "result", "reference", "licence")


def motion(section, **fields) -> MotionPage:
    values = {
        "title": "Antrag",
        "summary": "Kurz.",
        "locale": section.locale,
        "sections": sections(("Beschlussvorschlag", "<p>Der Rat beschließt.</p>"), ("Alternativen", "")),
    }
    return MotionPage(**{**values, **fields})


def test_motion_page_in_document_out(section, table_file):
    page = publish(
        section,
        motion(
            section,
            committee="Stadtrat",
            decided=dt.date(2026, 3, 20),
            result="einstimmig beschlossen",
            reference="2026/0147",
            licence="CC0-1.0",
        ),
    )
    block = Block(
        anchor="s-beschlussvorschlag-1", html="<p>Der Rat beschließt.</p>", text="Der Rat beschließt."
    )
    assert page.to_document() == Document(
        id=f"http://mainz.localhost:8001/id/{page.translation_key}",
        kind="motion",
        publishers=("07111000",),
        texts={
            "de": Text(
                title="Antrag",
                summary="Kurz.",
                sections=(
                    Section(anchor="s-beschlussvorschlag", heading="Beschlussvorschlag", blocks=(block,)),
                ),
            )
        },
        motion=Motion(
            committee="Stadtrat",
            decided=dt.date(2026, 3, 20),
            result="einstimmig beschlossen",
            reference="2026/0147",
            licence="CC0-1.0",
        ),
    )


@pytest.mark.parametrize("kind", sorted(OUTLINES))
def test_each_outline_is_the_same_in_both_languages(kind):
    german, english = outline_of(kind, "de"), outline_of(kind, "en")
    assert len(german) == len(english) == len(set(german))
    assert outline_of(kind, "fr") == german


def test_a_new_motion_opens_with_the_usual_headings(section):
    form = editor_of(section).get(add_address(section, "content", "motionpage")).context["form"]
    headings = [child.value["heading"] for child in form["sections"].value()]
    assert headings[:4] == ["Beschlussvorschlag", "Begründung", "Kosten und Finanzierung", "Auswirkungen"]


def test_an_english_motion_opens_with_english_headings(section, home):
    english, _ = Locale.objects.get_or_create(language_code="en")
    form_class = MotionPage.get_edit_handler().get_form_class()
    form = form_class(instance=MotionPage(locale=english))
    assert form["sections"].value()[0].value["heading"] == "Proposed decision"


def test_a_motion_that_is_there_is_edited_as_it_is(section):
    page = publish(section, motion(section))
    form = MotionPage.get_edit_handler().get_form_class()(instance=page)
    assert [child.value["heading"] for child in form["sections"].value()] == [
        "Beschlussvorschlag",
        "Alternativen",
    ]


def post(section, *, action: dict[str, str], **fields):
    content = [("paragraph", rich_text("<p>Der Rat beschließt.</p>"))] if fields.pop("filled", True) else []
    part = {"heading": "Beschlussvorschlag", "content": streamfield(content)}
    empty = {"heading": "Alternativen", "content": streamfield([])}
    values = {**dict.fromkeys(FACTS, ""), **fields}
    data = form_data(**values, sections=streamfield([("section", part), ("section", empty)]))
    admin = editor_of(section)
    return admin.post(add_address(section, "content", "motionpage"), data | action)


def test_headings_that_stay_empty_stop_nobody_from_publishing(section):
    assert post(section, action={"action-publish": "x"}).status_code == 302
    page = MotionPage.objects.get()
    assert page.live
    assert [part.heading for part in page.to_document().text().sections] == ["Beschlussvorschlag"]


def test_a_motion_without_a_word_is_kept_as_draft_and_not_published(section):
    refused = post(section, action={"action-publish": "x"}, filled=False)
    assert "Beschlussvorschlag" in refused.context["form"].errors["sections"][0]
    assert not MotionPage.objects.exists()


def test_a_draft_may_be_empty(section):
    assert post(section, action={}, filled=False).status_code == 302
    assert not MotionPage.objects.get().live


@pytest.mark.parametrize("wrong", ["<b>", "CC BY/4.0 & more"])
def test_a_licence_that_is_none_is_refused(section, wrong):
    response = post(section, action={"action-publish": "x"}, licence=wrong)
    assert "licence" in response.context["form"].errors


@pytest.mark.parametrize("text", ["[]", sections(("Begründung", "")), sections(("", "<p> </p>"))])
def test_no_motion_goes_live_without_text(section, text):
    page = motion(section, sections=text)
    page.live = False
    section.add_child(instance=page)
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert set(caught.value.message_dict) == {"sections"}


def test_the_page_offers_the_text_to_copy_and_leads_to_the_files(section, table_file):
    page = publish(
        section,
        motion(
            section,
            licence="CC0-1.0",
            files=stream(("file", {"document": table_file.pk, "title": "Der Antrag"})),
        ),
    )
    html = show(entry_of(page))
    assert "Vorlage zum Übernehmen" in html
    assert "Beschlussvorschlag\n\nDer Rat beschließt.</textarea>" in html
    assert 'href="#dateien"' in html
    assert "Sie dürfen sie unter CC0-1.0 verwenden." in html
    assert html.count("unbekannt") >= 3, "committee, result and day are not known, and it says so"


def test_numbers_of_a_decision_survive_copying():
    def block(html: str, text: str = "") -> Block:
        return Block(anchor="x", html=html, text=text)

    text = Text(
        title="x",
        sections=(
            Section(
                anchor="s",
                heading="Beschlussvorschlag",
                blocks=(
                    block("<p>Der Rat:</p>", "Der Rat:"),
                    block("<ol><li>stimmt <strong>zu</strong></li><li>beauftragt</li></ol>"),
                    block('<ol start="3"><li>bittet</li></ol>'),
                    block('<ol start="-99x"><li>kennt</li></ol>'),
                    block("<ul><li>a</li><li>b</li></ul>"),
                    Block(anchor="y", kind="picture", text="Bild"),
                ),
            ),
        ),
    )
    assert plain_wording(text) == (
        "Beschlussvorschlag\n\nDer Rat:\n\n1. stimmt zu\n2. beauftragt\n\n3. bittet\n\n1. kennt\n\n– a\n– b"
    )


def test_a_received_motion_shows_markup_as_text():
    block = Block(anchor="s-x-1", html="</textarea><script>alert(1)</script>", text=f"</textarea>{ATTACK}")
    document = make_document(
        origin=ORIGIN,
        kind="motion",
        texts={"de": Text(title=ATTACK, sections=(Section(anchor="s-x", heading=ATTACK, blocks=(block,)),))},
        motion=Motion(committee=ATTACK, result=ATTACK, reference=ATTACK, licence=ATTACK),
    )
    html = show(add_entry(document, source="koblenz"))
    assert "<script>alert" not in html
    assert (html.count("<textarea"), html.count("</textarea>")) == (4, 4)  # three are to take away


def test_a_motion_of_which_nothing_is_known_is_shown():
    html = show(add_entry(make_document(origin=ORIGIN, kind="motion"), source="koblenz"))
    assert "Keine Lizenz genannt" in html


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_with_one_part_and_with_thirty(
    client, django_assert_num_queries, number
):
    parts = tuple(Section(anchor=f"s-{n}", heading=f"Teil {n}") for n in range(number))
    document = make_document(
        kind="motion", topics=(), texts={"de": Text(title="x", sections=parts)}, motion=Motion()
    )
    entry = add_entry(document, source="koblenz")
    client.get(entry.get_absolute_url())
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(entry.get_absolute_url())
