"""Indicators: page in, document out; what publishing needs; figure and table others read."""

from __future__ import annotations

import itertools
import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from content.charts import GLYPH, HEIGHT, SHOWN, WIDTH, draw_bars, format_value
from content.models import IndicatorPage
from hub.documents import Document, Indicator, Measurement, Text
from search.records import Names, build_record
from tests.content.conftest import stream
from tests.content.received import (
    ATTACK,
    ORIGIN,
    QUERIES,
    add_page,
    assert_harmless,
    attacked,
    ids_of,
    local_page,
    publish,
    received_entry,
    received_page,
)
from tests.theme.entries import NOW


def measurement(period: str, value: str | None, note: str = "") -> tuple[str, dict[str, object]]:
    return ("measurement", {"period": period, "value": value, "note": note})


def measured(*values: str) -> list[Measurement]:
    return [Measurement(period=str(2000 + n), value=value) for n, value in enumerate(values)]


def add_indicator(section, **fields) -> IndicatorPage:
    return add_page(section, IndicatorPage, **{"unit": "%", "formula": "online durch alle", **fields})


def test_a_page_becomes_a_document(section):
    page = add_indicator(
        section,
        live=False,
        source="Bauamt",
        measurements=stream(
            measurement("2024", "12.50"),
            measurement("2025", "1200000"),
            measurement("2026", None),
            measurement("2027", "-3", "geschätzt"),
        ),
    )
    assert page.to_document() == Document(
        id=f"{ORIGIN}/id/{page.translation_key}",
        kind="indicator",
        publishers=("07111000",),
        texts={"de": Text(title="Parken", summary="Kurz.")},
        indicator=Indicator(
            unit="%",
            formula="online durch alle",
            source="Bauamt",
            measurements=(
                Measurement(period="2024", value="12.50"),
                Measurement(period="2025", value="1200000"),
                Measurement(period="2027", value="-3", note="geschätzt"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"unit": " "}, "„Einheit“ fehlt"),
        ({"formula": ""}, "„Rechenweg“ fehlt"),
        ({"measurements": stream(measurement("2026", None))}, "einen Zeitraum und einen Wert"),
        ({"measurements": stream(measurement("", "1"))}, "einen Zeitraum und einen Wert"),
        (
            {"measurements": stream(measurement("2026", "1"), measurement("2026 ", "2"))},
            "Jeder Zeitraum hat einen Wert",
        ),
    ],
)
def test_an_indicator_appears_only_when_others_can_compare_themselves(section, fields, message):
    page = add_indicator(section, live=False, **fields)
    with pytest.raises(ValidationError) as caught:
        publish(page)
    assert list(caught.value.message_dict) == list(fields)
    assert message in str(caught.value)


def test_the_block_refuses_a_second_value_of_a_period_but_not_in_a_draft(db):
    block = IndicatorPage._meta.get_field("measurements").stream_block
    rows = [
        {"type": "measurement", "value": {"period": "2026", "value": "1", "note": ""}, "id": str(n)}
        for n in (1, 2)
    ]
    with pytest.raises(ValidationError) as caught:
        block.clean(block.to_python(rows))
    assert list(caught.value.block_errors) == [1]
    assert len(block.clean_deferred(block.to_python(rows))) == 2


@pytest.mark.parametrize("typed", ["viel", "1e400", "NaN", "0.1234567"])
def test_a_value_is_a_number_of_sensible_size(db, typed):
    block = IndicatorPage._meta.get_field("measurements").stream_block.child_blocks["measurement"]
    with pytest.raises(ValidationError):
        block.child_blocks["value"].clean(typed)


@pytest.mark.parametrize("source", ["local", "received"])
def test_readers_see_the_values_as_figure_and_as_table(section, source):
    page = add_indicator(
        section, measurements=stream(measurement("2025", "1200.5"), measurement("2026", "38", "bis Mai"))
    )
    html = local_page(page) if source == "local" else received_page(page.to_document())
    assert html.count('<rect class="bars-bar"') == 2
    assert '<td class="number">1.200,5</td>' in html
    assert '<td lang="de">bis Mai</td>' in html
    assert "Werte je Zeitraum, %" in html
    assert "Balkendiagramm der Werte, %." in html
    assert not re.search(r' (x|y|width|height)="[^"]*,', html), "no decimal comma in the drawing"
    assert {"werte-bild", "werte-tabelle", "fakt-formula", "fakt-newest", "fakt-source"} <= ids_of(html)


