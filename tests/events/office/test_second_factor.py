"""Nobody who must have a second factor organises an event with a password alone."""

from __future__ import annotations

import uuid

import pytest
from django.urls import URLPattern, reverse

from events.door.urls import urlpatterns as door
from events.formats.urls import urlpatterns as formats
from events.grid.urls import urlpatterns as grid
from events.live.urls import urlpatterns as live
from events.noting.urls import urlpatterns as noting
from events.office.urls import urlpatterns as office
from events.planning.urls import urlpatterns as planning
from events.printing.urls import urlpatterns as printing
from events.proposing.urls import urlpatterns as proposing
from events.registering.urls import urlpatterns as registering
from events.results.urls import urlpatterns as results
from events.stage.urls import urlpatterns as stage

KEY = uuid.uuid4()
FOR_ALL = {
    "board",
    "card",
    "colleague",
    "documentation",
    "feedback_where",
    "forget_me",
    "interest",
    "link_again",
    "live_state",
    "note",
    "note_history",
    "note_state",
    "print_programme",
    "projector",
    "proposal",
    "proposals",
    "propose",
    "register",
    "register_group",
    "register_sent",
    "results",
    "schedule_json",
    "schedule_xml",
    "stage",
    "vote",
}
"""What those who take part open. Every other address below an event is its organisers'.

On a card, the stage and a note an organiser without it is one of those who take part.
"""

VALUES = {"part": "plaetze", "kind": "anmeldefragen", "pk": 1, "stamp": "20260401T1600Z"}


def _address(pattern: URLPattern) -> str:
    names = pattern.pattern.converters
    return reverse(f"events:{pattern.name}", kwargs={name: VALUES.get(name, KEY) for name in names})


PATTERNS = [
    each
    for room in (
        door,
        formats,
        grid,
        live,
        noting,
        office,
        planning,
        printing,
        proposing,
        registering,
        results,
        stage,
    )
    for each in room
    if "key" in each.pattern.converters
]
OPEN = [each for each in PATTERNS if each.name in FOR_ALL]
ORGANISERS = [each for each in PATTERNS if each not in OPEN]


@pytest.mark.parametrize(
    "pattern", [each for each in PATTERNS if each.name not in FOR_ALL], ids=lambda each: each.name
)
def test_organising_needs_the_second_factor(client, organiser, settings, pattern):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(organiser)
    assert client.get(_address(pattern))["Location"].startswith("/konto/2fa/")
    assert client.post(_address(pattern)).status_code == 403


@pytest.mark.parametrize(
    "pattern", [each for each in PATTERNS if each.name in FOR_ALL], ids=lambda each: each.name
)
def test_taking_part_does_not(client, organiser, settings, pattern):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(organiser)
    assert "/konto/2fa/" not in client.get(_address(pattern)).headers.get("Location", "")


def test_what_is_open_to_all_is_there():
    assert {each.name for each in PATTERNS} >= FOR_ALL
