"""The list at the top of this package names tests that are there, and leaves none of the package's out."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from pathlib import Path

import tests.federation.adversarial as package

HERE = Path(__file__).parent
TESTS = HERE.parent.parent
NAMED = re.compile(r"([\w/]+\.py)::(test_\w*\*?)")
OUTSIDE = {"test_list.py"}
CONTROLS = {"test_every_door_opens_to_a_right_signature"}
"""What only shows that the others would fail otherwise."""


def named() -> list[tuple[Path, str]]:
    """File and name of each test that the list names."""
    joined = re.sub(r"(?<=[/:])\s+", "", package.__doc__ or "")
    return [(TESTS / place if "/" in place else HERE / place, name) for place, name in NAMED.findall(joined)]


def names_in(file: Path) -> set[str]:
    """The names of a file's tests."""
    parsed = ast.parse(file.read_text())
    return {
        each.name for each in parsed.body if isinstance(each, ast.FunctionDef) and each.name[:5] == "test_"
    }


def test_each_test_of_the_list_is_there() -> None:
    missing = [
        f"{file.relative_to(TESTS)}::{name}"
        for file, name in named()
        if not file.exists() or not any(fnmatchcase(each, name) for each in names_in(file))
    ]
    assert len(named()) > 80
    assert missing == []


def test_each_test_of_the_package_is_in_the_list() -> None:
    left_out = []
    for file in sorted(HERE.glob("test_*.py")):
        if file.name not in OUTSIDE:
            known = [name for place, name in named() if place == file]
            left_out += [
                each for each in names_in(file) if not any(fnmatchcase(each, name) for name in known)
            ]
    assert set(left_out) == CONTROLS


def test_each_entry_of_the_list_has_a_test_of_this_package() -> None:
    entries = re.findall(r"^    (?! )([^:\n]+: .*(?:\n        .*)*)", package.__doc__ or "", re.MULTILINE)
    assert len(entries) == 64
    assert [each for each in entries if not re.search(r": test_\w+\.py::", each)] == []
