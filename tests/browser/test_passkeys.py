"""From signing up to passkeys with a real browser, mails and hub.

Chromium brings the device: a virtual authenticator that holds passkeys and knows its person.
"""

from __future__ import annotations

import email
import email.policy
import re
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from fixtures.network.hubs import Hub
from fixtures.network.running import Network
from tests.browser.conftest import BROWSER
from tests.browser.test_network import wait_for

pytestmark = BROWSER

PASSWORD = "ein-langes-Kennwort-42"
DEVICE = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Person:
    """A newcomer at a browser, with a device that can hold passkeys."""

    def __init__(self, page: Page, hub: Hub) -> None:
        self.page = page
        self.hub = hub
        self.address = f"p{secrets.token_hex(4)}@neustadt.example"
        self.faults: list[str] = []
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.device: CDPSession = page.context.new_cdp_session(page)
        self.device.send("WebAuthn.enable")
        added = self.device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.authenticator = {"authenticatorId": added["authenticatorId"]}

    def goto(self, path: str) -> None:
        self.page.goto(self.hub.origin + path)

    def arrives(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(re.escape(self.hub.origin + path) + r"(\?.*)?$"))

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sign_up(self) -> None:
        """Register, open the link in the mail, and arrive where one asks for a role."""
        self.goto("/konto/login/")
        self.page.get_by_role("link", name="Konto anlegen").click()
        self.page.get_by_label("Dienstliche E-Mail-Adresse").fill(self.address)
        self.page.get_by_label("Vorname").fill("Erika")
        self.page.get_by_label("Nachname").fill("Muster")
        self.page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
        self.press("Konto anlegen")
        self.arrives("/konto/confirm-email/")
        link, _ = wait_for(self.link_in_mail)
        self.page.goto(link)
        self.press("Ja, bestätigen")
        self.arrives("/konto/beitritt/")

    def link_in_mail(self) -> str:
        """The link to confirm the address with; empty while no mail has arrived."""
        for path in (self.hub.home / "mails").glob("*.log"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["To"] == self.address and "bestätigen" in message["Subject"]:
                found = re.search(r"http://\S+/konto/confirm-email/\S+", message.get_content())
                return found.group(0) if found else ""
        return ""

    def sign_in(self) -> None:
        self.goto("/konto/login/")
        self.page.get_by_label("Dienstliche E-Mail-Adresse").fill(self.address)
        self.page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
        self.press("Anmelden")

    def sign_out(self) -> None:
        self.goto("/konto/logout/")
        self.press("Abmelden")
        self.arrives("/")

    def set_up(self, *, alone: bool) -> None:
        """Set up a passkey, after giving the password again."""
        self.goto("/konto/2fa/webauthn/add/")
        self.page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
        self.press("Weiter")
        self.page.get_by_label("Name, an dem Sie ihn später erkennen").fill("Dienstrechner")
        self.page.get_by_label("Damit auch ohne Kennwort anmelden").set_checked(alone)
        self.press("Weiter")
        self.arrives("/konto/2fa/recovery-codes/")
        codes = self.page.get_by_role("list", name="Noch nicht benutzte Codes")
        expect(codes.get_by_role("listitem")).to_have_count(10)

    def held(self) -> list[dict[str, object]]:
        """The passkeys on the device."""
        return list(self.device.send("WebAuthn.getCredentials", self.authenticator)["credentials"])


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="de-DE", viewport={"width": 360, "height": 800})
    yield context
    context.close()


@pytest.fixture
def person(network: Network, context: BrowserContext) -> Person:
    return Person(context.new_page(), network.hubs["mainz"])


def test_a_newcomer_sets_a_passkey_up_and_then_signs_in_with_it_alone(person: Person) -> None:
    person.sign_up()
    person.set_up(alone=True)
    assert [each["isResidentCredential"] for each in person.held()] == [True]
    person.sign_out()
    person.goto("/konto/login/?next=/konto/sessions/")
    person.press("Mit Passkey anmelden")
    person.arrives("/konto/sessions/")
    expect(person.page.get_by_text("Chrome unter Linux")).to_be_visible()
    assert person.faults == []


def test_a_passkey_is_the_second_step_after_the_password(person: Person) -> None:
    person.sign_up()
    person.set_up(alone=False)
    person.sign_out()
    person.sign_in()
    person.arrives("/konto/2fa/authenticate/")
    person.press("Passkey verwenden")
    person.arrives("/mein/")
    person.goto("/konto/2fa/webauthn/")
    expect(person.page.get_by_text("Zuletzt benutzt am")).to_be_visible()
    assert person.faults == []


def test_a_device_without_a_passkey_is_told_and_the_password_still_works(person: Person) -> None:
    person.sign_up()
    person.sign_out()
    person.goto("/konto/login/")
    person.press("Mit Passkey anmelden")
    expect(person.page.get_by_role("alert")).to_contain_text("Der Passkey wurde nicht verwendet")
    person.sign_in()
    person.arrives("/mein/")


def test_without_scripts_the_pages_say_what_to_do_instead(
    person: Person, network: Network, browser: Browser
) -> None:
    person.sign_up()
    plain = browser.new_context(locale="de-DE", java_script_enabled=False)
    page = plain.new_page()
    origin = network.hubs["mainz"].origin
    page.goto(f"{origin}/konto/login/?next=/konto/2fa/webauthn/add/")
    expect(page.get_by_role("button", name="Mit Passkey anmelden")).to_be_hidden()
    page.get_by_label("Dienstliche E-Mail-Adresse").fill(person.address)
    page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.get_by_label("Kennwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page.get_by_text("Dieser Browser kann hier keine Passkeys verwenden")).to_be_visible()
    expect(page.get_by_role("link", name="Stattdessen eine App einrichten")).to_be_visible()
    plain.close()
