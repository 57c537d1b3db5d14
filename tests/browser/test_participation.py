"""The pages on which somebody sees what is theirs: no barrier, and nothing scrolls sideways."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from events.models import ConsentText, EventDesk, Person
from events.people import write_token
from events.registering import consents, copying
from tests.browser.conftest import BROWSER
from tests.browser.programme import add_day, in_browser, open_context
from tests.browser.test_accessibility import SETUPS
from tests.browser.test_proposals import see
from tests.factories.events import add_participant, add_seat

LONG = "Verbandsgemeindeverwaltung Musterstadt-Beispielhausen"
pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def person() -> Person:
    """A guest with a seat who registered a colleague, where registration is closed."""
    desk = add_day().desk
    EventDesk.objects.filter(pk=desk.pk).update(registration_closes=timezone.now() - dt.timedelta(hours=1))
    text = ConsentText.objects.create(desk=desk, purpose="list", text="Mein Name darf in der Liste stehen.")
    person = add_participant(desk, "Lou", affiliation="Stadt Worms")
    add_seat(person)
    for name in ("Ada", "Ben"):
        other = add_participant(desk, name, affiliation=LONG)
        add_seat(other, registered_by=person)
        consents.give(other, text.pk, timezone.now())
    slip = add_participant(desk, "Cem", confirmed=None, unreachable="550 unknown")
    add_seat(slip, registered_by=person)
    return person


def list_pages(person: Person) -> dict[str, str]:
    """Paths by name."""
    own = f"/veranstaltungen/teilnahme/{write_token(person)}/"
    event = f"/veranstaltungen/{person.desk.event.translation_key}/"
    slip = Person.objects.get(given_name="Cem")
    return {
        "mine": own,
        "others": f"{own}dabei/",
        "copy": f"{own}kopie/",
        "copies": f"/veranstaltungen/teilnahme/kopie/{copying.write_proof(person)}/",
        "colleague": f"{own}gruppe/{slip.pk}/",
        "closed": f"{event}anmelden/",
        "link again": f"{event}mein-link/",
        "links again": "/veranstaltungen/mein-link/",
    }


@pytest.mark.parametrize("setup", SETUPS)
def test_no_page_of_a_participant_has_a_known_barrier(live_server: Any, person: Person, setup: str) -> None:
    width, scheme = SETUPS[setup]
    pages = list_pages(person)

    def walk(browser: Browser) -> dict[str, list[str]]:
        faults = {}
        for name, path in pages.items():
            # A visitor of their own for each page: whoever followed the link is led on from the others.
            context = open_context(
                browser,
                live_server.url,
                {"name": "nobody", "value": "1"},
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
            )
            faults[name] = see(context, f"{live_server.url}{path}", width, f"{setup} {name}")
            context.close()
        return faults

    found = in_browser(walk)
    assert {name: faults for name, faults in found.items() if faults} == {}
