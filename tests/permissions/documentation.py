"""Trying to give a building block documentation."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from content.documentation.services import NewRelease
from content.documentation.waiting import put_aside
from content.models import ModulePage
from tests.content.documentation import pack
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("Dokumentation hochladen")
def hand_in(world: World, caller: str, case: Case) -> str:
    page = _module(world, case)
    data = {
        "upload": SimpleUploadedFile("frisch.md", b"# Frisch"),
        "version": "9.9",
        "released": "2026-11-20",
    }
    response = world.people[caller].post(f"/admin/dokumentation/{page.pk}/", data)
    if refused := refusal(response):
        return refused
    report = world.people[caller].get(response["Location"])
    return granted(really="Frisch" in report.content.decode())


@probe("Dokumentation übernehmen")
def approve(world: World, caller: str, case: Case) -> str:
    """Even an upload of one's own is not enough."""
    page = _module(world, case)
    user = world.people[caller].user
    waiting = put_aside(
        pack({"frisch.md": "# Frisch"}), "docs.zip", page.pk, user.pk if user else 0, NewRelease("9.9")
    )
    response = world.people[caller].post(
        f"/admin/dokumentation/{page.pk}/{waiting.key}/", {"action": "approve"}
    )
    waiting.drop()
    latest = ModulePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    refused = refusal(response)
    assert not (refused and latest.documentation)
    return refused or granted(really=bool(latest.documentation))


def _module(world: World, case: Case) -> Any:
    page = world.items[case.kind, case.place, "öffentlich"].page
    assert page is not None
    return page
