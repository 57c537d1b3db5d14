"""Where things are toward the Fediverse. ``followed`` is the key of a body, or empty for the instance."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from federation.addresses import PROOF_KEY, SIGNATURE_KEY, actor_of
from hub.catalogue.slugs import slug_of
from hub.env import env
from hub.municipalities.models import Body

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ACTIVITY_JSON = "application/activity+json"
BODIES = "/federation/bodies/"


def actor(followed: str) -> str:
    """The actor of the instance or of a body."""
    return f"{env.origin}{BODIES}{followed}" if followed else actor_of(env.origin)


def _below(followed: str, name: str) -> str:
    return f"{actor(followed)}/{name}" if followed else f"{env.origin}/federation/{name}"


def inbox(followed: str) -> str:
    """Where others send to it."""
    return _below(followed, "inbox")


def outbox(followed: str) -> str:
    """What it has published."""
    return _below(followed, "outbox")


def followers(followed: str) -> str:
    """The collection of those who follow it, which is also how they are addressed."""
    return _below(followed, "followers")


def signature_key(followed: str) -> str:
    """Id of the key that signs its HTTP messages."""
    return actor(followed) + SIGNATURE_KEY


def proof_key(followed: str) -> str:
    """Id of the key that proves its activities."""
    return actor(followed) + PROOF_KEY


def followed_of(address: str) -> str | None:
    """Whose actor ``address`` is: the key of a body, empty for the instance; None if it is no actor here."""
    if address == actor(""):
        return ""
    key = address.removeprefix(env.origin + BODIES)
    return key if key and key != address and "/" not in key and "#" not in key else None


def object_address(key: uuid.UUID | str, life: int) -> str:
    """A document as the Fediverse knows it, in one of its lives."""
    return f"{env.origin}/federation/objects/{key}/{life}"


def host() -> str:
    """The part of handles behind the ``@``."""
    return urlsplit(env.origin).netloc


def user_of(body: Body) -> str:
    """The part of a body's handle before the ``@``: its name to read, its key so that there is one of it."""
    return f"{slug_of(body.name, 'kommune').replace('_', '-')}_{body.key}"


def handle(body: Body | None) -> str:
    """How people find the actor of a body, or of the instance: ``@mainz_07315000@wissen.mainz.de``."""
    return f"@{user_of(body) if body else env.slug}@{host()}"
