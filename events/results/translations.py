"""Translations of the page of a note, once lines were taken out of the note: they hold these lines too."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail_localize.models import cleanup_translation_on_delete

from events.models import SessionNotePage

TOLD = _(
    "Its translations had the lines too that were taken out. They are offline now and have the new wording "
    "as a draft. Please translate and publish them anew."
)
"""What is said to whoever made the page anew, if there were any."""


def reset_translations(draft: SessionNotePage, user: Any) -> bool:
    """Take all other wordings of a page offline, each with the wording of ``draft`` to be translated anew.

    What is kept of the old ones goes: nobody can tell which of their lines were those that left. So it does
    where ``user`` has no right of their own. Returns whether there were any; call it in the transaction that
    makes the page anew.
    """
    held = SessionNotePage.objects.filter(translation_key=draft.translation_key, alias_of=None)
    others = list(held.exclude(pk=draft.pk).order_by("pk").select_for_update(of=("self",)))
    for each in others:
        if review := each.current_workflow_state:
            review.cancel(user=user)
        UnpublishPageAction(each, user=user).execute(skip_permission_checks=True)
        each.latest_revision = None
        each.revisions.all().delete()
        cleanup_translation_on_delete(each)
        each.summary, each.sections = draft.summary, draft.sections
        each.save(clean=False)
    return bool(others)
