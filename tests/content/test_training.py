"""A training path: steps with their time, to be ticked off on screen and on paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Locale
from wagtail.test.utils.form_data import streamfield

from content.blocks import StepsBlock
from content.models import TrainingPage
from content.templatetags.reuse import in_hours, steps_of
from hub.documents import Block, Document, Section, Text, Training
from tests.content.conftest import stream
from tests.content.kinds import (
    ATTACK,
    PAGE_QUERIES,
    add_address,
    editor_of,
    entry_of,
    form_data,
    publish,
    show,
)
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db


def step(heading: str, minutes: int | None = None, html: str = ""):
    content = [{"type": "paragraph", "value": html, "id": "p"}] if html else []
    return ("step", {"heading": heading, "minutes": minutes, "content": content})


def training(section, *steps, **fields) -> TrainingPage:
    values = {"title": "Lernpfad", "summary": "Kurz.", "locale": section.locale, **fields}
    return TrainingPage(**values, steps=stream(*steps))


def test_training_page_in_document_out(section):
    page = publish(
        section,
        training(
            section,
            step("Zugang einrichten", 15, "<p>Mit dem Dienstkonto.</p>"),
            step("Zugang einrichten"),
            step("Üben", 45, "<p>Drei Eingaben.</p>"),
            target_group="Sachbearbeitung",
            prerequisites="Freigegebenes Werkzeug",
        ),
    )
    assert page.to_document() == Document(
        id=f"http://mainz.localhost:8001/id/{page.translation_key}",
        kind="training",
        publishers=("07111000",),
        texts={
            "de": Text(
                title="Lernpfad",
                summary="Kurz.",
                sections=(
                    Section(
                        anchor="s-zugang-einrichten",
                        heading="Zugang einrichten",
                        blocks=(
                            Block(
                                anchor="s-zugang-einrichten-1",
                                html="<p>Mit dem Dienstkonto.</p>",
                                text="Mit dem Dienstkonto.",
                            ),
                        ),
                    ),
                    Section(anchor="s-zugang-einrichten-nr2", heading="Zugang einrichten"),
                    Section(
                        anchor="s-uben",
                        heading="Üben",
                        blocks=(
                            Block(anchor="s-uben-1", html="<p>Drei Eingaben.</p>", text="Drei Eingaben."),
                        ),
                    ),
                ),
            )
        },
        training=Training(
            target_group="Sachbearbeitung",
            prerequisites="Freigegebenes Werkzeug",
            step_minutes=(15, None, 45),
        ),
    )


def test_a_translation_has_steps_in_its_words_and_the_times_of_the_german_one(section, home):
    english, _ = Locale.objects.get_or_create(language_code="en")
    page = publish(section, training(section, step("Üben", 45)))
    home.copy_for_translation(english)
    section.copy_for_translation(english)
    translated = page.copy_for_translation(english)
    translated.steps = stream(step("Practise", 99))
    translated.save_revision().publish()
    document = page.to_document()
    assert document.texts["en"].sections[0].heading == "Practise"
    assert document.training == Training(step_minutes=(45,))


@pytest.mark.parametrize("steps", [[], [step("  ", 5)]])
def test_no_training_goes_live_without_a_step(section, steps):
    page = training(section, *steps)
    page.live = False
    section.add_child(instance=page)
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert set(caught.value.message_dict) == {"steps"}


def test_the_editor_keeps_a_draft_without_steps_and_says_what_publishing_lacks(section):
    admin = editor_of(section)
    address = add_address(section, "content", "trainingpage")
    data = form_data(target_group="Alle", prerequisites="", steps=streamfield([]))
    refused = admin.post(address, data | {"action-publish": "x"})
    assert "mindestens einem Schritt" in refused.context["form"].errors["steps"][0]
    assert "Alle" in refused.content.decode(), "what was typed is there"
    assert admin.post(address, data).status_code == 302
    assert not TrainingPage.objects.get().live


@pytest.mark.parametrize("minutes", [0, -5, 10_001])
def test_a_step_takes_some_minutes_but_no_weeks(minutes):
    block = StepsBlock().child_blocks["step"]
    with pytest.raises(StructBlockValidationError) as caught:
        block.clean(block.to_python(step("Üben", minutes)[1]))
    assert set(caught.value.block_errors) == {"minutes"}


def test_the_page_is_a_checklist_that_prints(section):
    page = publish(section, training(section, step("Zugang", 75, "<p>So.</p>"), step("Fragen")))
    html = show(entry_of(page))
    assert html.count('<input type="checkbox"') == 2
    assert 'data-step="s-zugang"' in html
    assert "1 Stunde und 15 Minuten" in html
    assert "ohne 1 Schritt unbekannter Dauer" in html
    assert "Häkchen zurücksetzen" in html
    assert "nur in diesem Browser" in html
    assert '<div class="checklist-state" hidden' in html, "what needs the script is shown by the script"
    assert "unbekannt" in html
    assert re.search(r'<script src="[^"]*content/checklist[^"]*\.js" defer>', html)
    assert not re.search(r'<script(?! src| type="application/ld\+json")', html), "nothing inline that runs"


def test_the_script_keeps_ticks_in_the_browser_alone():
    path = finders.find("content/checklist.js")
    assert path
    script = Path(path).read_text(encoding="utf-8")
    assert "localStorage" in script
    assert not any(word in script for word in ("fetch(", "XMLHttpRequest", "sendBeacon", "cookie"))


def test_a_received_training_shows_markup_as_text():
    section = Section(anchor="s-x", heading=ATTACK)
    document = make_document(
        origin="http://koblenz.localhost:8002",
        kind="training",
        texts={"de": Text(title=ATTACK, summary=ATTACK, sections=(section,))},
        training=Training(target_group=ATTACK, prerequisites=ATTACK, step_minutes=(30,)),
    )
    html = show(add_entry(document, source="koblenz"))
    assert "<script>alert" not in html
    assert "30 Minuten" in html


def test_a_wording_with_other_steps_has_no_times():
    sections = tuple(Section(anchor=f"s-{n}", heading=str(n)) for n in range(2))
    document = make_document(kind="training", training=Training(step_minutes=(5, 6, 7)))
    assert [item.minutes for item in steps_of(document, Text(title="x", sections=sections))] == [None, None]


@pytest.mark.parametrize("given", [None, Training()])
def test_a_training_without_facts_is_shown_as_unknown(given):
    document = make_document(origin="http://koblenz.localhost:8002", kind="training", training=given)
    assert "unbekannt" in show(add_entry(document, source="koblenz"))


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_with_one_step_and_with_thirty(
    client, django_assert_num_queries, number
):
    sections = tuple(Section(anchor=f"s-{n}", heading=f"Schritt {n}") for n in range(number))
    document = make_document(
        kind="training",
        topics=(),
        texts={"de": Text(title="x", sections=sections)},
        training=Training(step_minutes=(5,) * number),
    )
    entry = add_entry(document, source="koblenz")
    client.get(entry.get_absolute_url())
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(entry.get_absolute_url())


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 Minuten"),
        (1, "1 Minute"),
        (59, "59 Minuten"),
        (60, "1 Stunde"),
        (121, "2 Stunden und 1 Minute"),
        (330, "5 Stunden und 30 Minuten"),
    ],
)
def test_lengths_are_said_in_hours_and_minutes(minutes, said):
    assert in_hours(minutes) == said


def test_a_step_has_a_preview():
    block = StepsBlock().child_blocks["step"]
    assert "Drei eigene Eingaben" in str(block.render(block.get_preview_value()))
