"""What a home hub says about its member, and how much of it is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from federation.models import Peer
from hub.accounts.models import Role
from hub.errors import HubError

NAME_LENGTH = 150


class NotPermitted(HubError):
    """The home hub asserts nothing that it was approved for. ``bodies`` are the keys it named."""

    def __init__(self, bodies: list[str]) -> None:
        super().__init__(f"asserts {bodies or 'no body'}")
        self.bodies = bodies


@dataclass(frozen=True)
class Assertion:
    """A member as its home hub vouches for it; ``body`` is one the hub was approved for."""

    subject: str
    body: str
    role: Role
    first_name: str = ""
    last_name: str = ""
    email: str = ""


def read_assertion(claims: Mapping[str, Any], peer: Peer) -> Assertion:
    """The first of the asserted bodies that ``peer`` may speak for. Raises :class:`NotPermitted`."""
    named = list(_named(claims))
    for body, role in named:
        if body in peer.bodies:
            return Assertion(
                subject=str(claims["sub"]),
                body=body,
                role=role,
                first_name=_text(claims.get("given_name")),
                last_name=_text(claims.get("family_name")),
                email=_email(claims.get("email")),
            )
    raise NotPermitted([body for body, _ in named])


def _named(claims: Mapping[str, Any]) -> Iterator[tuple[str, Role]]:
    """Bodies with roles, the primary one first; what is malformed is nothing that was said."""
    listed = claims.get("bodies")
    for item in [claims, *(listed if isinstance(listed, list) else [])]:
        body, role = (item.get("body"), item.get("role")) if isinstance(item, Mapping) else (None, None)
        if isinstance(body, str) and isinstance(role, str) and role in Role.values:
            yield body, Role(role)


def _text(value: object) -> str:
    """A name on one line: no control characters, none that turn the direction of writing."""
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in value if letter.isprintable()).strip()[:NAME_LENGTH]


def _email(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        validate_email(value)
    except ValidationError:
        return ""
    return value if len(value) <= 254 else ""
