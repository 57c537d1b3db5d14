"""Asking about a document, and reading a page as somebody."""

from __future__ import annotations

from typing import Any

from django.test import Client

from hub.accounts.models import User
from hub.catalogue.models import CatalogueEntry

FORM = {
    "wishes": ["talk", "reuse"],
    "text": "Wie lange hat es gedauert?",
    "role": "Amt 15",
    "reply_to": "amt15@worms.example",
}


def ask(client: Client, user: User, entry: CatalogueEntry, **changes: Any) -> Any:
    client.force_login(user)
    return client.post(f"/interesse/{entry.uuid}/", {"body": "07319000", **FORM, **changes})


def read(client: Client, user: User | None, address: str) -> str:
    if user is not None:
        client.force_login(user)
    return str(client.get(address).content.decode())
