"""Trying to hand in, to decide about what was handed in, to lock, and to confirm."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from wagtail.models import Page, WorkflowState

from content.models import CaseReportPage
from hub.accounts.models import User
from tests.permissions.probes import probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

LONG_AGO = dt.date(2020, 1, 1)


def _effect(refused: str, *, done: bool) -> str:
    assert not (refused and done), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


def _hand_in(world: World, case: Case, user: User | None) -> WorkflowState:
    """The draft of a case, handed in by ``user``, whose own it is; of a colleague where there is none."""
    page = world.draft(case)
    sender = user or world.colleagues[case.place]
    Page.objects.filter(pk=page.pk).update(owner=sender)
    state: WorkflowState = page.get_workflow().start(page.specific, sender)
    return state


def _decide(world: World, caller: str, state: WorkflowState, action: str) -> str:
    step = state.current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[state.object_id, action, step.pk])
    response = world.people[caller].post(address, {"comment": "Bitte die Kosten nennen."})
    state.refresh_from_db()
    return refusal(response) if state.status == WorkflowState.STATUS_IN_PROGRESS else ""


@probe("eigenen Entwurf zur Freigabe geben")
def hand_in(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    Page.objects.filter(pk=page.pk).update(owner=world.people[caller].user)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = world.people[caller].post(address, world.form(page) | {"action-submit": "x"})
    waiting = WorkflowState.objects.filter(
        object_id=str(page.pk), status=WorkflowState.STATUS_IN_PROGRESS
    ).exists()
    return _effect(refusal(response), done=waiting)


@probe("Eingereichtes freigeben")
def approve(world: World, caller: str, case: Case) -> str:
    state = _hand_in(world, case, None)
    refused = _decide(world, caller, state, "approve")
    return _effect(refused, done=Page.objects.get(pk=state.object_id).live)


@probe("eigenes Eingereichtes freigeben")
def approve_own(world: World, caller: str, case: Case) -> str:
    """Who publishes without review anyway may approve what they have handed in themselves."""
    state = _hand_in(world, case, world.people[caller].user)
    refused = _decide(world, caller, state, "approve")
    return _effect(refused, done=Page.objects.get(pk=state.object_id).live)


@probe("zu Eingereichtem um Änderungen bitten")
def ask_for_changes(world: World, caller: str, case: Case) -> str:
    state = _hand_in(world, case, None)
    refused = _decide(world, caller, state, "reject")
    return _effect(refused, done=state.status == WorkflowState.STATUS_NEEDS_CHANGES)


@probe("fremde Sperre aufheben")
def unlock(world: World, caller: str, case: Case) -> str:
    page = world.draft(case)
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=world.colleagues[case.place])
    response = world.people[caller].post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))
    unlocked = not Page.objects.get(pk=page.pk).locked
    return _effect("" if unlocked else refusal(response), done=unlocked)


@probe("Bericht als weiter gültig bestätigen")
def confirm(world: World, caller: str, case: Case) -> str:
    page = world.items[case.kind, case.place, "öffentlich"].page
    assert page is not None
    CaseReportPage.objects.filter(pk=page.pk).update(confirmed_on=LONG_AGO)
    address = reverse("confirm_report", args=[page.translation_key])
    response = world.people[caller].post(address, {"next": "/mein/"})
    confirmed = CaseReportPage.objects.get(pk=page.pk).confirmed_on != LONG_AGO
    return _effect(refusal(response), done=confirmed)
