"""The one outbound HTTP door.

Every request to another host goes through here: the address is resolved once and pinned, private
and special addresses are refused, redirects are never followed, proxies of the environment are
ignored, and answers are read up to a cap and a deadline. ``HUB_PEER_ADDRESSES`` opens exactly the
named hosts and ports at exactly the named addresses.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from hub.env import env
from hub.errors import FetchFailed, PrivateAddress, Redirected, TooSlow, Unreachable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
MAX_BYTES = 1_000_000
CHUNK = 64 * 1024
DEFAULT_PORTS = {"http": 80, "https": 443}

# What requests-hardened lets pass: site-local (RFC 3879) and IPv4-compatible (RFC 4291) addresses.
ALSO_REFUSED = (ipaddress.ip_network("fec0::/10"), ipaddress.ip_network("::/96"))


_deadline: ContextVar[float] = ContextVar("deadline")
"""Until when the exchange that is being opened may last, on the monotonic clock."""


def open_service_session() -> requests.Session:
    """A session that keeps its connections, for a service of this instance: its operators set the address."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass(frozen=True)
class Reply:
    """An answer read to its end. ``body`` is decompressed; header names ignore case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _TimedReader(io.RawIOBase):
    """The bytes of a connection until a deadline. A socket's own limit starts anew with every byte."""

    def __init__(self, source: io.RawIOBase, connection: socket.socket, deadline: float) -> None:
        self._source, self._connection, self._deadline = source, connection, deadline

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, waiting for READ_SECONDS and not beyond the deadline."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self._connection.settimeout(min(left, READ_SECONDS))
        count: int | None = self._source.readinto(buffer)
        return count

    def close(self) -> None:
        """Let the connection go."""
        self._source.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer whose status line, headers and body all count against the one deadline."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        source: Any = self.fp
        self.fp = io.BufferedReader(_TimedReader(source.detach(), sock, _deadline.get()))


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse


class _TimedTlsConnection(HTTPSConnection):
    response_class = _TimedResponse


class _TimedPool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TimedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTlsConnection


class _PinningAdapter(IPFilterAdapter):
    """Connects to the address it has checked, so a second DNS answer cannot change it."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _TimedPool, "https": _TimedTlsPool}

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        parts = urlsplit(request.url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        known = env.peer_addresses.get(f"{parts.hostname}:{port}")
        if known is None:
            host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
            _refuse_special(host["host"])
            return host, pool
        keys: Any = HTTPAdapter.build_connection_pool_key_attributes(self, request, verify, cert)
        host, pool = keys
        request.headers = CaseInsensitiveDict(request.headers)
        request.headers["Host"] = parts.netloc.rpartition("@")[2]
        if self._is_https_proto:
            pool["assert_hostname"] = pool["server_hostname"] = parts.hostname
        host["host"] = f"[{known}]" if ":" in known else known
        return host, pool


def _refuse_special(address: str) -> None:
    ip = ipaddress.ip_address(address.strip("[]"))
    if not ip.is_global or any(ip in network for network in ALSO_REFUSED):
        raise InvalidIPAddress(ip)


@cache
def _session() -> HTTPSession:
    """One session for the process, so that connections to peers are kept open."""
    config = Config(
        ip_filter_enable=False,  # our adapters below do it
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=(CONNECT_SECONDS, READ_SECONDS),
        user_agent_override=f"Wissenshub (+{env.origin})",
    )
    session = HTTPSession(config)
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("http://", _PinningAdapter(is_https_proto=False))
    session.mount("https://", _PinningAdapter(is_https_proto=True))
    return session


def is_opened(url: str) -> bool:
    """Whether ``HUB_PEER_ADDRESSES`` names the host and port of ``url``, which need not be public then."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or DEFAULT_PORTS.get(parts.scheme)}" in env.peer_addresses


def prepared_url(url: str) -> str:
    """``url`` exactly as it goes over the wire, which is what a signature has to cover."""
    return str(requests.Request("GET", url).prepare().url)


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    max_bytes: int = MAX_BYTES,
    seconds: float = 2 * READ_SECONDS,
) -> Reply:
    """Send one request and read the answer, whatever its status.

    ``max_bytes`` caps the answer before and after decompression, ``seconds`` the whole exchange.
    Raises :class:`FetchFailed` for refused addresses, redirects, and answers that are too large or badly
    compressed; :class:`Unreachable`, which is one, for network errors and answers that are too slow.
    """
    deadline = time.monotonic() + seconds
    with _open(method, url, {"Accept-Encoding": "gzip", **(headers or {})}, body, deadline) as response:
        raw = b"".join(_chunks(response, max_bytes, deadline))
        encoding = response.headers.get("Content-Encoding", "").lower()
        return Reply(response.status_code, response.headers, _decoded(raw, encoding, max_bytes, url))


