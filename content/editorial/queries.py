"""What waits for whom. Each function says how many queries it costs, however much it finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    Page,
    PageLogEntry,
    Revision,
    TaskState,
    WorkflowState,
    get_default_page_content_type,
)

from content.queries import DueReport, reports_due
from content.statements.own import Own, list_own
from content.statements.queries import Waiting, co_publications_waiting
from hub.accounts.models import BodyRole, User
from hub.accounts.roles import ELEVATED
from hub.documents import Viewer

SCHEDULE_FAILED = "content.schedule_failed"
"""The action under which a page's history notes that a scheduled step failed."""

SOON = dt.timedelta(days=30)
"""For how long before it expires a page is announced."""


@dataclass(frozen=True)
class Review:
    """A text that waits for a decision: who handed it in, and since when it waits."""

    page: Page
    sender: str
    since: dt.datetime


@dataclass(frozen=True)
class Submission:
    """A text somebody handed in. ``waits_for`` are the names of those who may decide, by name.

    ``returned`` says that changes were asked for, by ``comment``; then it waits for its author.
    """

    page: Page
    since: dt.datetime
    waits_for: tuple[str, ...]
    returned: bool
    comment: str


@dataclass(frozen=True)
class Scheduled:
    """A page with an hour: it goes live then, or offline if ``expires``. ``reason`` says why that failed."""

    page: int
    title: str
    moment: dt.datetime
    expires: bool
    reason: str
    late: bool


@dataclass(frozen=True)
class Desk:
    """What waits for somebody, and what of theirs waits for others."""

    reviews: list[Review]
    submissions: list[Submission]
    scheduled: list[Scheduled]
    due: list[DueReport]
    joint: list[Waiting]
    stated: list[Own]

    def __bool__(self) -> bool:
        mine = self.submissions or self.scheduled or self.stated
        return bool(mine or self.reviews or self.due or self.joint)


def desk_of(user: User, now: dt.datetime) -> Desk:
    """Everything of the dashboard; nineteen queries at most."""
    held = BodyRole.objects.filter(group__user=user, role__in=ELEVATED).values_list("body_id", flat=True)
    keys = list(held)
    return Desk(
        reviews_for(user),
        submissions_of(user),
        scheduled_for(user, now),
        reports_due(keys, now),
        joint=co_publications_waiting(keys, Viewer.local()) if keys else [],
        stated=statements_to_confirm(keys, timezone.localdate(now)),
    )


def statements_to_confirm(keys: Collection[str], today: dt.date) -> list[Own]:
    """Statements of these bodies that ran out or whose document has changed; four queries at most."""
    return [own for own in list_own(keys, Viewer.local(), today) if own.needs_confirming] if keys else []


def reviews_for(user: User) -> list[Review]:
    """Texts somebody may decide about, longest waiting first; two queries."""
    tasks = GroupApprovalTask.objects.filter(active=True)
    if not user.is_superuser:
        tasks = tasks.filter(groups__user=user)
    states = (
        TaskState.objects.filter(
            task__in=tasks.values("pk"),
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
            workflow_state__base_content_type=get_default_page_content_type(),
        )
        .select_related("workflow_state__requested_by")
        .order_by("started_at", "pk")
    )
    waiting = {int(state.workflow_state.object_id): state for state in states}
    pages = Page.objects.in_bulk(waiting)
    return [
        Review(pages[key], str(state.workflow_state.requested_by or ""), state.started_at)
        for key, state in waiting.items()
        if key in pages
    ]


def submissions_of(user: User) -> list[Submission]:
    """Texts somebody has handed in that are not decided, newest first; five queries."""
    states = list(
        WorkflowState.objects.active()
        .filter(
            requested_by=user,
            base_content_type=get_default_page_content_type(),
            current_task_state__isnull=False,
        )
        .select_related("current_task_state")
        .order_by("-current_task_state__started_at", "-pk")
    )
    pages = Page.objects.in_bulk([int(state.object_id) for state in states])
    deciders = _deciders({state.current_task_state.task_id for state in states})
    return [
        _submission(pages[int(state.object_id)], state, deciders)
        for state in states
        if int(state.object_id) in pages
    ]


def scheduled_for(user: User, now: dt.datetime) -> list[Scheduled]:
    """Pages somebody may publish that wait for their hour, or missed it, earliest first; four queries."""
    pages = _publishable(user)
    if pages is None:
        return []
    coming = (
        Revision.page_revisions.filter(approved_go_live_at__isnull=False)
        .annotate(page_pk=Cast("object_id", IntegerField()))
        .filter(page_pk__in=pages.values("pk"))
        .values_list("page_pk", "object_str", "approved_go_live_at", "pk")
    )
    going = pages.filter(live=True, expire_at__lt=now + SOON).values_list("pk", "title", "expire_at")
    rows = [(page, title, moment, number) for page, title, moment, number in coming]
    rows += [(page, title, moment, None) for page, title, moment in going]
    reasons = _reasons({page for page, _, moment, _ in rows if moment < now})
    found = [
        Scheduled(page, title, moment, number is None, reasons.get((page, number), ""), moment < now)
        for page, title, moment, number in rows
    ]
    return sorted(found, key=lambda item: (item.moment, item.page))


def failure_of(revision: Revision) -> str:
    """Why a version that was due has not appeared; empty if it is not due or nothing is known. One query."""
    return _reasons({int(revision.object_id)}).get((int(revision.object_id), revision.pk), "")


def publishers_of(page: Page) -> QuerySet[User]:
    """Active people who may publish a page by a role in its body, operators left aside; one query."""
    above = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    rights = GroupPagePermission.objects.filter(page__path__in=above, permission__codename="publish_page")
    return User.objects.filter(is_active=True, groups__in=rights.values("group")).distinct()


def _submission(page: Page, state: WorkflowState, deciders: dict[int, tuple[str, ...]]) -> Submission:
    step = state.current_task_state
    returned = state.status == WorkflowState.STATUS_NEEDS_CHANGES
    waits_for = () if returned else deciders.get(step.task_id, ())
    since = step.finished_at if returned and step.finished_at else step.started_at
    return Submission(page, since, waits_for, returned, step.comment)


def _deciders(tasks: Iterable[int]) -> dict[int, tuple[str, ...]]:
    found = GroupApprovalTask.objects.filter(pk__in=tasks).prefetch_related("groups__user_set")
    return {task.pk: tuple(sorted(_names(task), key=str.casefold)) for task in found}


def _names(task: GroupApprovalTask) -> set[str]:
    people = (person for group in task.groups.all() for person in group.user_set.all())
    return {str(person) for person in people if person.is_active}


def _publishable(user: User) -> QuerySet[Page] | None:
    """Pages of the sections somebody publishes in; all for operators, None for whoever publishes nowhere."""
    pages: QuerySet[Page] = Page.objects.filter(alias_of=None)
    if user.is_superuser:
        return pages
    rights = GroupPagePermission.objects.filter(group__user=user, permission__codename="publish_page")
    within = Q()
    for path in rights.values_list("page__path", flat=True).distinct():
        within |= Q(path__startswith=path)
    return pages.filter(within) if within else None


def _reasons(pages: set[int]) -> dict[tuple[int, Any], str]:
    """The last reason by page and version; the version is None for an expiry."""
    if not pages:
        return {}
    noted = PageLogEntry.objects.filter(page__in=pages, action=SCHEDULE_FAILED).order_by("timestamp", "pk")
    return {(entry.page_id, entry.data.get("revision")): entry.data.get("reason", "") for entry in noted}
