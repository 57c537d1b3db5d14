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
    live_url: str = ""
    pull_seconds: int = 120
    attachment_max_mb: int = 2048
    attachment_quota_mb: int = 0
    upload_max_mb: int = 2048
    clamav: str = ""
    log_format: str = "json"
    second_factor: str = "required"
    oidc_url: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_name: str = ""
    meili_url: str = ""
    meili_key: str = ""
    answers_url: str = ""
    answers_model: str = ""
    answers_key: str = ""
    answers_members: bool = False
    embedder: str = "hash"
    embedder_model: str = ""
    embedder_key: str = ""

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


def _origin_or_none(value: str) -> str:
    return _origin(value) if value else ""


def _service_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment
    ):
        raise ValueError("an address without query")
    return value.rstrip("/")


def _model_address(value: str) -> str:
    """Of any host: which one may read questions and passages is the operator's choice alone."""
    if "@" in urlsplit(value).netloc:
        raise ValueError("an address without user and password; the key has a variable of its own")
    return _service_address(value)


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


def _scanner(value: str) -> str:
    if value and not value.startswith("/") and not re.fullmatch(r"(\[[0-9a-f:.]+\]|[\w.-]+):\d{1,5}", value):
        raise ValueError("host:port or the path of a socket")
    return value


def _embedder(value: str) -> str:
    """``hash``, ``lsa``, ``local:`` with a folder or ``openai:`` with an address that holds no password."""
    method, _, place = value.partition(":")
    if method == "local" and place.startswith("/"):
        return value.rstrip("/")
    if method == "openai" and place and "@" not in place:
        return f"openai:{_service_address(place)}"
    if value not in {"hash", "lsa"}:
        raise ValueError("hash, lsa, local:/folder/of/a/model or openai:https://address")
    return value


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
    "HUB_LIVE_URL": Variable(
        "live_url",
        _origin_or_none,
        "https://live.koblenz.de",
        "where browsers reach the live process, if not at /live/ of HUB_ORIGIN",
        "",
    ),
    "HUB_PULL_SECONDS": Variable(
        "pull_seconds", _number, "120", "seconds between two pulls from each peer", "120"
    ),
    "HUB_ATTACHMENT_MAX_MB": Variable(
        "attachment_max_mb", _number, "2048", "largest attachment fetched from a peer, in megabytes", "2048"
    ),
    "HUB_ATTACHMENT_QUOTA_MB": Variable(
        "attachment_quota_mb",
        _number,
        "500000",
        "room for all files of other instances together, in megabytes; 0: no limit",
        "0",
    ),
    "HUB_UPLOAD_MAX_MB": Variable(
        "upload_max_mb", _number, "2048", "largest file that can be uploaded, in megabytes", "2048"
    ),
    "HUB_CLAMAV": Variable(
        "clamav",
        _scanner,
        "/run/clamav/clamd.ctl",
        "clamd, which scans every file that comes in: host:port or path of its socket; empty: none",
        "",
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
        _service_address,
        "https://sso.koblenz.de/realms/stadt",
        "the city's own OpenID Connect provider; empty: none",
        "",
    ),
    "HUB_OIDC_CLIENT": Variable("oidc_client", str, "wissenshub", "client id at that provider", ""),
    "HUB_OIDC_SECRET": Variable("oidc_secret", str, "40 random characters", "client secret there", ""),
    "HUB_OIDC_NAME": Variable(
        "oidc_name", str, "Stadt Koblenz", "name of that provider on the sign-in page", ""
    ),
    "MEILI_URL": Variable(
        "meili_url",
        _service_address,
        "http://127.0.0.1:7700",
        "Meilisearch, which then answers searches; empty: PostgreSQL does",
        "",
    ),
    "MEILI_KEY": Variable("meili_key", str, "master key of Meilisearch", "its master or admin key", ""),
    "HUB_ANSWERS_URL": Variable(
        "answers_url",
        _model_address,
        "http://127.0.0.1:11434/v1",
        "OpenAI-compatible endpoint of the language model that phrases answers; empty: passages alone",
        "",
    ),
    "HUB_ANSWERS_MODEL": Variable("answers_model", str, "mistral-small", "name of the model there", ""),
    "HUB_ANSWERS_KEY": Variable("answers_key", str, "sk-…", "key for that endpoint, if it wants one", ""),
    "HUB_ANSWERS_MEMBERS": Variable(
        "answers_members",
        _flag,
        "0",
        "whether passages that only members may read are sent to endpoints of models as well",
        "0",
    ),
    "HUB_EMBEDDER": Variable(
        "embedder",
        _embedder,
        "openai:https://llm.koblenz.de/v1",
        "what makes the vectors of passages and questions: hash, lsa, local:<folder> or openai:<address>",
        "hash",
    ),
    "HUB_EMBEDDER_MODEL": Variable("embedder_model", str, "multilingual-e5-small", "its model there", ""),
    "HUB_EMBEDDER_KEY": Variable("embedder_key", str, "40 random characters", "the key for it", ""),
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
    if values.get("embedder", "").startswith("openai:") and not values["embedder_model"]:
        example = VARIABLES["HUB_EMBEDDER_MODEL"].example
        faults.append(f"HUB_EMBEDDER_MODEL is missing beside openai:, e.g. HUB_EMBEDDER_MODEL={example}")
    if values.get("answers_url") and not values.get("answers_model"):
        faults.append("HUB_ANSWERS_MODEL is missing: HUB_ANSWERS_URL needs the name of a model")
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in VARIABLES:
            faults.append(f"{name} is unknown; known are {', '.join(VARIABLES)}")
    if faults:
        raise ConfigurationError("The environment needs correcting:\n  " + "\n  ".join(faults))
    return Env(**values)


env: Env = read_env(os.environ)
