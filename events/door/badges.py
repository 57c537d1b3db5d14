"""What stands in the code of a badge, and how it is read again."""

from __future__ import annotations

import hashlib
import re

from django.db.models import Func, TextField
from django.urls import reverse

from hub.env import env

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,32}")
ADDRESS = re.compile(r"https?://[^/\s]+/veranstaltungen/b/([A-Za-z0-9_-]{8,32})/?")
DIGEST = re.compile(r"#[0-9a-f]{64}")
LONGEST = 300


def badge_address(badge: str) -> str:
    """What the code says: an address that a phone's own camera opens, too."""
    return env.origin + reverse("events:badge", args=[badge])


def digest_badge(badge: str) -> str:
    """What devices hold of a badge while they are offline: SHA-256, in hexadecimal digits."""
    return hashlib.sha256(badge.encode()).hexdigest()


class Digest(Func):
    """The same, worked out by PostgreSQL."""

    function = "sha256"
    template = "encode(%(function)s(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = TextField()


def read_badge(text: str) -> str:
    """The token of what was scanned or typed, or "#" and its digest; "" if it can be no badge."""
    text = text.strip()[:LONGEST]
    if found := ADDRESS.fullmatch(text):
        return found[1]
    return text if TOKEN.fullmatch(text) or DIGEST.fullmatch(text) else ""
