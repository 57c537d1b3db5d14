"""Wagtail's mails about review and comments, sent after commit: no mail server that is down loses work.

The wording is that of ``templates/wagtailadmin/notifications``; who gets which mails is also asked of
the person's preferences here.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.admin.mail import (
    GroupApprovalTaskStateSubmissionEmailNotifier,
    WorkflowStateApprovalEmailNotifier,
    WorkflowStateRejectionEmailNotifier,
    send_notification,
)
from wagtail.admin.views.pages import edit
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected


class _AfterCommit:
    def send_emails(self, template_set: Any, context: Any, recipients: Any, **kwargs: Any) -> bool:
        """Send once the work is saved; a failure is logged."""
        send = super().send_emails  # type: ignore[misc]  # Wagtail's mixin
        transaction.on_commit(lambda: send(template_set, context, recipients, **kwargs), robust=True)
        return True


class SubmissionMail(_AfterCommit, GroupApprovalTaskStateSubmissionEmailNotifier):
    """To those who may decide and want such mails; if none of them does, to all: somebody has to know."""

    def get_recipient_users(self, instance: Any, **kwargs: Any) -> Any:
        """The deciding groups' people, without whoever handed it in."""
        deciders = super().get_recipient_users(instance, **kwargs).distinct()
        wanting = deciders.exclude(preferences__mail_requests=False)
        return wanting if wanting.exists() else deciders

    def get_context(self, task_state: TaskState, **kwargs: Any) -> dict[str, Any]:
        """Adds the step, which knows who handed it in."""
        return {**super().get_context(task_state, **kwargs), "task_state": task_state}


class ApprovalMail(_AfterCommit, WorkflowStateApprovalEmailNotifier):
    """To whoever handed it in, with the comment if there is one."""

    def get_context(self, workflow_state: WorkflowState, **kwargs: Any) -> dict[str, Any]:
        """Adds the comment, which Wagtail tells of rejections only."""
        context: dict[str, Any] = super().get_context(workflow_state, **kwargs)
        step = workflow_state.current_task_state
        return {**context, "comment": step.comment if step else ""}


class RejectionMail(_AfterCommit, WorkflowStateRejectionEmailNotifier):
    """To whoever handed it in, with the comment."""


SUBMITTED, APPROVED, REJECTED = SubmissionMail(), ApprovalMail(), RejectionMail()


def tell_of_comments(recipients: Any, notification: str, context: dict[str, Any]) -> bool:
    """Wagtail's ``send_notification``, once the work is saved; a failure is logged."""
    transaction.on_commit(lambda: send_notification(recipients, notification, context), robust=True)
    return True


def connect() -> None:
    """Take the place of Wagtail's own; called when all apps are ready."""
    replaced = (
        (task_submitted, TaskState, "group_approval_task_submitted_email_notification", SUBMITTED),
        (workflow_approved, WorkflowState, "workflow_state_approved_email_notification", APPROVED),
        (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification", REJECTED),
    )
    for signal, sender, uid, mail in replaced:
        signal.disconnect(sender=sender, dispatch_uid=uid)
        signal.connect(mail, sender=sender, dispatch_uid=uid)
    # Of comments no signal tells: the view calls the function by this name.
    edit.send_notification = tell_of_comments
