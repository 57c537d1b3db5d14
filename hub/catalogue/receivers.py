"""What makes settling happen soon. None of it carries the truth; the marks do."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.signals import post_delete, post_save
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.signals import post_page_move

from hub.catalogue.settling import mark_pages, settle

logger = structlog.get_logger("hub.catalogue")


def settle_soon(sender: type[models.Model], **kwargs: Any) -> None:
    """After commit, settle what is marked. A failure leaves the marks to the worker."""
    if issubclass(sender, Page | PageViewRestriction):
        transaction.on_commit(_settle_quietly)


def settle_after_move(**kwargs: Any) -> None:
    """Wagtail moves by plain SQL, which saves no model."""
    transaction.on_commit(_settle_quietly)


def mark_users(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    """Mark the pages that use a changed picture or file."""
    if sender in (get_image_model(), get_document_model()) and instance.pk:
        page_type = ContentType.objects.get_for_model(Page)
        references = ReferenceIndex.get_references_to(instance).filter(base_content_type=page_type)
        pages = [int(object_id) for object_id in references.values_list("object_id", flat=True).distinct()]
        if pages:
            mark_pages(pages)
            transaction.on_commit(_settle_quietly)


def _settle_quietly() -> None:
    try:
        settle()
    except Exception:  # what was saved is saved: whoever saved it is not told that it failed
        logger.exception("settling is left to the worker")


def connect() -> None:
    """Connect all of them; called once when the app is ready."""
    post_save.connect(settle_soon, dispatch_uid="catalogue.saved")
    post_delete.connect(settle_soon, dispatch_uid="catalogue.deleted")
    post_page_move.connect(settle_after_move, dispatch_uid="catalogue.moved")
    post_save.connect(mark_users, dispatch_uid="catalogue.users")
