"""Checking a publiccode.yml: everything that is wrong, at once, each with its place.

Source: the publiccode.yml standard 0.7.0; ``schema.json`` says its keys and values.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from content.publiccode import wording
from content.publiccode.formats import checker, is_country, is_day
from content.publiccode.reading import NOWHERE, Finding, Path, Place, Tree, key_of, read

VERSION = "0.7.0"
CURRENT = frozenset({"0", "0.7", VERSION})
COUNTRY_LISTS = (("countries",), ("unsupportedCountries",))
LENGTHS = {"minLength": 1, "maxLength": -1}


@dataclass(frozen=True)
class Report:
    """What a check found. ``data`` is what was read, with empty keys left out; None if it is no YAML.

    ``unknown`` are the keys that the standard does not know.

    Errors make the file invalid, warnings do not. Both stand in the order of the file.
    """

    errors: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    data: dict[str, Any] | None = field(default=None)
    unknown: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether it has no errors."""
        return not self.errors


def check(source: bytes) -> Report:
    """Check a file as it was written."""
    return _examine(read(source))


def check_data(data: Mapping[str, Any]) -> Report:
    """Check what is still to be written."""
    return _examine(Tree(data=dict(data)))


def _examine(tree: Tree) -> Report:
    if tree.data is None:
        return _report(tree)
    tree.data = _without_empty(tree.data)
    unquoted, unknown = set(tree.numbers), list[Path]()
    for error in _validator().iter_errors(tree.data):
        for path, message, is_warning in _findings(error, tree):
            found = tree.warnings if is_warning else tree.errors
            unknown += [path] if is_warning else []
            found.append(Finding(tree.place_of(path), path, message))
    _check_version(tree, unquoted)
    _check_descriptions(tree)
    _warn(tree, unquoted)
    report = _report(tree)
    return replace(report, unknown=tuple(key_of(path) for path in unknown))


def _report(tree: Tree) -> Report:
    return Report(_in_order(tree.errors), _in_order(tree.warnings), tree.data)


def _in_order(found: list[Finding]) -> tuple[Finding, ...]:
    """As they stand in the file, what is missing behind them."""

    def place(each: Finding) -> tuple[bool, Place, list[str]]:
        return each.place == NOWHERE, each.place, [str(part) for part in each.path]

    return tuple(dict.fromkeys(sorted(found, key=place)))


def _without_empty(value: Any) -> Any:
    """A key without a value is as good as none."""
    if isinstance(value, dict):
        return {key: _without_empty(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value


def _findings(error: ValidationError, tree: Tree) -> Iterator[tuple[Path, str, bool]]:
    """Path and sentence of an error, and whether it is but a warning."""
    path: Path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        for key in error.instance:
            if key not in known:
                yield (*path, key), wording.explain_unknown(key, known), True
    elif error.validator == "required":
        key = next(key for key in error.validator_value if repr(key) in error.message)
        yield (*path, key), wording.explain_missing(key), False
    elif "propertyNames" in error.absolute_schema_path:
        yield (*path, error.instance), wording.explain(error), False
    else:
        yield path, wording.explain(error), False


def _check_version(tree: Tree, unquoted: set[Path]) -> None:
    path = ("publiccodeYmlVersion",)
    written = tree.data.get("publiccodeYmlVersion")
    if path in unquoted:
        message = _("Put the version in quotes: “%(version)s”.") % {"version": written}
        tree.errors.append(Finding(tree.place_of(path), path, message))
    elif isinstance(written, str) and written.startswith("0.") and written not in CURRENT:
        message = _("This is an earlier version of the standard. Write “%(version)s”.") % {"version": VERSION}
        tree.warnings.append(Finding(tree.place_of(path), path, message))


def _check_descriptions(tree: Tree) -> None:
    """One language at least must have a long description and features (the standard's presence rules)."""
    texts = tree.data.get("description")
    if not isinstance(texts, dict) or not texts:
        return
    described = {language: text for language, text in texts.items() if isinstance(text, dict)}
    for key in ("longDescription", "features"):
        holders = [language for language, text in described.items() if text.get(key)]
        if described and not holders:
            path: Path = ("description", next(iter(described)), key)
            tree.errors.append(Finding(tree.place_of(path), path, wording.explain_missing(key)))
        for language in described if holders else ():
            if language not in holders:
                message = _("Other tools ask for “%(key)s” in each language. Add it here.") % {"key": key}
                path = ("description", language, key)
                tree.warnings.append(Finding(tree.place_of(path), path, message))


def _warn(tree: Tree, unquoted: set[Path]) -> None:
    today = timezone.localdate().isoformat()
    for path, value in _walk(tree.data, ()):
        if path in unquoted and path != ("publiccodeYmlVersion",):
            _add_warning(tree, path, _("YAML takes this for a number. Put it in quotes: “%(value)s”."), value)
        if _is_deprecated(path):
            tree.warnings.append(
                Finding(tree.place_of(path), path, wording.explain_deprecated(str(path[-1])))
            )
        if not isinstance(value, str):
            continue
        if path[-2:-1] in COUNTRY_LISTS and value.islower() and is_country(value):
            _add_warning(tree, path, _("Write the country in capitals: “%(value)s”."), value.upper())
        elif path[-1] == "until" and is_day(value) and value < today:
            _add_warning(tree, path, _("This contract ended on %(value)s. Is there a new one?"), value)


def _add_warning(tree: Tree, path: Path, sentence: str, value: str) -> None:
    tree.warnings.append(Finding(tree.place_of(path), path, sentence % {"value": value}))


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from _walk(each, (*path, key))


def _is_deprecated(path: Path) -> bool:
    """Whether the schema marks the key of ``path`` as such."""
    place: Any = _schema()
    for part in path:
        place = _schema()["$defs"][place["$ref"].rpartition("/")[2]] if "$ref" in place else place
        if isinstance(part, int):
            place = place.get("items", {})
        else:
            other = place.get("additionalProperties")
            place = place.get("properties", {}).get(part) or (other if isinstance(other, dict) else {})
    return bool(place.get("deprecated"))


@cache
def _schema() -> Any:
    return json.loads(FilePath(__file__).with_name("schema.json").read_text(encoding="utf-8"))


@cache
def _validator() -> Validator:
    lengths = {name: _length_rule(name, sign) for name, sign in LENGTHS.items()}
    return extend(Draft202012Validator, lengths)(_schema(), format_checker=checker)


def _length_rule(name: str, sign: int) -> Any:
    """Counts what a reader sees as one character once (Unicode, canonical composition)."""

    def rule(validator: Any, limit: int, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str):
            seen = [
                each for each in unicodedata.normalize("NFC", instance) if not unicodedata.combining(each)
            ]
            if (len(seen) - limit) * sign < 0:
                yield ValidationError(name)

    return rule
