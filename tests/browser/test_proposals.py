"""The pages of proposals and votes: no barrier, nothing scrolls sideways, and a vote without a new page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect

from events.models import Person, Plan, Release, Session, Vote
from events.people import write_token
from events.proposing import reviewing
from tests.browser.conftest import BROWSER
from tests.browser.programme import add_day, add_organiser, in_browser, open_context
from tests.browser.test_accessibility import SETUPS, faults_of
from tests.factories.events import add_participant, add_seat, add_session
from tests.permissions.callers import add_account

pytestmark = [*BROWSER, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

State = Session.State
SHOTS = os.environ.get("SHOTS")
"""Where to leave a picture of each page, for whoever wants to look at them."""


@pytest.fixture
def plan() -> Plan:
    plan = add_day()
    for session in Session.objects.filter(plan=plan):
        session.summary = "Was wir gelernt haben, und was wir gern mit anderen Kommunen besprechen würden."
        session.save()
    return plan


@pytest.fixture
def person(plan: Plan) -> Person:
    """Somebody with a seat who proposed a session in each state, one of which is announced."""
    user = add_account("kim@stadt.demo.invalid", first_name="Kim", last_name="Beispiel")
    person = Person.objects.get(desk=plan.desk)
    person.user, person.affiliation = user, "Verbandsgemeindeverwaltung Musterstadt-Beispielhausen"
    person.save()
    add_seat(person)
    own = {"proposer": person, "shows_name": True, "summary": "Ein paar Sätze dazu."}
    for state in (State.UNCONFIRMED, State.PROPOSED, State.DECLINED, State.WITHDRAWN):
        reason = "Das Thema kommt schon in zwei anderen Sessions vor." if state == State.DECLINED else ""
        add_session(plan, f"Donaudampfschifffahrtsverwaltung: {state}", state=state, reason=reason, **own)
    told = reviewing.accept(add_session(plan, "Angekündigt", state=State.PROPOSED, **own))
    slots = [{"uid": str(told.pk)}]
    Release.objects.create(plan=plan, number=1, name="1", at=timezone.now(), version=1, slots=slots)
    merged = add_session(plan, "Vereint", state=State.PROPOSED, **own)
    reviewing.merge(Session.objects.filter(title="Noch ein Vorschlag").get(), merged, None, timezone.now())
    return person


def sign_in(person: Person) -> dict[str, Any]:
    """The cookie of a session in which they are signed in."""
    client = Client()
    client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")
    return {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}


def list_pages(plan: Plan, person: Person) -> dict[str, dict[str, str]]:
    """Paths of this room by who sees them and by name."""
    base, token = f"/veranstaltungen/{plan.desk.event.translation_key}/vorschlaege/", write_token(person)
    own = {f"own, {each.title}": each for each in person.proposals.all()}
    every = {"list": base, "nothing found": f"{base}?q=Quastenflosser", "propose": f"{base}neu/"}
    links = {name: f"/veranstaltungen/vorschlag/{each.pk}/{token}/" for name, each in own.items()}
    links |= {"acting as": base, "acting as, propose": f"{base}neu/"}
    links |= {"renewed link": f"/veranstaltungen/teilnahme/{token}/neuer-link/"}
    reviews = {f"review, {each.state}": each for each in Session.objects.filter(plan=plan)}
    office = {name: f"{base}pruefen/{each.pk}/" for name, each in reviews.items()}
    stands = {f"reviews, {stand}": f"{base}pruefen/?stand={stand}" for stand in ("offen", "angenommen")}
    return {
        "stranger": every,
        "account": every | {name: f"{base}{each.pk}/" for name, each in own.items()},
        "follower": links,
        "organiser": {
            "list": base,
            **stands,
            "from the wall": f"{base}pruefen/neu/",
            "hosts": f"{base}pruefen/gastgebende/",
            **office,
        },
    }


@pytest.mark.parametrize("setup", SETUPS)
def test_no_page_of_proposals_has_a_known_barrier(
    live_server: Any, plan: Plan, person: Person, setup: str
) -> None:
    width, scheme = SETUPS[setup]
    nobody = {"name": "nobody", "value": "1"}
    follower = add_participant(plan.desk, "Lou", affiliation="Stadt Worms")
    person.proposals.filter(title="Vereint").update(proposer=follower)
    pages = list_pages(plan, person)
    pages["follower"] = list_pages(plan, follower)["follower"] | pages["follower"]
    cookies = {"account": sign_in(person), "organiser": add_organiser(plan)}

    def walk(browser: Browser) -> dict[str, list[str]]:
        faults = {}
        for who, paths in pages.items():
            context = open_context(
                browser,
                live_server.url,
                cookies.get(who, nobody),
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
            )
            for name, path in paths.items():
                faults[f"{who}: {name}"] = see(
                    context, f"{live_server.url}{path}", width, f"{setup} {who} {name}"
                )
            context.close()
        return faults

    found = in_browser(walk)
    assert {name: faults for name, faults in found.items() if faults} == {}


def see(context: BrowserContext, address: str, width: int, name: str) -> list[str]:
    """What is wrong with a page, all that opens opened."""
    page = context.new_page()
    response = page.goto(address)
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")
    faults = faults_of(page, width)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name.replace(':', '').replace('/', ' ')}.png", full_page=True)
    page.close()
    status = response.status if response else 0
    return faults if status == 200 else [*faults, f"answers {status}"]


def test_a_vote_is_given_without_a_new_page_and_a_refused_one_says_why(
    live_server: Any, plan: Plan, person: Person
) -> None:
    cookie = sign_in(person)
    taken = list(Session.objects.filter(plan=plan, state=State.ACCEPTED)[:3])
    for n, session in enumerate(taken[:2], start=1):
        Vote.objects.create(person=person, session=session, n=n)
    address = f"{live_server.url}/veranstaltungen/{plan.desk.event.translation_key}/vorschlaege/"

    def walk(browser: Browser) -> None:
        page = open_context(
            browser, live_server.url, cookie, viewport={"width": 360, "height": 740}
        ).new_page()
        page.goto(address)
        free = page.locator("[aria-pressed=false]", has_text="Meine Stimme")
        free.first.click()
        expect(page.locator("[data-left]")).to_have_text("Sie haben noch 0 Stimmen.")
        free.first.click()
        expect(page.locator(".mark-problem")).to_contain_text("Alle Ihre 3 Stimmen sind vergeben.")

    in_browser(walk)
    assert Vote.objects.filter(person=person).count() == 3
