"""No message stands within an f-string: the tool that gathers messages does not find it there."""

from __future__ import annotations

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TOPS = ("content", "events", "federation", "fixtures", "hub", "search", "theme")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "npgettext", "pgettext", "pgettext_lazy"}
SOURCES = sorted(path for top in TOPS for path in (PROJECT / top).glob("**/*.py"))


def hidden_messages(source: str) -> list[int]:
    """The lines of f-strings in which a message is asked for."""
    return [
        text.lineno
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS
    ]


def test_no_message_is_hidden_in_an_f_string() -> None:
    found = {str(path): hidden_messages(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_one_that_is_would_be_found() -> None:
    assert hidden_messages("a = 1\nb = f\"{_('valid')}\"") == [2]
