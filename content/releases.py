"""The releases of a module: which is the current one, and what each brings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from content.media import Media
from hub.documents import Release


def build_releases(stream: Iterable[Any], media: Media) -> tuple[Release, ...]:
    """All releases that have a version, newest first; their files go to ``media``.

    Those of one day keep the order they were written in. One without a day comes after those that
    have one: nothing says that it is newer.
    """
    releases = [
        _build_release(child.value, media) for child in stream if (child.value["version"] or "").strip()
    ]
    return tuple(sorted(releases, key=lambda release: release.released or dt.date.min, reverse=True))


def _build_release(value: Any, media: Media) -> Release:
    files = (media.attach(file).digest for file in value["files"] or () if file)
    return Release(
        version=value["version"].strip(),
        released=value["released"],
        notes=(value["notes"] or "").strip(),
        files=tuple(dict.fromkeys(files)),
    )
