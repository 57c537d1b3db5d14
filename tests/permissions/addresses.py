"""Walks the URL resolver: every address of the project, written as the tables write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
FOREIGN = ("wagtail", "wagtail_localize", "django")


@dataclass(frozen=True)
class Address:
    """An address with its parameters in angle brackets, and the module of its view."""

    path: str
    module: str

    @property
    def in_admin(self) -> bool:
        """Whether Wagtail's admin stands before it."""
        return self.path.startswith("/admin/")

    @property
    def is_ours(self) -> bool:
        """Whether this project brings the view."""
        return not self.module.startswith(FOREIGN)

    @property
    def is_plain(self) -> bool:
        """Whether it has no parameters."""
        return "<" not in self.path and "(" not in self.path and ".*" not in self.path


def walk_addresses() -> list[Address]:
    """All addresses, each once, in the order in which they are tried."""
    return list(dict.fromkeys(_walk(get_resolver(), "")))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield Address(_written(here, pattern.name or ""), str(view.__module__))
        else:
            yield from _walk(pattern, here)


def _written(pattern: str, name: str) -> str:
    if name == "wagtail_serve":
        return "/<path>"
    return "/" + CONVERTER.sub(r"<\1>", GROUP.sub(r"<\1>", pattern)).removesuffix("$")
