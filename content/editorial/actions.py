"""Buttons of the editor in the words of this project."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    RestartWorkflowMenuItem,
    SubmitForModerationMenuItem,
    WorkflowMenuItem,
)
from wagtail.models import WorkflowState

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


def reword(items: list[ActionMenuItem]) -> None:
    """Name the buttons; starting a review anew is left out, since handing in again does it."""
    items[:] = [_reword(item) for item in items if not isinstance(item, RestartWorkflowMenuItem)]


def _reword(item: ActionMenuItem) -> ActionMenuItem:
    if isinstance(item, WorkflowMenuItem):
        item.label = DECISIONS.get((item.name, item.launch_modal), item.label)
        return item
    if isinstance(item, SubmitForModerationMenuItem):
        return HandIn(order=item.order)
    return TakeBack(order=item.order) if isinstance(item, CancelWorkflowMenuItem) else item
