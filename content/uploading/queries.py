"""Reading what is known of uploads."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from wagtail.documents.models import Document
from wagtail.models import Collection
from wagtail.permissions import policy_registry

from content.uploading.models import Upload
from hub.accounts.models import User
from hub.files.partial import PartialFile
from hub.files.storage import content_storage


def may_upload(user: User) -> bool:
    """Whether somebody may add files anywhere in the library."""
    allowed: bool = policy_registry.get_by_type(Document).user_has_permission(user, "add")
    return allowed


def collections_of(user: User) -> QuerySet[Collection]:
    """The parts of the library somebody may add files to, those of bodies before the root."""
    policy = policy_registry.get_by_type(Document)
    found: QuerySet[Collection] = policy.collections_user_has_permission_for(user, "add")
    return found.order_by("-depth", "name")


def partial_of(upload: Upload) -> PartialFile:
    """The bytes of an upload that are here, as long as it is not whole."""
    return partial_file(upload.key)


def partial_file(key: uuid.UUID) -> PartialFile:
    """The same by the upload's key, for what is left after it is deleted."""
    return content_storage().partial(f"upload-{key.hex}")


def offset_of(upload: Upload) -> int:
    """How many bytes are here: what lies on the disk counts, whatever was noted before a crash."""
    return upload.size if upload.document_id else partial_of(upload).size


def unfinished(user: User) -> list[Upload]:
    """Somebody's uploads that can be gone on with, newest first."""
    return list(Upload.objects.filter(owner=user, document=None).order_by("-changed", "key"))
