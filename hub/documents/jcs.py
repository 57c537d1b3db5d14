"""Canonical JSON after RFC 8785 (JCS): the bytes that are hashed and signed."""

from __future__ import annotations

import json
from typing import Any

import rfc8785

MAX_SAFE = 2**53 - 1
# What is left of JCS for values without numbers broken into fractions is what the encoder of the standard
# library, written in C, does as well: no space, sorted keys, only the escapes that JSON requires.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """Canonical JSON, UTF-8. Raises ``rfc8785.CanonicalizationError`` for what has no such form.

    Nearly every value here is plain (see :func:`_is_plain`); for those the faster encoder gives the same
    bytes. All others are left to the library.
    """
    if _is_plain(value):
        try:
            return _ENCODER.encode(value).encode("utf-8")
        except UnicodeEncodeError:  # half a surrogate pair: the library's error says so
            pass
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    """Whether both encoders write ``value`` alike.

    Left out are floats, integers beyond 2^53, keys beyond ASCII (JCS sorts by UTF-16, Python by code
    point) and all that is not exactly a type of JSON.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return not abs(value) > MAX_SAFE
    if kind is dict:
        plain = all(type(key) is str and key.isascii() for key in value)
        return plain and all(map(_is_plain, value.values()))
    return (kind is list or kind is tuple) and all(map(_is_plain, value))
