"""How often one sender may ask, and have an answer phrased: by all processes of an instance together."""

from __future__ import annotations

from allauth.core.internal.ratelimit import consume, get_ip
from django.http import HttpRequest

ASK, PHRASE = "ask", "phrase"
LIMITS = {ASK: "120/m/key", PHRASE: "10/m/key,60/h/key"}
"""A town hall has one address to the outside, so guests of one address have as much as a person. Each answer
that a model phrases costs its operator money."""

WAIT_SECONDS = 60


def may_ask(request: HttpRequest, person: int | None = None) -> bool:
    """Count one more question of this sender; False where it is one too many.

    ``person`` is the account whose key a program has shown.
    """
    return _consume(request, ASK, person)


def may_phrase(request: HttpRequest, person: int | None = None) -> bool:
    """Count one more answer to be phrased; False where it is one too many."""
    return _consume(request, PHRASE, person)


def _consume(request: HttpRequest, action: str, person: int | None) -> bool:
    """The sender is the person who asks, else the network address; what is kept is a hash of it."""
    person = person or request.user.pk
    sender = f"person {person}" if person else f"address {get_ip(request)}"
    held = consume(request, app="search", action=action, config=LIMITS, key=sender, limit_get=True)
    return held is not None
