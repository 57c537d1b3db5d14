"""Asking the community as somebody."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from hub.accounts.models import User
from hub.catalogue.models import CatalogueEntry

ADDRESS = "/fragen/an-die-community/"
QUESTION = "Was macht der Schneepflug mit den Sensoren im Winter?"
FORM = {
    "question": QUESTION,
    "text": "Wir bauen im Frühjahr ein.",
    "body": "07319000",
    "role": "Amt 15",
    "reply_to": "amt15@worms.example",
}


def ask(
    client: Client, user: User, to: CatalogueEntry | None, /, action: str = "send", **changes: Any
) -> Any:
    """The answer to a step of the form."""
    client.force_login(user)
    chosen = {"to": str(to.uuid)} if to else {}
    return client.post(ADDRESS, {**FORM, **chosen, "action": action, **changes})


def words(response: Any) -> str:
    """What a page says, without markup."""
    main = response.content.decode().partition("<body")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())
