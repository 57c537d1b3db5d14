"""The log: what opens something to whoever reads it does not stand there."""

from __future__ import annotations

import logging
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hub.logs import CREDENTIALS

SECRET = "MTIz:1vAbCd:geheim-und-lang"
ADDRESSES = {
    "invitation": lambda: reverse("accounts:invitation", args=[SECRET]),
    "password": lambda: reverse("account_reset_password_from_key", args=["1", "geheim-und-lang"]),
    "address": lambda: reverse("account_confirm_email", args=[SECRET]),
    "unsubscribing": lambda: reverse("site:unsubscribe", args=[SECRET]),
    "digest confirmed": lambda: reverse("site:digest-confirm", args=[SECRET]),
    "digest changed": lambda: reverse("site:digest-manage", args=[SECRET]),
    "digest ended": lambda: reverse("site:digest-unsubscribe", args=[SECRET]),
    "participation": lambda: reverse("events:participation", args=[SECRET]),
    "new address": lambda: reverse("events:participation_address", args=[SECRET]),
    "proposal": lambda: reverse("events:proposal_link", args=[uuid.uuid4(), SECRET]),
    "note": lambda: reverse("events:note_link", args=[uuid.uuid4(), SECRET]),
    "feedback": lambda: reverse("events:feedback", args=[SECRET, "20260401T1600"]),
    "helper": lambda: reverse("events:helper", args=[SECRET]),
    "badge": lambda: reverse("events:badge", args=[SECRET]),
    "saved search": lambda: reverse("site:searches-unsubscribe", args=[SECRET]),
    "calendar of a group": lambda: reverse("events:circle_calendar", args=[SECRET]),
    "own calendar": lambda: reverse("events:calendar_person", args=[SECRET]),
}


def addresses_with_a_key() -> set[str]:
    """Those that the table of rights lists as links of mails and of helpers."""
    table = (Path(__file__).parents[2] / "docs/permissions.md").read_text()
    listed = table.split("## Adressen mit eigenem Schlüssel")[1].split("- Schlüssel einer eben")[0]
    return set(re.findall(r"`(/[^`]+)`", listed))


def test_every_address_with_a_key_is_masked() -> None:
    addresses = addresses_with_a_key()
    assert len(addresses) > 10
    for address in addresses:
        path = re.sub(r"<(?:token|key|uidb36|proof)>", "geheim", address)
        assert "geheim" not in CREDENTIALS.sub(r"\1…", path), address


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines as they are written."""
    formatter = logging.getLogger().handlers[0].formatter
    assert formatter
    return [formatter.format(record) for record in caplog.records]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_request_is_logged_without_the_secret_in_its_address(
    client: Client, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    address = ADDRESSES[kind]()
    caplog.set_level(logging.INFO)
    client.get(address)
    client.get(address.rstrip("/"))  # cut off by a mail program
    lines = [line for line in logged(caplog) if "hub.request" in line]
    assert len(lines) == 2
    assert all("/… " in line for line in lines)
    assert "geheim" not in "".join(lines)


@pytest.mark.parametrize("kind", ADDRESSES)
def test_so_is_what_others_log(caplog: pytest.LogCaptureFixture, kind: str) -> None:
    address = ADDRESSES[kind]()
    for where in (address, f"https://mainz.example{address}"):
        logging.getLogger("django.request").error("Internal Server Error: %s", where)
    try:
        raise ValueError(f"no page {address}")
    except ValueError:
        logging.getLogger("hub").exception("failed")
    text = "\n".join(logged(caplog))
    assert text.count("/…") >= 3
    assert "geheim" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/", "/konto/team/07315000/", "/konto/login/", "/kommunen/07315000/", "/mein/"]
)
def test_other_addresses_are_logged_whole(
    client: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    caplog.set_level(logging.INFO)
    client.get(path, {"p": "1"})
    (record,) = [record for record in caplog.records if record.name == "hub.request"]
    event: Any = record.msg
    assert event["path"] == path