@dataclass(frozen=True)
class Part:
    """What is left of a file from byte ``start`` on; ``resumable`` if the host sends such parts."""

    start: int
    resumable: bool
    chunks: Iterator[bytes]


@contextmanager
def download(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    max_bytes: int,
    seconds: float = 600.0,
    start: int = 0,
    etag: str = "",
) -> Iterator[Part]:
    """Stream a file, uncompressed on the wire, from byte ``start`` on if it still has that ``etag``.

    The host may send all of it instead: :attr:`Part.start` says where the chunks begin. ``max_bytes`` is
    of the whole file. Raises :class:`FetchFailed` as :func:`fetch` does, and for any status but 200 and
    the part asked for (RFC 9110, section 14).
    """
    deadline = time.monotonic() + seconds
    wanted = {"Accept-Encoding": "identity", **(headers or {})}
    if start:
        wanted |= {"Range": f"bytes={start}-", "If-Range": etag}
    with _open("GET", url, wanted, None, deadline) as response:
        begins = start if start and response.status_code == 206 else 0
        if response.status_code != (206 if begins else 200):
            raise FetchFailed(f"{url} answered {response.status_code}")
        if begins and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise FetchFailed(f"{url} sends another part than was asked for")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchFailed(f"{url} is compressed although that was not asked for")
        resumable = bool(begins) or response.headers.get("Accept-Ranges", "").lower() == "bytes"
        yield Part(begins, resumable, _chunks(response, max_bytes - begins, deadline))


@contextmanager
def _open(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: float
) -> Iterator[requests.Response]:
    place = _checked_place(url)
    _deadline.set(deadline)
    try:
        with _session().request(method, url, headers=dict(headers), data=body, stream=True) as response:
            if response.is_redirect or (300 <= response.status_code < 400 and response.status_code != 304):
                raise Redirected(f"{url} answered with a redirect, which is not followed")
            yield response
    except InvalidIPAddress as error:
        raise PrivateAddress(
            f"{place} has the address {error}, which is not public; "
            "name it in HUB_PEER_ADDRESSES if that is intended"
        ) from error
    except (requests.RequestException, ValueError) as error:
        if time.monotonic() >= deadline:
            raise TooSlow(f"{place} answers too slowly") from error
        raise Unreachable(f"{place} cannot be reached: {_short(error)}") from error


def _checked_place(url: str) -> str:
    """Host and port of an address of the web without a password in it."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchFailed(f"{url} is no address") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username or parts.password:
        raise FetchFailed(f"{url} is not an address this hub fetches from")
    return parts.netloc


def _short(error: Exception) -> str:
    cause: Any = getattr(error.args[0], "reason", None) if error.args else None
    return str(cause or error)[:300]


def _chunks(response: requests.Response, max_bytes: int, deadline: float) -> Iterator[bytes]:
    """The bytes on the wire, each chunk as soon as it is there; urllib3's errors become FetchFailed."""
    read = 0
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            read += len(chunk)
            if read > max_bytes:
                raise FetchFailed(f"{response.url} sends more than {max_bytes} bytes")
            if time.monotonic() > deadline:
                raise TooSlow(f"{response.url} sends too slowly")
            yield chunk
    except FetchFailed:
        raise
    except (HTTPError, OSError) as error:
        if time.monotonic() >= deadline:
            raise TooSlow(f"{response.url} sends too slowly") from error
        raise Unreachable(f"{response.url} broke off: {_short(error)}") from error


def _decoded(raw: bytes, encoding: str, max_bytes: int, url: str) -> bytes:
    if encoding in {"", "identity"}:
        return raw
    if encoding != "gzip":
        raise FetchFailed(f"{url} is encoded as {encoding}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        body = unpacker.decompress(raw, max_bytes + 1)
    except zlib.error as error:
        raise FetchFailed(f"{url} is badly compressed") from error
    if len(body) > max_bytes or unpacker.unconsumed_tail:
        raise FetchFailed(f"{url} unpacks to more than {max_bytes} bytes")
    if not unpacker.eof and raw:
        raise FetchFailed(f"{url} broke off")
    return body
