"""Bytes of an upload go when it goes, with its owner's account for example."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete

from content.uploading.models import Upload
from content.uploading.queries import partial_file


def connect() -> None:
    """Follow deletions."""
    post_delete.connect(_delete_bytes, sender=Upload, dispatch_uid="content.uploading")


def _delete_bytes(instance: Upload, **_: Any) -> None:
    transaction.on_commit(partial_file(instance.key).delete)
