"""Pages of the site as pages of an archive: relative links, nothing that needs a server or JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
DROPPED = frozenset({"script", "form", "button", "noscript"})
"""Elements that go with all they hold."""

Resolve = Callable[[str], str | None]
"""From an address in a page to that in the archive; None for what the archive does not hold."""


def rewrite(html: str, resolve: Resolve) -> str:
    """The page with every address resolved. A link that leads nowhere becomes its text, a button goes."""
    return _Rewriting(html, resolve).run()


def attributes_of(text: str) -> Mapping[str, str]:
    """The quoted attributes of a tag, unescaped."""
    return {name.lower(): unescape(first or second) for name, first, second in ATTRIBUTE.findall(text)}


def ids_of(html: str) -> set[str]:
    """The ids of all elements."""
    return {
        found["id"]
        for _slash, _name, rest in TAG.findall(html)
        if "id" in rest and (found := attributes_of(rest)).get("id")
    }


class _Rewriting:
    def __init__(self, html: str, resolve: Resolve) -> None:
        self.html, self.resolve = html, resolve
        self.ids = ids_of(html)
        self.parts: list[str] = []
        self.links: list[bool] = []

    def run(self) -> str:
        last, skipped = 0, ""
        for tag in TAG.finditer(self.html):
            closing, name, rest = tag[1] == "/", tag[2].lower(), tag[3]
            if skipped:
                if closing and name == skipped:
                    skipped, last = "", tag.end()
                continue
            self.parts.append(self.html[last : tag.start()])
            last = tag.end()
            skipped = self._take(tag[0], name, rest, closing)
        self.parts.append(self.html[last:])
        return "".join(self.parts)

    def _take(self, tag: str, name: str, rest: str, closing: bool) -> str:
        """Write one tag; returns the element to be left out up to its end, if it is one."""
        if closing:
            if name != "a" or (self.links and self.links.pop()):
                self.parts.append(tag)
            return ""
        held = attributes_of(rest)
        if name in DROPPED or (name == "svg" and "mark" in held.get("class", "").split()):
            return name  # marks refer to another file, which browsers do not follow in a folder
        if name == "a":
            return self._take_link(tag, held)
        address = held.get("src") or (held.get("href") if name == "link" else None)
        if name == "input" and held.get("type") == "hidden":
            return ""
        self.parts.append(tag if not address else self._take_source(tag, name, held, address))
        return ""

    def _take_link(self, tag: str, held: Mapping[str, str]) -> str:
        href = held.get("href")
        if href is None:
            self.links.append(True)
            self.parts.append(tag)
            return ""
        target = self._target(href)
        if target is None and "kern-btn" in held.get("class", ""):
            return "a"
        self.links.append(target is not None)
        if target is not None:
            self.parts.append(tag if target == href else _replace(tag, "href", target))
        return ""

    def _target(self, href: str) -> str | None:
        if href.startswith("#"):
            return href if href[1:] in self.ids else None
        return self.resolve(href)

    def _take_source(self, tag: str, name: str, held: Mapping[str, str], address: str) -> str:
        target = self.resolve(address)
        if target is not None:
            return _replace(tag, "href" if name == "link" else "src", target)
        return f'<span class="muted">{escape(held["alt"])}</span>' if held.get("alt") else ""


def _replace(tag: str, attribute: str, value: str) -> str:
    quoted = escape(value)
    pattern = rf"(\s{attribute}\s*=\s*)(\"[^\"]*\"|'[^']*')"
    return re.sub(pattern, lambda found: f'{found[1]}"{quoted}"', tag, count=1)
