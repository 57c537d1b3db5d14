"""What ``REUSE.toml`` and the older ``.reuse/dep5`` say of files by their paths (REUSE 3.3)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from content.supply_chain.globs import Effort, Glob, loose_glob, reuse_glob

PRECEDENCES = frozenset({"closest", "aggregate", "override"})


@dataclass(frozen=True)
class Annotation:
    """Licences and holder of all files below ``folder`` whose rest of the path one of ``patterns`` matches.

    ``depth`` is how deep the file that says so lies: the deepest one counts.
    """

    folder: str
    patterns: tuple[Glob, ...]
    licences: tuple[str, ...]
    holder: bool
    precedence: str = "closest"

    @property
    def depth(self) -> int:
        """Folders above it."""
        return self.folder.count("/")

    def matches(self, path: str, effort: Effort) -> bool:
        """Whether it speaks of the file at ``path``."""
        rest = path.removeprefix(self.folder)
        return path.startswith(self.folder) and any(each.matches(rest, effort) for each in self.patterns)


def annotations_in(source: bytes, folder: str) -> Iterator[Annotation]:
    """The annotations of a ``REUSE.toml`` in ``folder``, which ends in a slash or is empty; broken: none."""
    try:
        said = tomllib.loads(source.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    listed = said.get("annotations")
    for each in listed if isinstance(listed, list) else []:
        if isinstance(each, dict) and each.get("path"):
            precedence = each.get("precedence")
            yield Annotation(
                folder,
                tuple(map(reuse_glob, _texts(each["path"]))),
                tuple(_texts(each.get("SPDX-License-Identifier"))),
                bool(_texts(each.get("SPDX-FileCopyrightText"))),
                precedence if precedence in PRECEDENCES else "closest",
            )


def dep5_in(source: bytes) -> Iterator[Annotation]:
    """The paragraphs of ``.reuse/dep5`` (Debian's machine-readable copyright file 1.0) that name files."""
    for paragraph in re.split(r"\n[ \t]*\n", source.decode("utf-8", "replace")):
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*((?:.*(?:\n[ \t].*)*))", paragraph, re.MULTILINE))
        if "Files" in fields:
            patterns = tuple(map(loose_glob, fields["Files"].split()))
            licence = fields.get("License", "").split("\n")[0].strip()
            yield Annotation(
                "", patterns, (licence,) if licence else (), bool(fields.get("Copyright")), "aggregate"
            )


def _texts(said: Any) -> list[str]:
    listed = said if isinstance(said, list) else [said]
    return [each for each in listed if isinstance(each, str) and each.strip()]
