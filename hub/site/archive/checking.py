"""Whether an archive is whole: checksums, documents, log and every link. All faults are told at once."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.documents import canonical, digest_of
from hub.site.archive import places
from hub.site.archive.folder import sha256_of, walk
from hub.site.archive.links import TAG, attributes_of, ids_of

ENVELOPE = ".huelle.json"
NEEDED = ("object_id", "uuid", "origin", "source", "revision", "digest", "salt", "first_published", "changed")


def check_folder(root: Path) -> list[str]:
    """Every fault of an archive, in words that name the file; none if it is whole."""
    for name in (places.MANIFEST, places.SUMS):
        if not (root / name).is_file():
            return [f"{name} is missing: {root} is no whole archive"]
    faults = [*check_sums(root), *check_documents(root), *check_log(root)]
    return faults + check_links(root)


def check_sums(root: Path) -> Iterator[str]:
    """Files that are missing, changed, or not in the list of checksums; links count as foreign."""
    listed: set[str] = set()
    for line in (root / places.SUMS).read_text(encoding="utf-8").splitlines():
        digest, _gap, path = line.partition("  ")
        listed.add(path)
        file = root / path
        if not path or path.startswith("/") or ".." in path.split("/"):
            yield f"{places.SUMS}: {path} leads out of the archive"
        elif file.is_symlink() or not file.is_file():
            yield f"{path}: is missing"
        elif sha256_of(file) != digest:
            yield f"{path}: its checksum is another"
    for path in walk(root):
        if (root / path).is_symlink():
            yield f"{path}: is a link, no file"
        elif path not in listed and path not in (places.SUMS, places.SIGNATURE):
            yield f"{path}: is not listed in {places.SUMS}"


def check_documents(root: Path) -> Iterator[str]:
    """Documents whose digest or id differs from what their envelope says."""
    for file in sorted((root / "json").glob(f"*{ENVELOPE}")):
        path = file.relative_to(root).as_posix()
        envelope = read_object(file)
        if envelope is None or any(name not in envelope for name in NEEDED):
            yield f"{path}: is no whole envelope"
            continue
        body = file.with_name(file.name.removesuffix(ENVELOPE) + ".json")
        if not body.is_file():
            yield f"{path}: its document is missing"
        elif digest_of(body.read_bytes(), str(envelope["salt"])) != envelope["digest"]:
            yield f"json/{body.name}: its content is not what its envelope says"
        elif (read_object(body) or {}).get("id") != envelope["object_id"]:
            yield f"json/{body.name}: it calls itself otherwise than its envelope"


def check_log(root: Path) -> Iterator[str]:
    """Where the chain of the log breaks."""
    last = ""
    for number, change in enumerate(read_log(root), start=1):
        if change is None:
            yield f"{places.LOG}, line {number}: cannot be read"
            return
        stated = change.pop("hash", "")
        if change.get("prevHash") != last or hashlib.sha256(canonical(change)).hexdigest() != stated:
            yield f"{places.LOG}, line {number}: the chain breaks"
            return
        last = stated


def check_links(root: Path) -> list[str]:
    """Links of every page that lead to no file, to no place in it, or back to the instance."""
    origin = str((read_object(root / places.MANIFEST) or {}).get("origin", ""))
    faults: list[str] = []
    crossing: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in (path for path in walk(root) if path.endswith(".html") and not path.startswith("dateien/")):
        html = (root / path).read_text(encoding="utf-8", errors="replace")
        own = ids_of(html)
        for address in _addresses(html):
            fault = _check_link(root, origin, path, address, own, crossing)
            faults += [f"{path}: {fault}"] if fault else []
    for target, wanted in crossing.items():
        held = ids_of((root / target).read_text(encoding="utf-8", errors="replace"))
        faults += [f"{path}: there is no {target}#{name}" for path, name in wanted if name not in held]
    return faults


def read_object(file: Path) -> dict[str, Any] | None:
    """The JSON object of a file; None if it holds none."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def read_log(root: Path) -> Iterator[dict[str, Any] | None]:
    """The changes of the log, one a line; None for a line that holds none."""
    if not (root / places.LOG).is_file():
        return
    with (root / places.LOG).open("rb") as lines:
        for line in lines:
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                found = None
            yield found if isinstance(found, dict) else None


def _addresses(html: str) -> Iterator[str]:
    for slash, name, rest in TAG.findall(html):
        if slash:
            continue
        held = attributes_of(rest)
        yield from (held[key] for key in ("href", "src", "action") if key in held and name.lower() != "base")


def _check_link(
    root: Path,
    origin: str,
    path: str,
    address: str,
    own: set[str],
    crossing: dict[str, set[tuple[str, str]]],
) -> str:
    """What is wrong with a link; empty for nothing. A place in another page is noted in ``crossing``."""
    parts = urlsplit(address)
    if parts.scheme in ("mailto", "tel"):
        return ""
    if parts.scheme or parts.netloc:
        is_own = f"{parts.scheme}://{parts.netloc}" == origin
        if parts.scheme not in ("http", "https") or (is_own and not parts.path.startswith("/id/")):
            return f"{address} leads back to the instance"
        return ""
    if not parts.path:
        known = not parts.fragment or unquote(parts.fragment) in own
        return "" if known else f"there is no {address} on the page"
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
    if parts.path.startswith("/") or target.startswith("..") or not (root / target).is_file():
        return f"{address} leads to no file"
    if parts.fragment and target.endswith(".html"):
        crossing[target].add((path, unquote(parts.fragment)))
    return ""
