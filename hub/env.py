"""The environment, typed once. A wrong or unknown variable stops the start, by name, with an example."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hub.errors import ConfigurationError

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "HUB_"


@dataclass(frozen=True)
class Env:
    """Settings of one instance. Addresses are without a trailing slash."""

    origin: str
    slug: str
    name: str
    body: str
    secret_key: str
    database_url: str
    data_dir: Path
    static_root: Path
    debug: bool = False
    peer_addresses: Mapping[str, str] = field(default_factory=dict)
    trusted_proxies: int = 0
    email_url: str = "consolemail://"
    mail_from: str = "wissenshub@localhost"
    s3_bucket: str = ""
    s3_endpoint: str = ""
    pull_seconds: int = 120
    attachment_max_mb: int = 2048
    upload_max_mb: int = 2048
    log_format: str = "json"
    second_factor: str = "required"
    oidc_url: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_name: str = ""

    @property
    def host(self) -> str:
        """Host of the origin, without its port."""
        return urlsplit(self.origin).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether the site is served over TLS."""
        return self.origin.startswith("https://")


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("an address of scheme and host alone")
    return value.rstrip("/").lower()


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError("an address without query")
    return value.rstrip("/")


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", value):
        raise ValueError("2 to 31 small letters, digits and hyphens, a letter first")
    return value


def _flag(value: str) -> bool:
    if value.lower() not in {"1", "0", "true", "false", "yes", "no"}:
        raise ValueError("1 or 0")
    return value.lower() in {"1", "true", "yes"}


def _number(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("a number of 0 or more")
    return number


def _secret(value: str) -> str:
    if len(value) < 32:
        raise ValueError("at least 32 random characters")
    return value


def _database(value: str) -> str:
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        raise ValueError("a PostgreSQL address")
    return value


def _peers(value: str) -> dict[str, str]:
    """``host:port=address, …`` as a mapping; addresses are literal IPs."""
    result = {}
    for item in filter(None, (part.strip() for part in value.split(","))):
        host, separator, address = item.partition("=")
        if not separator or not re.fullmatch(r"[a-z0-9.-]+:\d{1,5}", host):
            raise ValueError(f"{item!r} is not host:port=address")
        result[host] = str(ipaddress.ip_address(address))
    return result


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError("one of " + ", ".join(allowed))
        return value

    return parse


@dataclass(frozen=True)
class Variable:
    """One environment variable: its field, parser, example, default text and meaning."""

    field: str
    parse: Callable[[str], Any]
    example: str
    meaning: str
    default: str | None = None


VARIABLES: dict[str, Variable] = {
    "HUB_ORIGIN": Variable("origin", _origin, "https://wissen.koblenz.de", "public address of this instance"),
    "HUB_SLUG": Variable("slug", _slug, "koblenz", "short name, in cookies and addresses"),
    "HUB_NAME": Variable("name", str, "Koblenz", "name shown on the site"),
    "HUB_BODY": Variable("body", str, "07111000", "key (AGS) of the body that runs it", ""),
    "SECRET_KEY": Variable("secret_key", _secret, "50 random characters", "signs sessions and links"),
    "DATABASE_URL": Variable(
        "database_url",
        _database,
        "postgres://hub@/hub?host=/run/postgresql",
        "PostgreSQL 14 or later with pgvector",
    ),
    "HUB_DATA_DIR": Variable("data_dir", Path, "/var/lib/wissenshub", "uploaded files and quarantine"),
    "HUB_STATIC_ROOT": Variable(
        "static_root", Path, "/var/lib/wissenshub/static", "collected CSS and JS", "var/static"
    ),
    "HUB_DEBUG": Variable("debug", _flag, "0", "error pages with details; never in public", "0"),
    "HUB_PEER_ADDRESSES": Variable(
        "peer_addresses",
        _peers,
        "mainz.localhost:8001=127.0.0.1",
        "hosts the outbound door may reach at exactly these addresses, private ones included",
        "",
    ),
    "HUB_TRUSTED_PROXIES": Variable(
        "trusted_proxies", _number, "1", "number of reverse proxies in front", "0"
    ),
    "HUB_EMAIL_URL": Variable(
        "email_url",
        str,
        "smtp+tls://user:password@mail.example:587",
        "mail server; consolemail:// prints mails",
        "consolemail://",
    ),
    "HUB_MAIL_FROM": Variable(
        "mail_from", str, "wissenshub@koblenz.de", "sender of all mails", "wissenshub@localhost"
    ),
    "HUB_S3_BUCKET": Variable("s3_bucket", str, "wissenshub", "S3 bucket for files; empty: HUB_DATA_DIR", ""),
    "HUB_S3_ENDPOINT": Variable(
        "s3_endpoint", str, "https://s3.example", "S3 endpoint; empty: the provider's", ""
    ),
    "HUB_PULL_SECONDS": Variable(
        "pull_seconds", _number, "120", "seconds between two pulls from each peer", "120"
    ),
    "HUB_ATTACHMENT_MAX_MB": Variable(
        "attachment_max_mb", _number, "2048", "largest attachment fetched from a peer, in megabytes", "2048"
    ),
    "HUB_UPLOAD_MAX_MB": Variable(
        "upload_max_mb", _number, "2048", "largest file that can be uploaded, in megabytes", "2048"
    ),
    "HUB_LOG_FORMAT": Variable(
        "log_format", _choice("json", "text"), "json", "log lines as JSON or for people", "json"
    ),
    "HUB_SECOND_FACTOR": Variable(
        "second_factor",
        _choice("required", "optional"),
        "required",
        "whether editors, coordinators and operators need a second factor",
        "required",
    ),
    "HUB_OIDC_URL": Variable(
        "oidc_url",
        _issuer,
        "https://sso.koblenz.de/realms/stadt",
        "the city's own OpenID Connect provider; empty: none",
        "",
    ),
    "HUB_OIDC_CLIENT": Variable("oidc_client", str, "wissenshub", "client id at that provider", ""),
    "HUB_OIDC_SECRET": Variable("oidc_secret", str, "40 random characters", "client secret there", ""),
    "HUB_OIDC_NAME": Variable(
        "oidc_name", str, "Stadt Koblenz", "name of that provider on the sign-in page", ""
    ),
}


def read_env(environ: Mapping[str, str]) -> Env:
    """Build :class:`Env` from ``environ``.

    Raises :class:`ConfigurationError` naming every wrong, missing and unknown ``HUB_`` variable at
    once, each with an example.
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, variable in VARIABLES.items():
        raw = environ.get(name) or variable.default
        if raw is None:
            faults.append(f"{name} is missing ({variable.meaning}), e.g. {name}={variable.example}")
            continue
        try:
            values[variable.field] = variable.parse(raw)
        except ValueError as error:
            faults.append(f"{name}={raw!r} is malformed ({error}), e.g. {name}={variable.example}")
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in VARIABLES:
            faults.append(f"{name} is unknown; known are {', '.join(VARIABLES)}")
    if faults:
        raise ConfigurationError("The environment needs correcting:\n  " + "\n  ".join(faults))
    return Env(**values)


env: Env = read_env(os.environ)
