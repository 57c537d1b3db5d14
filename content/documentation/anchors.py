"""Anchors of documentation: unique on the page, and found by the fragments its authors wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.text import slugify
from wagtail.coreutils import string_to_ascii

LONGEST = 60
NOT_IN_SLUGS = re.compile(r"[^\w\- ]")


@dataclass
class Anchors:
    """Hands out anchors, none twice. All begin with ``d-``, which no section of the record itself does."""

    _used: set[str] = field(default_factory=set)

    def claim(self, *parts: str) -> str:
        """An anchor from wordings; it never looks like that of a block, which ends in its number."""
        slug = "-".join(filter(None, (plain_slug(part)[:LONGEST].strip("-") for part in parts))) or "kapitel"
        if re.search(r"-\d+$", slug):
            slug += "-x"
        anchor, n = f"d-{slug}", 1
        while anchor in self._used:
            n += 1
            anchor = f"d-{slug}-nr{n}"
        self._used.add(anchor)
        return anchor


@dataclass
class Fragments:
    """What authors write after ``#`` to reach a heading of a file, and the anchor that it has here."""

    start: str
    _known: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def note(self, heading: str, anchor: str, chosen: str = "") -> None:
        """Enter a heading: as code platforms number repeated ones, and as generators of sites spell them."""
        slug = platform_slug(heading)
        count = self._counts.get(slug, 0)
        self._counts[slug] = count + 1
        for name in (chosen, f"{slug}-{count}" if count else slug, plain_slug(heading)):
            if name:
                self._known.setdefault(name.casefold(), anchor)

    def find(self, fragment: str) -> str | None:
        """The anchor; the beginning of the file for an empty fragment, None for an unknown one."""
        return self._known.get(fragment.casefold()) if fragment else self.start


def platform_slug(heading: str) -> str:
    """As GitHub and GitLab make fragments: lower case, punctuation dropped, spaces to hyphens."""
    return NOT_IN_SLUGS.sub("", heading.strip().lower()).replace(" ", "-")


def plain_slug(wording: str) -> str:
    """The same in plain letters, as MkDocs does it."""
    return str(slugify(string_to_ascii(wording)))
