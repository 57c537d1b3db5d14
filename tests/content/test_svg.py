"""An SVG that could run or load something is refused, with a sentence that says what to take out."""

from __future__ import annotations

import io

import pytest

from content.svg import UnsafeSvg, check_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def check(content: str) -> None:
    check_svg(io.BytesIO(f"{HEAD}{content}</svg>".encode()))


@pytest.mark.parametrize(
    "content",
    [
        '<title>Diagramm</title><rect width="5" height="5" fill="#4159D8"/>',
        '<defs><linearGradient id="g"/></defs><rect fill="url(#g)"/><use href="#g"/>',
        "<style>.a { fill: url('#g'); font-family: sans-serif }</style>",
        '<image href="data:image/png;base64,iVBORw0KGgo="/>',
    ],
)
def test_drawings_pass(content):
    check(content)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("<script>alert(1)</script>", "script"),
        ('<rect onload="alert(1)"/>', "onload"),
        ('<g ONCLICK="alert(1)"/>', "onclick"),
        ('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>', "foreignobject"),
        ('<image href="https://x.example/p.png"/>', "https://x.example"),
        ('<image xlink:href="//x.example/p.png"/>', "//x.example"),
        ('<a href="javascript:alert(1)"><rect/></a>', "javascript"),
        ('<use href="data:image/svg+xml;base64,AAAA"/>', "data:image/svg"),
        ('<rect style="fill: url(https://x.example/a)"/>', "style"),
        ('<rect fill="url(https://x.example/a)"/>', "fill"),
        ("<style>@import 'https://x.example/a.css';</style>", ""),
        ("<style>.a { fill: u\\72l(https://x.example) }</style>", ""),
        ('<a href="#x"><animate attributeName="href" to="javascript:alert(1)"/></a>', ""),
        ("<rect", ""),
    ],
)
def test_active_and_external_content_is_refused(content, named):
    with pytest.raises(UnsafeSvg) as caught:
        check(content)
    assert named in str(caught.value)


def test_entities_style_sheets_and_other_encodings_are_refused():
    for raw in (
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<?xml-stylesheet href="https://x.example/a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        f"{HEAD}<script>1</script></svg>".encode("utf-16"),
    ):
        with pytest.raises(UnsafeSvg):
            check_svg(io.BytesIO(raw))
