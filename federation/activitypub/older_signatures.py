"""Signatures of the older kind, which most of the Fediverse still sends: draft-cavage-http-signatures-12.

One ``Signature`` header lists what it covers. Only RSA with SHA-256 is known here, and a request is believed
only if method, address, host, time and the digest of its body are all covered.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.utils import timezone

from federation.addresses import signature_key_of
from federation.identity import own_keys
from federation.signatures import TOLERANCE, Message
from hub.env import env
from hub.errors import RefusedMessage

ALGORITHMS = frozenset({"rsa-sha256", "hs2019"})
TARGET, CREATED, EXPIRES = "(request-target)", "(created)", "(expires)"
_PARAMETER = re.compile(r'\s*([a-zA-Z]+)=(?:"([^"\\]*)"|([0-9]+))\s*(?:,|$)')


def read_parameters(header: str) -> dict[str, str]:
    """The parameters of a ``Signature`` header (section 4.1).

    Raises :class:`RefusedMessage` if it is malformed, names one twice, or holds more than one signature.
    """
    found: dict[str, str] = {}
    position = 0
    while position < len(header):
        match = _PARAMETER.match(header, position)
        if match is None or match[1] in found:
            raise RefusedMessage("signature refused: it cannot be read")
        found[match[1]] = match[2] if match[2] is not None else match[3]
        position = match.end()
    if not found.get("keyId") or not found.get("signature"):
        raise RefusedMessage("signature refused: it names no key, or is empty")
    return found


def verify(message: Message, key: rsa.RSAPublicKey, received: dt.datetime) -> bytes:
    """Check that ``key`` signed ``message``, close to when it was ``received``; returns the signature.

    Raises :class:`RefusedMessage` naming what is wrong.
    """
    headers = {name.lower(): value for name, value in message.headers.items()}
    parameters = read_parameters(headers.get("signature", ""))
    covered = parameters.get("headers", "").split(" ")
    _check_coverage(parameters, covered)
    _check_time(parameters, covered, headers, received)
    _check_digest(headers.get("digest", ""), message.body)
    try:
        signature = base64.b64decode(parameters["signature"], validate=True)
        signed = signed_text(message.method, message.url, covered, headers, parameters).encode()
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error) as error:
        raise RefusedMessage("signature refused: it does not fit the message and the key") from error
    return signature


def signed_text(
    method: str,
    url: str,
    covered: list[str],
    headers: Mapping[str, str],
    parameters: Mapping[str, str] | None = None,
) -> str:
    """What is signed (section 2.3): a line for each thing covered, in its order.

    The host is that of ``url``, whatever the header says. ``headers`` have names in small letters.
    """
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    values = {
        **headers,
        TARGET: f"{method.lower()} {path}",
        CREATED: (parameters or {}).get("created", ""),
        EXPIRES: (parameters or {}).get("expires", ""),
        "host": parts.netloc,
    }
    missing = [name for name in covered if name not in values]
    if missing:
        raise RefusedMessage(f"signature refused: it covers {missing[0]}, which is not there")
    return "\n".join(f"{name}: {values[name].strip()}" for name in covered)


def sign_older(method: str, url: str, body: bytes | None = None, key_id: str = "") -> dict[str, str]:
    """The headers that sign a request to ``url`` (as on the wire), as this instance or by that key id."""
    headers = {"date": format_datetime(timezone.now(), usegmt=True)}
    if body is not None:
        headers["digest"] = digest_header(body)
    covered = [TARGET, "host", *headers]
    text = signed_text(method, url, covered, headers)
    signature = own_keys().rsa.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    parameters = {
        "keyId": key_id or signature_key_of(env.origin),
        "algorithm": "rsa-sha256",
        "headers": " ".join(covered),
        "signature": base64.b64encode(signature).decode(),
    }
    written = ",".join(f'{name}="{value}"' for name, value in parameters.items())
    return {**{name.title(): value for name, value in headers.items()}, "Signature": written}


def digest_header(body: bytes) -> str:
    """The ``Digest`` of a body (RFC 3230)."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def _check_coverage(parameters: Mapping[str, str], covered: list[str]) -> None:
    if parameters.get("algorithm") not in ALGORITHMS:
        raise RefusedMessage("signature refused: its algorithm is neither rsa-sha256 nor hs2019")
    if len(set(covered)) != len(covered):
        raise RefusedMessage("signature refused: it covers something twice")
    if not {TARGET, "host", "digest"} <= set(covered) or not {"date", CREATED} & set(covered):
        raise RefusedMessage("signature refused: it does not cover address, host, time and digest")
    if parameters["algorithm"] != "hs2019" and {CREATED, EXPIRES} & set(covered):
        raise RefusedMessage("signature refused: (created) and (expires) need the algorithm hs2019")


def _check_time(
    parameters: Mapping[str, str], covered: list[str], headers: Mapping[str, str], received: dt.datetime
) -> None:
    times = []
    if "date" in covered:
        times.append(_read_date(headers.get("date", "")))
    if CREATED in covered:
        times.append(_read_seconds(parameters.get("created", "")))
    if any(abs(received - time) > TOLERANCE for time in times):
        raise RefusedMessage("signature refused: it is older or newer than 15 minutes")
    if "expires" in parameters and _read_seconds(parameters["expires"]) < received:
        raise RefusedMessage("signature refused: it has expired")


def _read_date(text: str) -> dt.datetime:
    try:
        read = parsedate_to_datetime(text)
    except ValueError as error:
        raise RefusedMessage("signature refused: its date cannot be read") from error
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def _read_seconds(text: str) -> dt.datetime:
    if not re.fullmatch(r"[0-9]{1,11}", text):
        raise RefusedMessage("signature refused: its time cannot be read")
    return dt.datetime.fromtimestamp(int(text), dt.UTC)


def _check_digest(header: str, body: bytes) -> None:
    """Every SHA-256 that is given has to be right, and one has to be; other algorithms are not looked at."""
    wanted = digest_header(body).partition("=")[2]
    given = [part.strip().partition("=") for part in header.split(",")]
    found = [value for name, _, value in given if name.lower() == "sha-256"]
    if not found or any(value != wanted for value in found):
        raise RefusedMessage("signature refused: the digest is not that of the body")
