"""Where two documents differ, in paths an operator can look up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hub.documents import Document

LONGEST = 120
IGNORED = frozenset({"schema_version"})
"""Older documents name an older minor version; their content is compared all the same."""

COMPUTED = frozenset({"responses"})
"""Facts that an instance works out from what a document does not hold; they begin anew."""


def list_differences(archived: Document, rebuilt: Document) -> list[str]:
    """One line for each difference, as ``texts.de.title: 'old' → 'new'``; none for equal documents."""
    return list(_differ("", archived.model_dump(mode="json"), rebuilt.model_dump(mode="json")))


def _differ(path: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            if path or name not in IGNORED:
                yield from _differ(f"{path}.{name}" if path else name, old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differ(f"{path}[{number}]", one, other)
    elif old != new:
        yield f"{path}: {_short(old)} → {_short(new)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
