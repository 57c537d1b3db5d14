"""Whether a schedule is one that programme apps read: by schema, and by what no schema can say."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from lxml import etree

from events.printing.checking.faults import Fault, Unreadable
from events.printing.checking.rules import check_rules, frame_of_json, frame_of_xml
from events.printing.checking.trees import Path as JsonPath
from events.printing.checking.trees import read_json, read_xml

LONGEST_SENTENCE = 200

__all__ = ["Fault", "check_json", "check_schedule", "check_xml"]


def check_schedule(content: bytes) -> list[Fault]:
    """What is wrong with a schedule.xml or schedule.json, told apart by the first sign, line by line."""
    is_xml = content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    return check_xml(content) if is_xml else check_json(content)


def check_xml(content: bytes) -> list[Fault]:
    """What is wrong with a schedule.xml; the rules are asked once it fits the schema."""
    try:
        root = read_xml(content)
    except Unreadable as error:
        return [error.fault]
    schema = etree.XMLSchema(_schema())
    if not schema.validate(root):
        return sorted({Fault(error.line or 1, _shorten(error.message)) for error in schema.error_log})
    return sorted(check_rules(frame_of_xml(root)))


def check_json(content: bytes) -> list[Fault]:
    """What is wrong with a schedule.json; the rules are asked once it fits the schema."""
    try:
        said, lines = read_json(content)
    except Unreadable as error:
        return [error.fault]
    faults = [_fault(error, lines) for error in _validator().iter_errors(said)]
    return sorted(faults) or sorted(check_rules(frame_of_json(said, lines)))


def _fault(error: ValidationError, lines: dict[JsonPath, int]) -> Fault:
    path = tuple(error.absolute_path)
    where = f"“{path[-1]}”" if path else "The file"
    return Fault(lines.get(path, 1), f"{where} does not fit: {_shorten(error.message)}.")


def _shorten(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_SENTENCE else f"{sentence[:LONGEST_SENTENCE]}…"


def _is_moment(text: str) -> bool:
    """Whether it is a moment of the calendar; how it is written is said by the schema."""
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@cache
def _schema() -> Any:
    """Our schema of schedule.xml, read once for a process."""
    return etree.parse(Path(__file__).with_name("schedule.xsd"))


@cache
def _validator() -> Any:
    """Our schema of schedule.json, read once for a process."""
    schema = json.loads(Path(__file__).with_name("schedule.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    formats = FormatChecker(formats=())
    formats.checks("moment")(lambda said: not isinstance(said, str) or _is_moment(said))
    return Draft202012Validator(schema, format_checker=formats)
