from __future__ import annotations

import pytest

from hub.documents import Relation
from tests.theme.entries import make_document
from theme.markup import clean_markup, local_address, referenced_ids

KNOWN = "http://koblenz.localhost:8002/id/6d19500b-aa33-5884-9a3d-0b158765ddb6"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<p style="position:fixed">x</p>',
        '<img src="https://elsewhere.example/pixel">',
        '<iframe src="https://elsewhere.example"></iframe>',
        '<p id="inhalt" class="site-header">x</p>',
        "<style>body{display:none}</style>",
        '<form action="https://elsewhere.example"><button>x</button></form>',
    ],
)
def test_received_markup_is_sanitised_again(hostile: str) -> None:
    cleaned = clean_markup(hostile)
    for trace in ("script", "onclick", "javascript", "style", "<img", "iframe", "id=", "class=", "form"):
        assert trace not in cleaned


def test_link_to_known_document_stays_here_with_its_fragment() -> None:
    html = clean_markup(f'<p><a href="{KNOWN}#rat-1">x</a></p>', {KNOWN})
    assert 'href="/id/6d19500b-aa33-5884-9a3d-0b158765ddb6#rat-1"' in html


def test_link_to_unknown_document_leads_to_its_origin() -> None:
    assert local_address(KNOWN, set()) == KNOWN


def test_other_link_is_untouched() -> None:
    assert 'href="https://example.org/a"' in clean_markup('<a href="https://example.org/a">x</a>', {KNOWN})


def test_table_is_framed_for_narrow_screens() -> None:
    html = clean_markup("<table><tbody><tr><td>1</td></tr></tbody></table>")
    assert html.startswith('<div class="table-frame" role="group"')
    assert html.endswith("</table></div>")


def test_references_come_from_links_and_relations_but_not_to_itself() -> None:
    other = "http://trier.localhost:8004/id/b71b87ca-35be-5eb7-8c8e-f6fff8814cb9"
    document = make_document(
        html=f'<p><a href="{KNOWN}#ziel-1">x</a></p>', relations=(Relation(type="uses", target=other),)
    )
    own = document.model_copy(
        update={"relations": (*document.relations, Relation(type="uses", target=document.id))}
    )
    assert referenced_ids(own) == {KNOWN, other}


def test_link_to_withheld_document_becomes_text_with_its_note() -> None:
    html = clean_markup(
        f'<p><a title="&quot;> href=" href="{KNOWN}#rat-1"><b>x</b></a> <a href="https://example.org/">y</a></p>',
        withheld={KNOWN: "nur <hier>"},
    )
    assert '<span class="withheld"><b>x</b> <span class="badge">nur &lt;hier&gt;</span></span>' in html
    assert KNOWN not in html
    assert 'href="https://example.org/"' in html
