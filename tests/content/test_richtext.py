"""Rich text is cut at the top level, linked and sanitised."""

from __future__ import annotations

import pytest

from content.richtext import Piece, plain_text, split_rich_text


def resolve(kind: str, target: str) -> str:
    if kind == "page":
        return f"https://hub.example/id/{target}" if target == "7" else ""
    return target


def test_each_top_level_element_becomes_a_piece():
    source = '<p data-block-key="x">Erst <b>das</b>.</p><h2>Dann</h2><ul><li>eins</li><li>zwei</li></ul>'
    assert split_rich_text(source, resolve) == [
        Piece("<p>Erst <strong>das</strong>.</p>", "Erst das."),
        Piece("<h3>Dann</h3>", "Dann"),
        Piece("<ul><li>eins</li><li>zwei</li></ul>", "eins\nzwei"),
    ]


def test_empty_elements_are_left_out():
    assert split_rich_text("<p></p><p> </p><p><br/></p><hr/>", resolve) == []


def test_loose_text_is_gathered_in_a_paragraph():
    source = "Wert &lt; 5 und <em>mehr</em><p>Absatz</p>"
    assert [piece.html for piece in split_rich_text(source, resolve)] == [
        "<p>Wert &lt; 5 und <em>mehr</em></p>",
        "<p>Absatz</p>",
    ]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            '<p><a linktype="page" id="7">Bericht</a></p>',
            '<p><a href="https://hub.example/id/7">Bericht</a></p>',
        ),
        ('<p><a linktype="page" id="8">gelöscht</a></p>', "<p>gelöscht</p>"),
        (
            '<p><a href="https://x.example/?a=1&amp;b=2">x</a></p>',
            '<p><a href="https://x.example/?a=1&amp;b=2">x</a></p>',
        ),
        ('<p><a href="javascript:alert(1)">x</a></p>', "<p><a>x</a></p>"),
    ],
)
def test_links(source, html):
    assert split_rich_text(source, resolve)[0].html == html


@pytest.mark.parametrize(
    "source",
    [
        "<p>a<script>alert(1)</script></p>",
        '<p onclick="alert(1)">a</p>',
        '<p>a<img src="x" onerror="alert(1)"></p>',
        '<p style="position:fixed">a</p>',
        "<div><p>a</p><iframe src='https://x.example'></iframe></div>",
        "<p>a<!-- geheim --></p>",
    ],
)
def test_nothing_active_or_hidden_survives(source):
    assert [piece.html for piece in split_rich_text(source, resolve)] == ["<p>a</p>"]


def test_plain_text_keeps_rows_and_cells_apart():
    rows = "<tr><th>Jahr</th><th>Euro</th></tr><tr><td>2026</td><td>120</td></tr>"
    table = f"<table><caption>Preise</caption>{rows}</table>"
    assert plain_text(table) == "Preise\nJahr | Euro\n2026 | 120"
