"""Archives between upload and approval: kept on disk with what was said of them, swept after a week."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, Any, BinaryIO

from django.utils.dateparse import parse_date

from content.documentation.services import NewRelease
from content.uploading.services import FULL, check_room, full_disk
from hub.files.partial import PREFIX, PartialFile
from hub.files.storage import content_storage

CHUNK = 256 * 1024
MOST_WAITING = 5
"""Of one person; each is uploaded again more easily than a full disk is emptied."""


@dataclass(frozen=True)
class Waiting:
    """An uploaded archive: its ``name``, of which page and person, and the release it is to become."""

    key: uuid.UUID
    name: str
    release: NewRelease

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The archive; FileNotFoundError once it is taken over or swept."""
        with _archive(self.key).path.open("rb") as file:
            yield file

    def drop(self) -> None:
        """Delete it."""
        _archive(self.key).delete()
        _about(self.key).delete()


def put_aside(file: IO[bytes], name: str, page: int, user: int, release: NewRelease) -> Waiting:
    """Keep an archive until it is approved; beyond a person's fifth their oldest goes.

    Raises :class:`content.uploading.services.UploadRefused`, keeping nothing, where the disk has no room.
    """
    _drop_oldest(user)
    waiting = Waiting(uuid.uuid4(), name, release)
    about = {"name": name, "page": page, "user": user, "release": asdict(release)}
    try:
        file.seek(0)
        partial = _archive(waiting.key)
        with partial.appending(0) as writer:
            while chunk := file.read(CHUNK):
                check_room(partial, len(chunk))
                writer.append(chunk)
        with _about(waiting.key).appending(0) as writer:
            writer.append(json.dumps(about, default=str).encode())
    except OSError as error:
        waiting.drop()
        if error.errno in FULL:
            raise full_disk() from error
        raise
    except BaseException:
        waiting.drop()
        raise
    return waiting


def find_waiting(key: uuid.UUID, page: int, user: int) -> Waiting | None:
    """The archive that this person uploaded for this page; None for any other, or if it is gone."""
    try:
        about: dict[str, Any] = json.loads(_about(key).path.read_bytes())
    except FileNotFoundError:
        return None
    if (about["page"], about["user"]) != (page, user) or not _archive(key).path.exists():
        return None
    said = about["release"]
    release = NewRelease(**{**said, "released": parse_date(said["released"] or "")})
    return Waiting(key, about["name"], release)


def _drop_oldest(user: int) -> None:
    """Make way for one more of this person's archives."""
    mine = []
    for path in _about(uuid.UUID(int=0)).folder.glob(f"{PREFIX}documentation-*.json"):
        try:
            if json.loads(path.read_bytes())["user"] == user:
                mine.append((path.stat().st_mtime, path.name))
        except (FileNotFoundError, ValueError):  # it is dropped or written at this moment
            continue
    for _moment, name in sorted(mine, reverse=True)[MOST_WAITING - 1 :]:
        key = uuid.UUID(name.removeprefix(f"{PREFIX}documentation-").removesuffix(".json"))
        _about(key).delete()
        _archive(key).delete()


def _archive(key: uuid.UUID) -> PartialFile:
    return content_storage().partial(f"documentation-{key}")


def _about(key: uuid.UUID) -> PartialFile:
    return content_storage().partial(f"documentation-{key}.json")
