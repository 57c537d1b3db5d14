"""Verbs of uploads: begin one, take what comes, put the whole file into the editors' library, give up."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction
from django.db.models import F, Q, Sum
from django.http import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.documents.models import Document
from wagtail.log_actions import log
from wagtail.models import Collection

from content.uploading.models import Upload
from content.uploading.queries import collections_of, partial_of
from hub.accounts.models import User
from hub.env import env
from hub.errors import UnreadableUpload
from hub.files.media_types import examine
from hub.files.names import base_name, content_name
from hub.files.partial import Overtaken, PartialFile, delete_old_partials, digest_of_file
from hub.files.quarantine import QuarantineFile
from hub.files.scanning import UnscannedUpload, require_harmless
from hub.files.services import take_in
from hub.files.storage import content_storage
from theme.figures import format_size

CHUNK = 256 * 1024
MEGABYTE = 1024 * 1024
IDLE = dt.timedelta(days=7)
NOT_BEGUN = dt.timedelta(hours=1)
"""How long an upload of which nothing has come holds its room."""
MOST_UNFINISHED = 5
FULL = {errno.ENOSPC, errno.EDQUOT}

# Beside the statuses of HTTP: the one of the protocol's extension for checksums.
CHECKSUM_MISMATCH = 460


class UploadRefused(UnreadableUpload):
    """An upload that cannot begin or be completed: the sentence says what to do. Nothing of it is kept,
    except after a full disk and while the virus scanner does not answer. ``status`` is of HTTP."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def begin(user: User, name: str, size: int, checksum: str, collection: str = "") -> Upload:
    """Note that ``user`` is going to send ``size`` bytes. ``collection`` is a key, empty for the first.

    Raises :class:`UploadRefused`, also where too many of the person's are unfinished.
    """
    check_size(size)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # of two that begin at once each counts the other
        waiting = Upload.objects.filter(document=None).exclude(_not_begun(timezone.now()))
        if waiting.filter(owner=user).count() >= MOST_UNFINISHED:
            raise UploadRefused(
                _(
                    "You have five unfinished uploads already. Finish one or discard it: they are listed on "
                    "this page below, under “Not finished yet”. Load the page again to see them."
                ),
                429,
            )
        rest = waiting.aggregate(rest=Sum(F("size") - F("received")))["rest"] or 0
        if content_storage().partial("room").room < rest + size:
            raise full_disk()
        chosen = choose_collection(user, collection)
        return Upload.objects.create(
            owner=user, name=base_name(name), size=size, checksum=checksum, collection=chosen
        )


def expires(upload: Upload) -> dt.datetime:
    """When an upload is deleted if nothing more of it comes."""
    return upload.changed + (IDLE if upload.received else NOT_BEGUN)


def _not_begun(now: dt.datetime) -> Q:
    """Uploads of which nothing has come within an hour."""
    return Q(document=None, received=0, changed__lt=now - NOT_BEGUN)


def check_size(size: int) -> None:
    """Raise :class:`UploadRefused` for an empty file and for one that is too large."""
    if size <= 0:
        raise UploadRefused(_("The file is empty. Choose the right one."), 400)
    if size > env.upload_max_mb * MEGABYTE:
        raise too_large(size)


def choose_collection(user: User, key: str) -> Collection:
    """The part of the library with that key, the first one by default; only one that ``user`` may add to."""
    allowed = {str(collection.pk): collection for collection in collections_of(user)}
    if not allowed or (key and key not in allowed):
        raise UploadRefused(_("You may not add files to this part of the library."), 403)
    return allowed[key] if key else next(iter(allowed.values()))


def too_large(size: int) -> UploadRefused:
    """What is said of a file of that many bytes."""
    return UploadRefused(
        _(
            "The file has %(size)s. Up to %(most)s can be uploaded. Split it, or state the address where "
            "it can be fetched."
        )
        % {"size": format_size(size), "most": say_most()},
        413,
    )


def say_most() -> str:
    """How large a file may be, in the round number the operators have set."""
    gigabytes, rest = divmod(env.upload_max_mb, 1024)
    if gigabytes and not rest:
        return ngettext("%(n)s gigabyte", "%(n)s gigabytes", gigabytes) % {"n": gigabytes}
    return ngettext("%(n)s megabyte", "%(n)s megabytes", env.upload_max_mb) % {"n": env.upload_max_mb}


def full_disk() -> UploadRefused:
    """What is said when there is no room; it may be another day."""
    return UploadRefused(
        _("There is no room for this file on the server at the moment. Please tell those who run it."), 507
    )


class PieceDamaged(UploadRefused):
    """A piece that is not what its checksum says: nothing of it is kept, it can be sent again."""


