"""Putting what is handed in into the library of a body, where a newer file takes the place of the older."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex

from content.models import KnowledgeFormatPage


def keep_file(page: KnowledgeFormatPage, old: Any, shelf: Any, file: File[Any], title: str, user: Any) -> Any:
    """The document with ``file`` in the collection ``shelf``, for ``page`` instead of ``old`` (or None).

    Nobody is to find the older file there beside the newer: it may have names in it of people who did not
    agree. Only what other pages use, or lies elsewhere, stays as it is.
    """
    document = old if _is_own(page, old, shelf) else get_document_model()(collection=shelf)
    document.title, document.file, document.uploaded_by_user = title[:255], file, user
    document.file_size, document.file_hash = None, ""  # told anew of this file when they are asked for
    document.save()
    return document


def _is_own(page: KnowledgeFormatPage, old: Any, shelf: Any) -> bool:
    if old is None or old.collection_id != shelf.pk:
        return False
    own = {"base_content_type": ContentType.objects.get_for_model(Page), "object_id": str(page.pk)}
    return not ReferenceIndex.get_references_to(old).exclude(**own).exists()
