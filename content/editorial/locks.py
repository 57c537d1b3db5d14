"""Locks in words: who holds one, and what to do about it. What they do is Wagtail's."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext
from wagtail.locks import BaseLock, BasicLock, ScheduledForPublishLock, WorkflowLock
from wagtail.utils.timestamps import render_timestamp


class HeldLock(BasicLock):
    """Somebody keeps others from changing the page."""

    def get_message(self, user: Any) -> str:
        """Who, since when, and how it ends."""
        message = super().get_message(user)
        if self.object.locked_by_id == user.pk:
            hint = gettext("Nobody else can save until you unlock it.")
        elif self.object.locked_by_id:
            hint = gettext("Ask them to unlock it; editors and coordinators of the body may do so as well.")
        else:
            hint = gettext("Editors and coordinators of the body may unlock it.")
        return format_html("{} {}", message, hint)


class ReviewLock(WorkflowLock):
    """The page waits for the decision of its body's editors."""

    def get_message(self, user: Any) -> str | None:
        """Where it lies, and how to go on writing."""
        if not self.for_user(user):
            return None
        return gettext(
            "This contribution has been handed in. Editors and coordinators of the body decide about it and "
            "may change it meanwhile. To go on writing yourself, take it back with “Take back and go on "
            "writing”."
        )

    def get_locked_by(self, user: Any, can_lock: bool = False) -> str:
        """Short, for the column at the side."""
        return gettext("Handed in for review")

    def get_description(self, user: Any, can_lock: bool = False) -> str:
        """Longer, for the column at the side."""
        return gettext("Only editors and coordinators of the body can change it now.")


class ScheduleLock(ScheduledForPublishLock):
    """The page waits for its hour."""

    def get_message(self, user: Any) -> str:
        """When, and that nothing leaves this instance before; or that it failed."""
        from content.editorial.queries import failure_of  # reads models that read this module

        revision = self.object.scheduled_revision
        moment = render_timestamp(revision.approved_go_live_at)
        if reason := failure_of(revision):
            return format_html(
                gettext(
                    "It should have appeared on {moment}, but that failed: {reason} Cancel the scheduled "
                    "publication, correct it and publish it again."
                ),
                moment=moment,
                reason=reason,
            )
        return format_html(
            gettext(
                "It appears on {moment}. Until then nothing of this version leaves the instance, and nobody "
                "can change it. To change it, cancel the scheduled publication first."
            ),
            moment=moment,
        )


def explain_lock(lock: BaseLock | None) -> BaseLock | None:
    """The same lock with words of this project."""
    if isinstance(lock, ScheduledForPublishLock):
        return ScheduleLock(lock.object)
    if isinstance(lock, WorkflowLock):
        return ReviewLock(lock.object, lock.task)
    return HeldLock(lock.object) if isinstance(lock, BasicLock) else lock
