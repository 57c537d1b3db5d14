"""A fingerprint as the pages show it: in groups, as words and as a picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from federation.peering.pictures import draw_code
from federation.peering.words import words_of


@dataclass(frozen=True)
class Shown:
    """``groups`` are eight of four letters, ``words`` twenty; ``picture`` is an SVG of address and groups."""

    groups: list[str]
    words: list[str]
    picture: SafeString


def show(fingerprint: str, origin: str, name: str) -> Shown:
    """The fingerprint of the instance at ``origin``."""
    title = _("QR code of the fingerprint of %(name)s") % {"name": name}
    return Shown(
        groups=fingerprint.split(),
        words=words_of(fingerprint),
        picture=draw_code(f"{origin} {fingerprint}", title),
    )