def test_without_values_nothing_is_drawn(section):
    html = local_page(add_indicator(section))
    assert "<rect" not in html
    assert 'id="werte"' not in html


def test_a_received_document_cannot_smuggle_markup_or_wreck_the_page(section):
    values = [
        {"period": ATTACK, "value": value, "note": ATTACK} for value in (ATTACK, "1e999999999", "NaN", "-0")
    ]
    facts = {"unit": ATTACK, "formula": ATTACK, "source": ATTACK, "measurements": values}
    html = received_page(attacked(add_indicator(section).to_document(), "indicator", facts))
    assert_harmless(html)
    assert "1e999999999" in html
    assert "<rect" not in html


def test_what_somebody_types_is_never_markup(section):
    page = add_indicator(
        section,
        unit=ATTACK,
        formula=ATTACK,
        source=ATTACK,
        measurements=stream(measurement(ATTACK, "1", ATTACK), measurement("b", "2")),
    )
    assert_harmless(local_page(page))


def test_a_received_indicator_without_its_part_is_shown(section):
    document = add_indicator(section).to_document().model_copy(update={"indicator": None})
    assert "unbekannt" in received_page(document)


def test_bars_stand_on_the_zero_line_and_within_the_drawing():
    chart = draw_bars(measured("10", "-5", "0", "20"))
    assert chart is not None
    up, down, flat, highest = chart.bars
    assert round(up.y + up.height, 1) == chart.zero
    assert down.y == chart.zero
    assert flat.height == 1.0, "nothing is still to be seen"
    assert abs(highest.height / up.height - 2) < 0.01
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in chart.bars)


@pytest.mark.parametrize("values", [(), ("1",), ("1", "zwei"), ("1", "1e16"), ("1", "Infinity")])
def test_what_cannot_be_compared_is_not_drawn(values):
    assert draw_bars(measured(*values)) is None


def test_values_that_are_all_nothing_are_drawn():
    chart = draw_bars(measured("0", "0"))
    assert chart is not None
    assert [bar.height for bar in chart.bars] == [1.0, 1.0]


def test_many_values_leave_the_oldest_out_and_labels_do_not_touch():
    chart = draw_bars(measured(*(str(1000 + n) for n in range(SHOWN + 6))))
    assert chart is not None
    assert (len(chart.bars), chart.left_out) == (SHOWN, 6)
    named = [bar.period_x for bar in chart.bars if bar.period]
    assert chart.bars[-1].period == "2029"
    assert all(later - earlier > 30 for earlier, later in itertools.pairwise(named))


@pytest.mark.parametrize("count", [2, 5, 8, 11, 24])
def test_long_labels_stay_within_the_drawing_and_apart(count):
    chart = draw_bars([Measurement(period=f"2026-Q{n:02}", value=str(10_000 + n)) for n in range(count)])
    assert chart is not None
    width = len("2026-Q00") * GLYPH
    named = [bar.period_x for bar in chart.bars if bar.period]
    assert all(width / 2 <= middle <= WIDTH - width / 2 for middle in named)
    assert all(later - earlier >= width for earlier, later in itertools.pairwise(named))


def test_a_column_of_notes_stands_there_only_with_notes(section):
    page = add_indicator(section, measurements=stream(measurement("2026", "1"), measurement("2027", "2")))
    assert "Anmerkung" not in local_page(page)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1200000.50", "1.200.000,50"), ("-3", "-3"), ("0.10", "0,10"), ("rund 5", "rund 5"), ("1e99", "1e99")],
)
def test_values_are_shown_with_the_digits_they_were_given(value, shown):
    with translation.override("de"):
        assert format_value(value) == shown


def test_search_finds_the_definition(section):
    page = add_indicator(section, source="Bauamt", measurements=stream(measurement("2026", "1", "bis Mai")))
    record = build_record(page.to_document(), source="", changed=NOW, names=Names())
    assert {"%", "online durch alle", "Bauamt", "bis Mai"} <= set(record.extras)


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_needs_as_many_queries_with_many_values_as_with_one(
    section, client, django_assert_num_queries, count
):
    values = stream(*(measurement(str(n), "1") for n in range(count)))
    address = received_entry(add_indicator(section, measurements=values).to_document()).get_absolute_url()
    with django_assert_num_queries(QUERIES):
        client.get(address)
