"""Review within a body: its editors and coordinators decide what its authors hand in, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from content.models import BodyPage
from hub.accounts.models import Role
from hub.accounts.roles import ELEVATED

NAME = "Freigabe in {}"
"""What people read in histories and lists, after the body's name of today."""

PRESET = "Moderators approval"
"""Wagtail's own workflow and step, made by its migrations for groups nobody here is in."""


def open_review(page: BodyPage, groups: Mapping[Role, Group]) -> Workflow:
    """Give a body's section its review; what is there stays, only the name follows the body's.

    Pages of one body in several languages share one. A workflow that the operator has put there instead
    is left as it is.
    """
    deciders = [groups[role] for role in ELEVATED]
    assigned = WorkflowPage.objects.filter(page=page.page_ptr).select_related("workflow").first()
    workflow = assigned.workflow if assigned else _find(deciders)
    if workflow is None:
        workflow = _create(deciders)
    if _is_own(workflow, deciders):
        _rename(workflow, NAME.format(page.body.name)[:255])
    if assigned is None:
        WorkflowPage.objects.create(page=page.page_ptr, workflow=workflow)
    return workflow


def drop_preset() -> bool:
    """Remove Wagtail's preset workflow if it is as it was made and was never used; says whether it went."""
    workflow = Workflow.objects.filter(name=PRESET).first()
    if workflow is None or WorkflowState.objects.filter(workflow=workflow).exists():
        return False
    steps = list(GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow))
    pages = WorkflowPage.objects.filter(workflow=workflow).values_list("page", flat=True)
    root = Page.get_first_root_node()
    if [step.name for step in steps] != [PRESET] or list(pages) != [root.pk]:
        return False
    if set(steps[0].groups.values_list("name", flat=True)) != {"Moderators"}:
        return False
    with transaction.atomic():
        workflow.delete()
        steps[0].delete()
    return True


def _find(deciders: Iterable[Group]) -> Workflow | None:
    """The workflow that these groups, and they alone, decide in one step."""
    candidates = Workflow.objects.filter(
        workflow_tasks__task__in=GroupApprovalTask.objects.filter(groups__in=deciders).values("pk")
    ).distinct()
    return next((each for each in candidates.order_by("pk") if _is_own(each, deciders)), None)


def _is_own(workflow: Workflow, deciders: Iterable[Group]) -> bool:
    steps = list(GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow))
    return len(steps) == workflow.workflow_tasks.count() == 1 and set(steps[0].groups.all()) == set(deciders)


def _create(deciders: Iterable[Group]) -> Workflow:
    with transaction.atomic():
        task = GroupApprovalTask.objects.create(name="")
        task.groups.set(deciders)
        workflow: Workflow = Workflow.objects.create(name="")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


def _rename(workflow: Workflow, name: str) -> None:
    Workflow.objects.filter(pk=workflow.pk).exclude(name=name).update(name=name)
    GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow).exclude(name=name).update(name=name)
    workflow.name = name
