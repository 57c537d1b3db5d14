"""JSON from other hubs, read without the leniencies that let two readers see two messages."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from hub.errors import RefusedMessage

MAX_DEPTH = 32
MAX_SAFE = 2**53 - 1
_SUSPECT = re.compile(r"\\u(0000|[dD][89a-fA-F])")


def loads(text: bytes | str) -> Any:
    """Parse JSON. Raises :class:`RefusedMessage` for anything that I-JSON (RFC 7493) does not allow.

    That is: duplicate keys, NaN and infinities, integers beyond 2^53, invalid UTF-8 and surrogates
    without their partner; and neither nesting deeper than :data:`MAX_DEPTH` nor the character NUL,
    which the database cannot hold.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        text.encode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_safe_int,
            parse_float=_finite,
        )
    except RecursionError as error:
        raise RefusedMessage("the JSON is nested too deeply") from error
    except ValueError as error:
        raise RefusedMessage(f"the JSON cannot be read: {error}") from error
    _check_depth(value)
    if _SUSPECT.search(text):
        _check_characters(value)
    return value


def loads_object(text: bytes | str) -> dict[str, Any]:
    """Parse JSON that must be an object."""
    value = loads(text)
    if not isinstance(value, dict):
        raise RefusedMessage("the JSON is not an object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _safe_int(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_SAFE:
        raise ValueError("an integer beyond 2^53")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond double precision")
    return number


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise RefusedMessage("the JSON is nested too deeply")


def _check_characters(value: Any) -> None:
    try:
        plain = json.dumps(value, ensure_ascii=False).encode("utf-8").decode("utf-8")
    except UnicodeEncodeError as error:
        raise RefusedMessage("the JSON has half a character") from error
    if "\\u0000" in plain.replace("\\\\", ""):
        raise RefusedMessage("the JSON has the character NUL")
