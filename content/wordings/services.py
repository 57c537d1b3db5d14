"""What people say of a wording: that it still fits the original, and that its readers have checked it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from wagtail.log_actions import log

from content.models.document_page import DocumentPage
from content.wordings.sources import original_of, words_of
from hub.catalogue.settling import mark_pages, settle
from hub.errors import HubError

STILL_RIGHT = "content.wording_still_right"
CHECKED = "content.wording_checked"
CHECK_WITHDRAWN = "content.wording_check_withdrawn"
"""Actions under which a page's history notes them."""


class WordingNotFit(HubError):
    """The page has no original, or is not published: publish both wordings first."""


def say_still_right(page: DocumentPage, user: AbstractBaseUser) -> None:
    """The wording says what the original says now, although that has changed.

    Raises :class:`WordingNotFit` where there is nothing to compare it with.
    """
    original = original_of(page)
    if original is None or not page.live:
        raise WordingNotFit
    _state(page, user, STILL_RIGHT, wording_source=words_of(original))


def record_check(page: DocumentPage, day: dt.date, group: str, user: AbstractBaseUser) -> None:
    """People for whom a text in Leichte Sprache is made have read it on ``day``; ``group`` is never a person.

    It counts until the words change. Raises :class:`WordingNotFit` for a page that is not published.
    """
    if not page.live:
        raise WordingNotFit
    _state(page, user, CHECKED, checked_on=day, checked_by=group)


def withdraw_check(page: DocumentPage, user: AbstractBaseUser) -> None:
    """The check does not count any more; the text is called a simplified one again."""
    _state(page, user, CHECK_WITHDRAWN, checked_on=None, checked_by="")


def _state(page: DocumentPage, user: AbstractBaseUser, action: str, **values: Any) -> None:
    """Write columns that no version of the page holds, and have its document built anew."""
    with transaction.atomic():
        type(page).objects.filter(pk=page.pk).update(**values)
        mark_pages([page.pk])
        log(instance=page, action=action, user=user)
        transaction.on_commit(settle)
