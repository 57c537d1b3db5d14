"""Canonical JSON: the same bytes as the library's, whichever encoder wrote them."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from hub.documents.jcs import MAX_SAFE, canonical

KEYS = st.text(max_size=6) | st.sampled_from(["a", "B", "ä", "€", "\U0001f600", "דּ", "\x7f", "_"])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE, MAX_SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
@example({"b": [1, True, None, '\x00\x1f\x7f"\\/\n\u2028€😀'], "a": {"Z": -1, "a": 0}})
@example({"\U0001f600": 1, "דּ": 2})  # UTF-16 sorts these the other way round than code points do
@example([1.0, 1e21, -0.0, 0.000001])
def test_the_bytes_are_those_of_the_library(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_what_is_plain_does_not_need_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rfc8785, "dumps", lambda value: b"library")
    assert canonical({"b": ("ä", 1), "a": None}) == '{"a":null,"b":["ä",1]}'.encode()
    assert canonical({"b": 0.5}) == canonical({"ä": 1}) == b"library"


@pytest.mark.parametrize("value", [MAX_SAFE + 1, float("nan"), "\ud800", {1: "key"}, {"a": object()}])
def test_what_has_no_such_form_is_refused(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)
