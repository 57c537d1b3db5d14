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


def nested(levels: int, times: int, part: str, repeat: str) -> str:
    """Each level draws the one before several times."""
    whole = part.format(n=0, inner="<path d='M0 0L1 1'/>")
    for n in range(1, levels):
        whole += part.format(n=n, inner=repeat.format(n=n - 1) * times)
    return whole + repeat.format(n=levels - 1)


PATTERN = "<pattern id='p{n}' width='1' height='1'>{inner}</pattern>"
MARKER = "<marker id='m{n}'>{inner}</marker>"
RECTS = "<rect/>" * 200
CIRCLES = [
    "<g id='a'><use href='#a'/></g>",
    "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
    "<pattern id='p'><rect fill='url(#p)'/></pattern><rect fill='url(#p)'/>",
    "<g fill='url(#p)'><pattern id='p'><rect/></pattern><rect/></g>",
    "<clipPath id='c'><rect clip-path='url(#c)'/></clipPath><rect clip-path='url(#c)'/>",
]
HEAVY = {
    "copies": nested(12, 6, "<g id='a{n}'>{inner}</g>", "<use xlink:href='#a{n}'/>"),
    "symbols": nested(12, 6, "<symbol id='a{n}'>{inner}</symbol>", "<use href=' #a{n}'/>"),
    "patterns": nested(12, 6, PATTERN, "<rect fill='url(#p{n})'/>"),
    "patterns by a style": nested(12, 6, PATTERN, "<rect style='stroke: url( #p{n})'/>"),
    "markers": nested(12, 2, MARKER, "<path d='M0 0L1 1L2 2' marker-mid='url(#m{n})'/>"),
    "masks": nested(12, 6, "<mask id='m{n}'>{inner}</mask>", "<rect mask='url(#m{n})'/>"),
    "clipping": nested(12, 6, "<clipPath id='c{n}'>{inner}</clipPath>", "<rect clip-path='url(#c{n})'/>"),
    "inherited": "<pattern id='p'>" + RECTS + "</pattern><g fill='url(#p)'>" + RECTS + "</g>",
    "corners": "<marker id='m'>" + RECTS + "</marker>" + f"<g marker='url(#m)'><path d='M{'0 ' * 200}'/></g>",
    "style sheet": "<style>g .a { fill: url(#p) }</style><pattern id='p'>"
    + RECTS
    + "</pattern>"
    + "<rect class='b a'/>" * 200,
    "use that hands its look on": "<pattern id='p'>"
    + RECTS
    + "</pattern><g id='g'>"
    + RECTS
    + "</g><use href='#g' fill='url(#p)'/>",
    "a style sheet hidden in strings and comments": "<style>.a /* .b */ { x: '}'; fill: url(#p) }</style>"
    + f"<pattern id='p'>{RECTS}</pattern>"
    + "<rect class='a'/>" * 200,
    "a comment before the selector's end": "<style>.a/* .b*/{fill:/*;*/url(#p)}</style>"
    + f"<pattern id='p'>{RECTS}</pattern>"
    + "<rect class='a'/>" * 200,
    "rules within rules": "<style>.a { fill: url(#p); .b { x: y } }</style>"
    + f"<pattern id='p'>{RECTS}</pattern>"
    + "<rect class='a'/>" * 200,
    "an id that is there twice": f"<g id='a'>{RECTS}</g><g id='a'/>" + "<use href='#a'/>" * 200,
    "a chain that was begun at its end": "<g id='a0'/>"
    + "".join(f"<g id='a{n}'><use href='#a{n - 1}'/></g>" for n in range(1, 300)),
    "depth": "<g>" * 300 + "</g>" * 300,
    "length": "<g/>" * 50_001,
    "stops": "<linearGradient id='g'>"
    + "<stop/>" * 300
    + "</linearGradient>"
    + "<rect fill='url(#g)'/>" * 300,
}


@pytest.mark.parametrize("content", [*HEAVY.values(), *CIRCLES], ids=[*HEAVY, *map(str, range(len(CIRCLES)))])
def test_what_would_take_for_ever_to_draw_is_refused(content):
    with pytest.raises(UnsafeSvg, match="wiederholt ihre Teile"):
        check(content)


@pytest.mark.parametrize(
    "content",
    [
        "<g>" * 50 + "</g>" * 50,
        "<rect/>" * 20_000,
        "<linearGradient id='g'><stop/><stop/></linearGradient>" + "<rect fill='url(#g)'/>" * 5_000,
        "<style>.a,.b{clip-path:url(#c)}</style><clipPath id='c'><rect/></clipPath>"
        + "<g class='a'/>" * 2_000,
        "<symbol id='s'><path d='M0 0'/></symbol>" + "<use href='#s'/>" * 3_000,
        "<use href='#nowhere'/><rect fill='url(#nowhere)'/>",
        "<g id='a'><a href='#a'><rect/></a></g>",
    ],
)
def test_large_drawings_that_people_make_pass(content):
    check(content)
