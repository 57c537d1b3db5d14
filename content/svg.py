"""Which SVG pictures may be published: those that can neither run nor load anything, nor stop whoever draws.

An SVG opened by its address is a page of the site, so what a browser would execute or fetch
(SVG 2, chapters 15 and 16) is refused when it is uploaded.
"""

from __future__ import annotations

import re
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _

from content.svg_weight import TooHeavy, check_weight, local

FORBIDDEN = frozenset({"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler"})
LINKS = frozenset({"href", "src"})
# A backslash is refused because CSS escapes would hide the words looked for.
STYLE_LOAD = re.compile(r"\\|@import|image-set\(|url\((?!\s*['\"]?\s*#)", re.IGNORECASE)
EMBEDDED = re.compile(r"^(#|data:image/(png|jpeg|gif|webp)[;,])", re.IGNORECASE)


class UnsafeSvg(Exception):
    """A picture that must not be published: the message says what to take out."""


def check_svg(file: IO[bytes]) -> None:
    """Raise :class:`UnsafeSvg` if the SVG in ``file`` holds anything active or external, or is too heavy."""
    file.seek(0)
    data = file.read()
    file.seek(0)
    if b"\x00" in data or b"xml-stylesheet" in data:
        raise UnsafeSvg(
            _("This SVG picture names a style sheet or is not encoded in UTF-8. Save it as plain SVG.")
        )
    try:
        tree = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnsafeSvg(
            _("This SVG picture cannot be read, or declares a document type or entities.")
        ) from error
    for element in tree.iter():
        _check_element(element)
    try:
        check_weight(tree)
    except TooHeavy as error:
        raise UnsafeSvg(
            _(
                "This SVG picture repeats its parts so often, or in a circle, that drawing it would take "
                "very long. Save it as plain SVG without copies and patterns within each other, or as PNG."
            )
        ) from error


def _check_element(element: Element) -> None:
    tag = local(element.tag)
    if tag in FORBIDDEN:
        raise UnsafeSvg(
            _("This SVG picture contains “%(element)s”. Remove it and upload again.") % {"element": tag}
        )
    if tag == "style" and STYLE_LOAD.search("".join(element.itertext())):
        raise UnsafeSvg(
            _("The styles of this SVG picture load something from outside. Embed it or leave it out.")
        )
    if tag in {"animate", "set"} and local(element.get("attributeName", "")).endswith("href"):
        raise UnsafeSvg(_("This SVG picture changes a link by animation. Remove it and upload again."))
    for name, value in element.attrib.items():
        _check_attribute(local(name), value.strip())


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise UnsafeSvg(
            _("This SVG picture contains the event handler “%(name)s”. Remove it and upload again.")
            % {"name": name}
        )
    if name in LINKS and not EMBEDDED.match(value):
        raise UnsafeSvg(
            _("This SVG picture refers to “%(value)s”. Only parts of the picture itself may be referred to.")
            % {"value": value[:80]}
        )
    if STYLE_LOAD.search(value):
        raise UnsafeSvg(_("This SVG picture loads something from outside in “%(name)s”.") % {"name": name})
