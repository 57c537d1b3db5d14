"""Another instance's identity, fetched from its own address and believed for nothing but being shown."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import idna
from django.utils.translation import gettext as _

from federation import strictjson
from federation.addresses import identity_of
from federation.peers import ApprovalRefused, check_identity
from hub import fetching
from hub.env import env
from hub.errors import FetchFailed, HubError, RefusedMessage

IDENTITY_BYTES = 500_000
SECONDS = 10.0
HOST = re.compile(r"(?=.{1,180}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
SLUG = re.compile(r"[a-zA-Z0-9_-]{1,40}")
LONGEST_NAME = 120
LONGEST_KEY = 20
MOST_BODIES = 5_000
DEFAULT_PORTS = {"http": 80, "https": 443}


class NoIdentity(HubError):
    """An address cannot be read, or no fitting identity is there: the sentence says what to check."""


def read_address(text: str) -> str:
    """The origin that somebody has typed or pasted: scheme added, path dropped, the host in ASCII.

    Raises :class:`NoIdentity` for what is no address, for this instance's own, and for ``http`` unless this
    instance, too, is without encryption (a demonstration).
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except ValueError as error:
        raise NoIdentity(_not_an_address(text)) from error
    if parts.scheme not in DEFAULT_PORTS or parts.username is not None or not HOST.fullmatch(host):
        raise NoIdentity(_not_an_address(text))
    if parts.scheme == "http" and not env.origin.startswith("http://"):
        raise NoIdentity(_("The address begins with http://. Only encrypted addresses are taken: https://"))
    default = port is None or port == DEFAULT_PORTS[parts.scheme]
    origin = f"{parts.scheme}://{host}" + ("" if default else f":{port}")
    if origin == env.origin:
        raise NoIdentity(_("This is the address of this instance. Enter that of the other one."))
    return origin


def spelt_out(origin: str) -> str:
    """The host as a browser may show it if it has letters beyond ASCII (easily mistaken); else ``""``."""
    host = urlsplit(origin).hostname or ""
    if not any(label.startswith("xn--") for label in host.split(".")):
        return ""
    try:
        return str(idna.decode(host))
    except idna.IDNAError:
        return host


def fetch_identity(origin: str) -> dict[str, Any]:
    """What the instance at ``origin`` says of itself. Raises :class:`NoIdentity`.

    It must name the very origin it was fetched from, and be what :func:`federation.peers.approve` takes.
    """
    try:
        reply = fetching.fetch("GET", identity_of(origin), max_bytes=IDENTITY_BYTES, seconds=SECONDS)
    except FetchFailed as error:
        raise NoIdentity(
            _("%(origin)s cannot be reached. Is the address right, and does the instance run? (%(reason)s)")
            % {"origin": origin, "reason": error}
        ) from error
    if reply.status != 200:
        raise NoIdentity(
            _("At %(origin)s no Wissenshub answers, or an older version of one (answer %(status)s).")
            % {"origin": origin, "status": reply.status}
        )
    try:
        identity = strictjson.loads_object(reply.body)
        _check(identity, origin)
    except (RefusedMessage, ApprovalRefused) as error:
        raise NoIdentity(
            _("What %(origin)s says of itself cannot be used: %(reason)s")
            % {"origin": origin, "reason": error}
        ) from error
    return identity


def _check(identity: dict[str, Any], origin: str) -> None:
    if identity.get("origin") != origin:
        raise ApprovalRefused(
            _("It names another address, %(named)s. Enter that one if it is meant.")
            % {"named": str(identity.get("origin"))[:200]}
        )
    check_identity(identity)
    name = identity["name"]
    odd = any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in name)
    if len(name) > LONGEST_NAME or odd or not name.strip():
        raise ApprovalRefused(_("its name is too long or has invisible characters."))
    if not SLUG.fullmatch(identity["slug"]):
        raise ApprovalRefused(_("its short name is not made of up to 40 letters, digits and hyphens."))
    bodies = identity["bodies"]
    if len(bodies) > MOST_BODIES or any(not key or len(key) > LONGEST_KEY for key in bodies):
        raise ApprovalRefused(_("its list of municipalities cannot be read."))


def _not_an_address(text: str) -> str:
    return _("“%(text)s” is not an address. Enter it as in the browser: wissenshub.example.de") % {
        "text": text[:200]
    }
