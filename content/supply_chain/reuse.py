"""How far the files of an archive say whose they are and under which licence.

Source: REUSE specification 3.3. Headers are looked for in the first :data:`HEAD` bytes of a file, where the
specification wants them; snippets within files are not told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO

from content.supply_chain.annotations import Annotation, annotations_in, dep5_in
from content.supply_chain.globs import Effort
from hub.documents import ReuseReport
from hub.files.archives import Archive

HEAD = 256 * 1024
MOST_NAMED = 50
MOST_LICENCES = 100
LICENCE_TAG = re.compile(rb"SPDX-License-Identifier:[ \t]*([^\r\n]+)")
COPYRIGHT_TAG = re.compile(
    rb"SPDX-(?:File|Snippet)CopyrightText:[ \t]*\S"
    rb"|\bCopyright\b[ \t]*(?:\([cC]\)|\xc2\xa9)?[ \t]*\d{4}"
    rb"|\xc2\xa9[ \t]*\S"
)
IGNORED = re.compile(rb"REUSE-IgnoreStart.*?(?:REUSE-IgnoreEnd|\Z)", re.DOTALL)
LICENCE_FILE = re.compile(r"(?:COPYING|LICEN[CS]E)(?:[-.].*)?", re.IGNORECASE)
SPDX_DOCUMENT = re.compile(r".+\.spdx(?:\.(?:rdf|json|xml|ya?ml))?")
OUTSIDE = frozenset({".git", ".hg", ".svn", ".reuse", "LICENSES"})
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]*\+?")
OPERATORS = frozenset({"AND", "OR", "WITH"})


@dataclass
class Said:
    """What is said of one file: its licences, and whether its holder is named."""

    licences: set[str] = field(default_factory=set)
    holder: bool = False

    def add(self, other: Said) -> None:
        """What another place says of the same file as well."""
        self.licences |= other.licences
        self.holder |= other.holder

    @property
    def whole(self) -> bool:
        """Whether both are said."""
        return bool(self.licences) and self.holder


def report_on(archive: Archive, digest: str) -> ReuseReport:
    """What the archive that goes by ``digest`` says of its files. Each is read once, in their order."""
    reading = _Reading(_top_folder(entry.path for entry in archive.entries))
    for entry in archive.entries:
        with archive.open(entry.path) as file:
            reading.take(entry.path, entry.size, file)
    return reading.report(digest)


def follows_reuse(paths: Iterable[str]) -> bool:
    """Whether an archive with these paths means to follow REUSE at all."""
    known = list(paths)
    top = _top_folder(known)
    within = [path.removeprefix(top) for path in known]
    return any(path.startswith(("LICENSES/", ".reuse/")) or path == "REUSE.toml" for path in within)


class _Reading:
    """Gathers what the files of an archive say, below its one top folder if it has one."""

    def __init__(self, top: str) -> None:
        self.top = top
        self.said: dict[str, Said] = {}
        self.beside: dict[str, Said] = {}
        self.texts: set[str] = set()
        self.annotations: list[Annotation] = []
        self.effort = Effort()

    def take(self, path: str, size: int, file: BinaryIO) -> None:
        """Read one file."""
        path = path.removeprefix(self.top)
        parts = PurePosixPath(path).parts
        name = parts[-1]
        if parts[0] == "LICENSES":
            self.texts.add(_identifier_of(name))
        elif name == "REUSE.toml":
            self.annotations += annotations_in(file.read(HEAD), path.removesuffix(name))
        elif path == ".reuse/dep5":
            self.annotations += dep5_in(file.read(HEAD))
        elif name.endswith(".license"):
            self.beside[path.removesuffix(".license")] = _tags_in(file.read(HEAD))
        elif size and _is_covered(parts):
            self.said[path] = _tags_in(file.read(HEAD))

    def report(self, digest: str) -> ReuseReport:
        """The figures, once all files are read."""
        for path, said in self.said.items():
            self._complete(path, said)
        used = sorted({licence for said in self.said.values() for licence in said.licences})
        uncovered = sorted(path for path, said in self.said.items() if not said.whole)
        return ReuseReport(
            digest=digest,
            files=len(self.said),
            covered=len(self.said) - len(uncovered),
            licences=tuple(used[:MOST_LICENCES]),
            without_text=tuple(
                [licence for licence in used if licence.rstrip("+") not in self.texts][:MOST_LICENCES]
            ),
            uncovered=tuple(path[:300] for path in uncovered[:MOST_NAMED]),
        )

    def _complete(self, path: str, said: Said) -> None:
        """Adds what is said elsewhere: beside the file, and in the last annotation that matches it."""
        if path in self.beside:
            said.licences, said.holder = set(), False
            said.add(self.beside[path])
        matching = [each for each in self.annotations if each.matches(path, self.effort)]
        if not matching:
            return
        last = sorted(matching, key=lambda each: each.depth)[-1]  # of those of one depth the later one
        if last.precedence == "override":
            said.licences, said.holder = set(), False
        if last.precedence != "closest" or not said.licences:
            said.licences |= set(_identifiers(last.licences))
        said.holder |= last.holder


def _tags_in(head: bytes) -> Said:
    head = IGNORED.sub(b"", head)
    found = (tag.decode("utf-8", "replace") for tag in LICENCE_TAG.findall(head))
    return Said(set(_identifiers(found)), bool(COPYRIGHT_TAG.search(head)))


def _identifiers(expressions: Iterable[str]) -> Iterator[str]:
    """The identifiers in licence expressions; what closes a comment after them is none."""
    for expression in expressions:
        for word in re.split(r"[\s()]+", expression.replace("*/", " ").replace("-->", " ")):
            if word not in OPERATORS and IDENTIFIER.fullmatch(word):
                yield word[:100]


def _is_covered(parts: tuple[str, ...]) -> bool:
    name = parts[-1]
    return not (OUTSIDE & set(parts) or LICENCE_FILE.fullmatch(name) or SPDX_DOCUMENT.fullmatch(name))


def _identifier_of(name: str) -> str:
    """The licence whose text a file in ``LICENSES/`` holds: ``EUPL-1.2.txt`` is EUPL-1.2's."""
    stem, dot, ending = name.rpartition(".")
    return stem if dot and not ending[:1].isdigit() else name


def _top_folder(paths: Iterable[str]) -> str:
    """The one folder that everything lies in, with a slash; empty if there is none."""
    tops = {path.partition("/")[0] if "/" in path else "" for path in paths}
    return f"{tops.pop()}/" if len(tops) == 1 and "" not in tops else ""
