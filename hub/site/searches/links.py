"""Signed links that end the mails of one saved search, without signing in (RFC 8058).

They hold no address and never expire; each opens nothing but the end of these mails.
"""

from __future__ import annotations

import uuid

from django.urls import reverse

from hub.env import env
from hub.site.mailing import read_key, sign_key
from hub.site.searches.models import SavedSearch

SALT = "hub.site.searches.unsubscribe"


def unsubscribe_url(search: SavedSearch) -> str:
    """The whole address that ends the mails of a search."""
    token = sign_key(search.key, SALT)
    return env.origin + reverse("site:searches-unsubscribe", args=[token])


def read_token(token: str) -> uuid.UUID | None:
    """The search whose mails a token ends; None if it is forged, mangled or for something else."""
    return read_key(token, SALT)
