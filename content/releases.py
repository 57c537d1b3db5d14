"""The releases of a module: which is the current one, and what each brings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from content.media import Media
from content.supply_chain.examining import find_parts_list, find_reuse_report
from content.supply_chain.parts_lists import read_parts_list
from hub.documents import Release
from hub.errors import UnreadableUpload


def build_releases(stream: Iterable[Any], media: Media, module_type: str) -> tuple[Release, ...]:
    """All releases that have a version, newest first; their files go to ``media``.

    Those of one day keep the order they were written in. One without a day comes after those that
    have one: nothing says that it is newer.
    """
    releases = [
        _build_release(child.value, media, module_type)
        for child in stream
        if (child.value["version"] or "").strip()
    ]
    return tuple(sorted(releases, key=lambda release: release.released or dt.date.min, reverse=True))


def _build_release(value: Any, media: Media, module_type: str) -> Release:
    files = [media.attach(file) for file in value["files"] or () if file]
    parts = media.attach(value["parts_list"]) if value.get("parts_list") else None
    return Release(
        version=value["version"].strip(),
        released=value["released"],
        notes=(value["notes"] or "").strip(),
        files=tuple(dict.fromkeys(file.digest for file in (*files, *filter(None, [parts])))),
        parts_list=find_parts_list(parts) if parts else None,
        reuse=find_reuse_report(files, module_type),
    )


def find_parts_list_faults(stream: Iterable[Any]) -> Iterator[str]:
    """What is wrong with the parts lists of releases, each with its version, for whoever publishes them."""
    for child in stream:
        document = child.value.get("parts_list")
        if document is None:
            continue
        try:
            with document.open_file() as file:
                read_parts_list(file, "")
        except (UnreadableUpload, FileNotFoundError) as error:
            yield f"{child.value['version']}: {error}"
