"""News: a few sentences with a day, which may disappear by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from content.models import NewsPage
from hub.catalogue.queries import find_entry
from hub.documents import Block, Document, Section, Text, Viewer
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
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db


def news(section, **fields) -> NewsPage:
    values = {
        "title": "Neu",
        "summary": "Kurz.",
        "locale": section.locale,
        "sections": sections(("Worum es geht", "<p>Es geht los.</p>")),
    }
    return NewsPage(**{**values, **fields})


def test_news_page_in_document_out(section):
    page = publish(section, news(section, expire_at=dt.datetime(2027, 1, 31, 23, 30, tzinfo=dt.UTC)))
    block = Block(anchor="s-worum-es-geht-1", html="<p>Es geht los.</p>", text="Es geht los.")
    assert page.to_document() == Document(
        id=f"http://mainz.localhost:8001/id/{page.translation_key}",
        kind="news",
        publishers=("07111000",),
        texts={
            "de": Text(
                title="Neu",
                summary="Kurz.",
                sections=(Section(anchor="s-worum-es-geht", heading="Worum es geht", blocks=(block,)),),
            )
        },
        expires=dt.date(2027, 2, 1),
    )


def test_the_editor_explains_how_news_disappears_and_offers_headings(section):
    response = editor_of(section).get(add_address(section, "content", "newspage"))
    assert "Zeitplan festlegen" in response.content.decode()
    form = response.context["form"]
    assert "expire_at" in form.fields
    assert [child.value["heading"] for child in form["sections"].value()] == [
        "Worum es geht",
        "So geht es weiter",
    ]


@pytest.mark.parametrize("text", ["[]", sections(("Worum es geht", ""))])
def test_no_news_goes_live_without_text(section, text):
    page = news(section, sections=text)
    page.live = False
    section.add_child(instance=page)
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert set(caught.value.message_dict) == {"sections"}


def test_the_page_shows_its_day_and_until_when_it_is_shown(section):
    page = publish(section, news(section, expire_at=dt.datetime(2031, 1, 31, 12, tzinfo=dt.UTC)))
    entry = entry_of(page)
    html = show(entry)
    assert f'<time datetime="{timezone.localdate(entry.first_published)}">' in html
    assert "sichtbar bis 31. Januar 2031" in html


def test_expired_news_is_gone_here_and_when_received():
    yesterday = dt.date(2026, 1, 1)
    document = make_document(origin="http://koblenz.localhost:8002", kind="news", expires=yesterday)
    entry = add_entry(document, source="koblenz")
    assert find_entry(entry.uuid, Viewer.anonymous()) is None


def test_received_news_shows_markup_as_text():
    block = Block(anchor="s-x-1", html=f"<p>{ATTACK}</p>", text=ATTACK)
    document = make_document(
        origin="http://koblenz.localhost:8002",
        kind="news",
        contact=None,
        texts={
            "de": Text(
                title=ATTACK,
                summary=ATTACK,
                sections=(Section(anchor="s-x", heading=ATTACK, blocks=(block,)),),
            )
        },
    )
    html = show(add_entry(document, source="koblenz"))
    assert "<script>alert" not in html
    assert "1. November 2026" in html, "the day its origin first published it"


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_with_one_section_and_with_thirty(
    client, django_assert_num_queries, number
):
    parts = tuple(Section(anchor=f"s-{n}", heading=f"Teil {n}") for n in range(number))
    document = make_document(kind="news", topics=(), texts={"de": Text(title="x", sections=parts)})
    entry = add_entry(document, source="koblenz")
    client.get(entry.get_absolute_url())
    # News stands in no line, so nothing is asked for one.
    with django_assert_num_queries(PAGE_QUERIES - 1):
        client.get(entry.get_absolute_url())