def take(upload: Upload, read: Callable[[int], bytes], at: int, checksum: bytes = b"") -> int:
    """Append what ``read`` gives to the upload, from byte ``at`` on; returns how many bytes are here.

    A connection that breaks off is no error: what came stays, of a piece with a ``checksum`` (SHA-256)
    nothing. Raises :class:`PieceDamaged` if the piece is another, :class:`hub.files.partial.Overtaken` if
    another number of bytes is here, and :class:`UploadRefused` when the disk is full or the upload gone.
    """
    partial = partial_of(upload)
    try:
        with ExitStack() as stack:
            if checksum:
                read = stack.enter_context(_checked(upload, read, at, checksum))
            writer = stack.enter_context(partial.appending(at))
            while writer.at < upload.size and (chunk := read(min(CHUNK, upload.size - writer.at))):
                check_room(partial, len(chunk))
                writer.append(chunk)
    except UnreadablePostError:
        pass
    except OSError as error:
        if error.errno in FULL:
            raise full_disk() from error
        raise
    finally:
        upload.received, upload.changed = partial.size, timezone.now()
        noted = Upload.objects.filter(pk=upload.pk).update(received=upload.received, changed=upload.changed)
    if not noted:
        partial.delete()
        raise UploadRefused(_("This upload was deleted meanwhile. Begin anew."), 404)
    return upload.received


@contextmanager
def _checked(
    upload: Upload, read: Callable[[int], bytes], at: int, checksum: bytes
) -> Iterator[Callable[[int], bytes]]:
    """The piece again, from a file without a name, once all of it has come and is what was sent."""
    folder = partial_of(upload).folder
    folder.mkdir(parents=True, exist_ok=True)
    found, left = hashlib.sha256(), upload.size - at
    with tempfile.TemporaryFile(dir=folder) as piece:
        while left > 0 and (chunk := read(min(CHUNK, left))):
            piece.write(chunk)
            found.update(chunk)
            left -= len(chunk)
        if found.digest() != checksum:
            raise PieceDamaged(
                _("A part of the file was damaged on its way. It is sent again."), CHECKSUM_MISMATCH
            )
        piece.seek(0)
        yield piece.read


def check_room(partial: PartialFile, coming: int) -> None:
    """Raise :class:`UploadRefused` where that many bytes more would use up what is to stay free."""
    if partial.room < coming:
        raise full_disk()


def complete(upload: Upload) -> Document:
    """Put the whole file into the library.

    Raises :class:`UploadRefused` if it is not what its checksum or its name says, or is infected: then it
    is deleted. Also without a verdict of the virus scanner: then it stays, and can be completed later.
    Raises :class:`hub.files.partial.Overtaken` while somebody else is about it.
    """
    partial = partial_of(upload)
    with partial.alone() as file:
        digest = digest_of_file(file)
        if upload.checksum and upload.checksum != digest:
            upload.delete()
            raise UploadRefused(
                _(
                    "What arrived has another checksum than your file (%(here)s instead of %(there)s). It "
                    "was damaged on its way or changed meanwhile, and is deleted. Please upload it again."
                )
                % {"here": digest[7:], "there": upload.checksum[7:]},
                CHECKSUM_MISMATCH,
            )
        try:
            media_type = examine(file, upload.name)
            require_harmless(file, upload.name)
            collection = choose_collection(upload.owner, str(upload.collection_id or ""))
        except UnscannedUpload as error:  # what has come stays: it is scanned when it is asked for again
            raise UploadRefused(str(error), 503) from error
        except UnreadableUpload as error:
            upload.delete()
            raise UploadRefused(str(error), getattr(error, "status", 422)) from error
        with transaction.atomic():
            if not Upload.objects.select_for_update().filter(pk=upload.pk).exists():
                raise Overtaken("the upload is gone")
            document = _add(upload.owner, partial, digest, upload.size, upload.name, media_type, collection)
            upload.document, upload.received = document, upload.size
            upload.save(update_fields=["document", "received", "changed"])
    partial.delete()
    return document


def add_whole(user: User, incoming: QuarantineFile, name: str, collection: str) -> Document:
    """Put a file that came in one go into the library. Raises :class:`UploadRefused`."""
    check_size(incoming.size)
    plain = base_name(name)
    with incoming.finish().open("rb") as file:
        try:
            media_type = examine(file, plain)
            require_harmless(file, plain)
        except UnreadableUpload as error:
            raise UploadRefused(str(error), 503 if isinstance(error, UnscannedUpload) else 422) from error
    with transaction.atomic():
        chosen = choose_collection(user, collection)
        return _add(user, incoming, incoming.digest, incoming.size, plain, media_type, chosen)


def _add(
    user: User,
    incoming: PartialFile | QuarantineFile,
    digest: str,
    size: int,
    name: str,
    media_type: str,
    collection: Collection,
) -> Document:
    document = Document(
        title=name,
        file=content_name(digest, name),
        file_size=size,
        collection=collection,
        uploaded_by_user=user,
    )
    document.save()
    log(instance=document, action="wagtail.create", user=user)
    take_in(incoming, digest, size, media_type)  # the rename last: nothing that can still fail follows it
    return document


def delete_idle(now: dt.datetime | None = None) -> int:
    """Forget uploads nobody has added to for a week, those not begun after an hour; their number.

    Their bytes go with them. Beginnings of peers' files and what belongs to nobody go as well.
    """
    now = now or timezone.now()
    idle = list(Upload.objects.filter(changed__lt=now - IDLE))
    # What lies on the disk counts: a piece may be on its way, or its process killed before it was noted.
    empty = [each for each in Upload.objects.filter(_not_begun(now)) if not partial_of(each).size]
    gone = {upload.pk: upload for upload in (*idle, *empty)}
    for upload in gone.values():
        upload.delete()
    delete_old_partials(content_storage().partial("").folder)
    return len(gone)
