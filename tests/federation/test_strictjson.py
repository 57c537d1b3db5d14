"""JSON that two readers could read differently, or that is meant to hurt."""

from __future__ import annotations

import pytest

from federation.strictjson import loads, loads_object
from hub.errors import RefusedMessage


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 9007199254740993}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": "x\\u0000y"}',
        b"[" * 40 + b"]" * 40,
        b"[" * 200_000 + b"]" * 200_000,
        b"{} {}",
        b"",
    ],
)
def test_it_is_refused(text):
    with pytest.raises(RefusedMessage):
        loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, 2.5, "\\u00e4", null]}', {"a": [1, 2.5, "ä", None]}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
    ],
)
def test_plain_json_is_read(text, value):
    assert loads_object(text) == value


def test_a_list_is_no_object():
    with pytest.raises(RefusedMessage):
        loads_object(b"[]")
