"""Where things are at an instance, given its origin."""

from __future__ import annotations

from urllib.parse import quote, urlencode

ACTOR = "/federation/actor"
PROOF_KEY = "#ed25519-key"
SIGNATURE_KEY = "#rsa-key"


def actor_of(origin: str) -> str:
    """The actor: an ActivityPub ``Application``."""
    return origin + ACTOR


def proof_key_of(origin: str) -> str:
    """Id of the key that proves objects."""
    return actor_of(origin) + PROOF_KEY


def signature_key_of(origin: str) -> str:
    """Id of the key that signs HTTP messages."""
    return actor_of(origin) + SIGNATURE_KEY


def origin_of_key(key_id: str) -> str | None:
    """The origin a signature key id belongs to, or None for any other key id."""
    origin, separator, rest = key_id.partition(ACTOR)
    return origin if separator and rest == SIGNATURE_KEY else None


def inbox_of(origin: str) -> str:
    """Where activities are posted."""
    return origin + "/federation/inbox"


def messages_of(origin: str) -> str:
    """Where directed messages are posted."""
    return origin + "/federation/messages"


def log_of(origin: str) -> str:
    """Where the log is read."""
    return origin + "/federation/log"


def head_of(origin: str) -> str:
    """Where an instance says how far its log goes and what its catalogue holds."""
    return origin + "/federation/head"


def bucket_page_of(origin: str, bucket: int, after: str) -> str:
    """Where the entries of one bucket are read, from after the id ``after``."""
    return f"{origin}/federation/bucket/{bucket}?{urlencode({'after': after})}"


def identity_of(origin: str) -> str:
    """Where an instance says who it is."""
    return origin + "/federation/identity"


def proposals_of(origin: str) -> str:
    """Where an instance takes in that another would like to become its peer."""
    return origin + "/federation/proposals"


def notices_of(origin: str) -> str:
    """Where notices are posted and read."""
    return origin + "/federation/notices"


def file_of(origin: str, uuid: str, digest: str, name: str) -> str:
    """Where an attachment of a document lies; ``digest`` is ``sha256:<hex>``."""
    return f"{origin}/dateien/{uuid}/{digest.removeprefix('sha256:')}/{quote(name, safe='')}"
