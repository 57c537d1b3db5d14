"""What is found in the files of a release, worked out once for each file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, BinaryIO, cast

import structlog

from content.supply_chain.parts_lists import read_parts_list
from content.supply_chain.reuse import follows_reuse, report_on
from hub.documents import Attachment, PartsList, ReuseReport
from hub.errors import FileWithheld, UnreadableUpload
from hub.files.archives import open_archive
from hub.files.models import Examination
from hub.files.queries import find_file
from hub.files.services import open_content

logger = structlog.get_logger("content")

PARTS_LIST = "parts-list/1"
REUSE = "reuse/1"
"""Who looked, with a number that is raised when the same bytes would be read otherwise."""

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
SOFTWARE = frozenset({"software", "configuration"})
"""Types of module of which source is expected to follow REUSE, whether or not it means to."""


def find_parts_list(attachment: Attachment) -> PartsList | None:
    """What the parts list says, None if it cannot be read. One query once it has been examined."""
    said = _examined(attachment, PARTS_LIST, partial(_read_parts_list, attachment))
    return PartsList.model_validate(said) if said else None


def find_reuse_report(attachments: Iterable[Attachment], module_type: str) -> ReuseReport | None:
    """The report on the first archive of a release that holds source or means to follow REUSE."""
    for attachment in attachments:
        if not attachment.name.lower().endswith(ARCHIVES):
            continue
        said = _examined(attachment, REUSE, partial(_read_archive, attachment))
        if said and (said["follows"] or module_type in SOFTWARE):
            report = ReuseReport.model_validate(said["report"])
            return report if report.files else None
    return None


def _examined(attachment: Attachment, examiner: str, look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    known = Examination.objects.filter(digest=attachment.digest, examiner=examiner).first()
    if known is None:
        try:
            result = look()
        except FileWithheld:  # its bytes are not here now: another time
            return {}
        except UnreadableUpload as error:
            logger.warning(
                "file cannot be examined", digest=attachment.digest, examiner=examiner, reason=str(error)
            )
            result = {}
        known, _ = Examination.objects.get_or_create(
            digest=attachment.digest, examiner=examiner, defaults={"result": result}
        )
    found: dict[str, Any] = known.result
    return found


def _read_parts_list(attachment: Attachment) -> dict[str, Any]:
    with _opened(attachment) as file:
        return read_parts_list(file, attachment.digest).model_dump(mode="json")


def _read_archive(attachment: Attachment) -> dict[str, Any]:
    with _opened(attachment) as file, open_archive(file, attachment.name) as archive:
        report = report_on(archive, attachment.digest)
        follows = follows_reuse(entry.path for entry in archive.entries)
    return {"follows": follows, "report": report.model_dump(mode="json")}


@contextmanager
def _opened(attachment: Attachment) -> Iterator[BinaryIO]:
    record = find_file(attachment.digest)
    if record is None:
        raise FileWithheld("it is not stored here")
    with open_content(record) as file:
        yield cast(BinaryIO, file)
