"""Where a hub's provider of OpenID Connect is, and where its peers come back to. The same on every hub."""

from __future__ import annotations


def discovery_of(origin: str) -> str:
    """What the provider says about itself."""
    return origin + "/.well-known/openid-configuration"


def authorization_of(origin: str) -> str:
    """Where the browser is sent."""
    return origin + "/identity/o/authorize"


def token_of(origin: str) -> str:
    """Where a code becomes tokens."""
    return origin + "/identity/o/api/token"


def userinfo_of(origin: str) -> str:
    """Where an assertion is looked up again."""
    return origin + "/identity/o/api/userinfo"


def callback_of(origin: str, home: str) -> str:
    """Where the hub at ``origin`` takes members of the hub with the short name ``home`` back."""
    return f"{origin}/konto/instanz/{home}/zurueck/"
