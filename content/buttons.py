"""Buttons beside a page in Wagtail's admin: to whom they are offered."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from content.models import ModulePage


def is_module_to_change(page: Page, user: Any) -> bool:
    """Whether it is a building block, as it was written first, that this person may change."""
    if page.alias_of_id or page.specific_class is not ModulePage:
        return False
    return not page.specific_deferred.is_translation and page.permissions_for_user(user).can_edit()
