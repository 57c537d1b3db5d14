"""Signatures of webhook messages. Source: Standard Webhooks 1.0, "Signature scheme" (symmetric, ``v1``)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as the standard writes it: ``whsec_`` and the base64 of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``: HMAC-SHA256 over id, Unix time and body, joined by full stops."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
