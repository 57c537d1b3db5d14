"""Trying to open an address, with and without the second factor that is required."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.test import override_settings

from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("öffnen")
def open_address(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(_named(world, case))
    return refusal(response) or granted(really=response.status_code == 200)


@probe("ohne den nötigen zweiten Faktor öffnen")
def open_without_factor(world: World, caller: str, case: Case) -> str:
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        return open_address(world, caller, case)


@probe("mit zweitem Faktor, ohne ihn angemeldet, öffnen")
def open_unproven(world: World, caller: str, case: Case) -> str:
    if (user := world.people[caller].user) is not None:
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return open_without_factor(world, caller, case)


@probe("mit zweitem Faktor angemeldet öffnen")
def open_with_factor(world: World, caller: str, case: Case) -> str:
    world.people[caller].prove_factor()
    return open_unproven(world, caller, case)


@probe("ohne den nötigen zweiten Faktor absenden")
def send_without_factor(world: World, caller: str, case: Case) -> str:
    with override_settings(SECOND_FACTOR_REQUIRED=True):
        response = world.people[caller].post(_named(world, case))
        return refusal(response) or granted(really=response.status_code in (200, 405))


@probe("Gründe von Störungen lesen")
def read_reasons(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get("/health/ready")
    return granted(really="errors" in response.json()["search"])


def _named(world: World, case: Case) -> str:
    """The address, with a module of C for the document it asks for: not one of the caller's own."""
    return case.address.replace("<key>", str(world.items["Baustein", "C", "öffentlich"].uuid))
