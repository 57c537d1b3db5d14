"""Buttons of the editor in the words of this project."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages as wagtail_messages
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    PublishMenuItem,
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
    WorkflowMenuItem,
)
from wagtail.models import Page, WorkflowState

from hub.accounts.models import User

DECISIONS = {
    ("approve", False): _("Approve and publish"),
    ("approve", True): _("Approve and publish with a comment"),
    ("reject", True): _("Ask for changes"),
}
"""Labels by the decision and whether it asks for a comment."""


class HandIn(SubmitForModerationMenuItem):
    """Gives a text to those who decide about it."""

    def get_context_data(self, parent_context: Any) -> Any:
        """With our label in the place of one that names Wagtail's workflow."""
        context = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        again = state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES
        context["label"] = gettext("Hand in for review again") if again else gettext("Hand in for review")
        return context


class TakeBack(CancelWorkflowMenuItem):
    """Ends a review without a decision."""

    label = _("Take back and go on writing")


def reword(items: list[ActionMenuItem], user: User | AnonymousUser, page: Page | None) -> None:
    """Name the buttons; starting a review anew is left out, since handing in again does it.

    Who decides about a text under review is offered the decisions alone: publishing past them would leave
    its author without an answer, and only whoever handed it in takes it back.
    """
    left_out: tuple[type[ActionMenuItem], ...] = (RestartWorkflowMenuItem,)
    if any(isinstance(item, WorkflowMenuItem) for item in items):
        left_out += (PublishMenuItem,)
        state = page.current_workflow_state if page else None
        if state is None or state.requested_by_id != user.pk:
            left_out += (CancelWorkflowMenuItem,)
    items[:] = [_reword(item) for item in items if not isinstance(item, left_out)]


def say_decided(request: HttpRequest, page: Page) -> None:
    """After an approval in the editor: that the text is public now, in the place of “was updated”."""
    if request.POST.get("workflow-action-name") != "approve" or "action-workflow-action" not in request.POST:
        return
    page.refresh_from_db(fields=["live", "has_unpublished_changes"])
    if page.live and not page.has_unpublished_changes:
        list(messages.get_messages(request))  # what Wagtail says of it
        text = gettext("“%(title)s” is approved and published.") % {"title": page.title}
        wagtail_messages.success(request, text)


def _reword(item: ActionMenuItem) -> ActionMenuItem:
    if isinstance(item, WorkflowMenuItem):
        item.label = DECISIONS.get((item.name, item.launch_modal), item.label)
        return item
    if isinstance(item, SubmitForModerationMenuItem):
        return HandIn(order=item.order)
    return TakeBack(order=item.order) if isinstance(item, CancelWorkflowMenuItem) else item
