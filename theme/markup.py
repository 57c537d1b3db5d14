"""Markup of documents on the way to the page.

Documents come from other instances: whatever their origin promised, their markup is sanitised
again here. Links to documents lead to this instance where it holds the document.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from html import unescape
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hub.documents import Document

TAGS = {
    "p", "br", "strong", "b", "em", "i", "s", "del", "code", "pre", "kbd", "sub", "sup", "abbr", "q", "cite",
    "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "hr", "a",
    "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption",
    "h3", "h4", "h5", "h6",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
LINK = re.compile(r'<a(?:\s[\w-]+="[^"]*")*?\shref="([^"]*)"(?:\s[\w-]+="[^"]*")*>(.*?)</a>', re.DOTALL)
"""A link as the sanitiser writes it: its address and what it encloses."""
TICKED = re.compile(r"<li>(?=\s*(?:<p>)?[☐☑])")
"""An item that begins with a box to tick, which takes the place of its bullet."""
REFERENCE = re.compile(r"https?://[^\s\"'<>/]+/id/[0-9a-fA-F-]{36}")


def referenced_ids(document: Document) -> set[str]:
    """Ids of all documents that this one links to or relates to."""
    ids = {relation.target for relation in document.relations}
    for text in document.texts.values():
        for _section, block in text.blocks():
            ids.update(REFERENCE.findall(block.html))
    return ids - {document.id}


def clean_markup(
    html: str, known: Container[str] = (), withheld: Mapping[str, str] | None = None
) -> SafeString:
    """Sanitised markup whose links to the ``known`` document ids lead to this instance.

    Links to the ``withheld`` ids become text, followed by the note given for them.
    """

    def rewrite(tag: str, attribute: str, value: str) -> str | None:
        if tag == "a" and attribute == "href":
            return local_address(value, known)
        return value

    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=rewrite,
    )
    if withheld:
        cleaned = _unlink(cleaned, withheld)
    cleaned = TICKED.sub('<li class="tick">', cleaned)
    return mark_safe(_frame_tables(cleaned))  # noqa: S308 - nh3 has just reduced it to the tags above


def local_address(href: str, known: Container[str]) -> str:
    """``/id/<uuid>`` of this instance, fragment kept, for the id of a known document; else ``href``."""
    target, hash_sign, fragment = href.partition("#")
    if target not in known:
        return href
    return urlsplit(target).path + hash_sign + fragment


def _unlink(html: str, withheld: Mapping[str, str]) -> str:
    """Links to the ``withheld`` ids as text with a note; ``html`` has been sanitised."""

    def as_text(link: re.Match[str]) -> str:
        target = unescape(link[1]).partition("#")[0]
        if target not in withheld:
            return link[0]
        note = withheld[target]
        badge = format_html(' <span class="badge">{}</span>', note) if note else ""
        return f'<span class="withheld">{link[2]}{badge}</span>'

    return LINK.sub(as_text, html)


def _frame_tables(html: str) -> str:
    """Wide tables scroll inside a frame that the keyboard reaches, instead of widening the page."""
    label = escape(_("Table"))
    opening = f'<div class="table-frame" role="group" aria-label="{label}" tabindex="0"><table>'
    return html.replace("<table>", opening).replace("</table>", "</table></div>")
