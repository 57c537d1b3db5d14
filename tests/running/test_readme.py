"""The README names what there is."""

from __future__ import annotations

import re
from pathlib import Path

from hub.env import VARIABLES

PROJECT = Path(__file__).resolve().parent.parent.parent
README = (PROJECT / "README.md").read_text()


def test_the_table_lists_exactly_the_variables() -> None:
    listed = re.findall(r"^\| `([A-Z0-9_]+)` \|", README, re.MULTILINE)
    assert listed == list(VARIABLES)


def test_each_target_named_exists_and_has_help() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.* ## \S", makefile, re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony.group(1).split()) == targets


def test_each_path_named_exists() -> None:
    for path in re.findall(r"`([a-z]+(?:/[a-z_]+)+(?:\.py|\.md|/))`", README):
        assert (PROJECT / path).exists(), path


def test_lock_files_name_no_registry() -> None:
    for name in ("package-lock.json", *(path.name for path in PROJECT.glob("requirements*.txt"))):
        text = (PROJECT / name).read_text()
        assert '"resolved"' not in text
        assert "--index-url" not in text
