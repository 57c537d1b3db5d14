"""Where the files of a document stand on its page. Each stands in one place."""

from __future__ import annotations

from hub.documents import Attachment, Document


def placed_files(document: Document) -> list[Attachment]:
    """Files that the page of their kind names itself: slides and captions, the files of a dataset."""
    digests = _placed(document)
    return [file for file in document.files if file.digest in digests]


def loose_files(document: Document) -> list[Attachment]:
    """The files that stand in the list of files: not those of a release or of a place of their own."""
    releases = document.module.releases if document.module else ()
    held = _placed(document) | {digest for release in releases for digest in release.files}
    return [file for file in document.files if file.digest not in held]


def _placed(document: Document) -> set[str]:
    recording, dataset = document.recording, document.dataset
    digests = {recording.captions, recording.slides} if recording else set()
    return digests | {each.digest for each in (dataset.distributions if dataset else ())}
