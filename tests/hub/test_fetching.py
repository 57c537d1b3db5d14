"""The outbound door: where it does not go, what it does not follow, and what it does not swallow."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from hub import fetching
from hub.errors import FetchFailed
from tests.wire.server import Request, Response, Server, open_door, serve


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with serve(lambda request: Response(b"hello")) as running:
        open_door(monkeypatch, running)
        yield running


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[fec0::1]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "169.254.169.254",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_special_addresses_are_refused(server, host):
    port = server.origin.rpartition(":")[2]
    with pytest.raises(FetchFailed, match="not public"):
        fetching.fetch("GET", f"http://{host}:{port}/")
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "http:///path",
        "/path",
        "http://user:secret@koblenz.localhost/",
        "http://" + "a" * 70 + ".example/",
        "http://[::1",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(FetchFailed):
        fetching.fetch("GET", url)


def test_a_named_peer_is_reached_with_its_own_name(server):
    reply = fetching.fetch("POST", server.origin + "/x?y=1", headers={"A": "b"}, body=b"data")
    assert (reply.status, reply.body) == (200, b"hello")
    request = server.requests[0]
    assert (request.method, request.path, request.body) == ("POST", "/x?y=1", b"data")
    assert request.headers["Host"] == server.origin.removeprefix("http://")
    assert request.headers["A"] == "b"


def test_a_named_peer_is_named_with_its_port_alone(server):
    host = server.origin.rpartition(":")[0]
    with pytest.raises(FetchFailed):
        fetching.fetch("GET", f"{host}:1/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300])
def test_redirects_are_not_followed(server, status):
    location = {"Location": server.origin + "/other"}
    server.answer = lambda request: Response(status=status, headers=location)
    with pytest.raises(FetchFailed, match="redirect"):
        fetching.fetch("GET", server.origin + "/")
    with pytest.raises(FetchFailed, match="redirect"), fetching.download(server.origin + "/", max_bytes=10):
        pass
    assert [request.path for request in server.requests] == ["/", "/"]


def test_proxies_of_the_environment_are_ignored(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetching.fetch("GET", server.origin + "/").body == b"hello"


def test_cookies_are_not_kept(server):
    server.answer = lambda request: Response(headers={"Set-Cookie": "a=b"})
    fetching.fetch("GET", server.origin + "/")
    fetching.fetch("GET", server.origin + "/")
    assert "Cookie" not in server.requests[1].headers


def test_too_large_is_cut_off(server):
    server.answer = lambda request: Response(b"x" * 5_000)
    with pytest.raises(FetchFailed, match="4000"):
        fetching.fetch("GET", server.origin + "/", max_bytes=4_000)
    assert len(fetching.fetch("GET", server.origin + "/", max_bytes=5_000).body) == 5_000


def test_an_endless_answer_is_cut_off(server):
    def endless(request: Request) -> Response:
        return Response(b"x" * 1_000 for _ in range(10_000_000))

    server.answer = endless
    with pytest.raises(FetchFailed, match="more than"):
        fetching.fetch("GET", server.origin + "/", max_bytes=50_000)


def test_a_compression_bomb_is_cut_off(server):
    bomb = gzip.compress(bytes(5_000_000), mtime=0)
    server.answer = lambda request: Response(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="unpacks"):
        fetching.fetch("GET", server.origin + "/", max_bytes=100_000)


def test_compressed_answers_are_unpacked(server):
    packed = gzip.compress(b"hello" * 100, mtime=0)
    server.answer = lambda request: Response(packed, headers={"Content-Encoding": "gzip"})
    assert fetching.fetch("GET", server.origin + "/").body == b"hello" * 100


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"plain", "gzip"),
        (gzip.compress(b"x" * 1_000, mtime=0)[:-9], "gzip"),
        (zlib.compress(b"x"), "deflate"),
    ],
)
def test_badly_compressed_answers_are_refused(server, body, encoding):
    server.answer = lambda request: Response(body, headers={"Content-Encoding": encoding})
    with pytest.raises(FetchFailed):
        fetching.fetch("GET", server.origin + "/")


def test_a_slow_sender_is_left(server):
    def slow(request: Request) -> Response:
        def pieces() -> Iterator[bytes]:
            for _ in range(50):
                time.sleep(0.05)
                yield b"x"

        return Response(pieces())

    server.answer = slow
    started = time.monotonic()
    with pytest.raises(FetchFailed, match="slowly"):
        fetching.fetch("GET", server.origin + "/", seconds=0.2)
    assert time.monotonic() - started < 2


@contextmanager
def dripping(monkeypatch: pytest.MonkeyPatch, beginning: bytes, drop: bytes) -> Iterator[str]:
    """The address of a server that sends ``beginning`` and then ``drop`` every 50 ms for 10 seconds."""

    def drip() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(10_000)
            connection.sendall(beginning)
            for _ in range(200):
                connection.sendall(drop)
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = Server(f"http://koblenz.localhost:{listener.getsockname()[1]}", lambda request: Response())
        open_door(monkeypatch, running)
        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield running.origin + "/"
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    ],
    ids=["status", "header", "headers", "interim", "chunk", "trailer"],
)
def test_a_slow_sender_is_left_wherever_it_drips(monkeypatch, beginning, drop):
    with dripping(monkeypatch, beginning, drop) as url:
        started = time.monotonic()
        with pytest.raises(FetchFailed, match="slowly"):
            fetching.fetch("GET", url, seconds=0.3)
        with pytest.raises(FetchFailed), fetching.download(url, max_bytes=10, seconds=0.1):
            pass
        assert time.monotonic() - started < 2


def test_a_connection_is_used_again_with_time_of_its_own(server):
    fetching.fetch("GET", server.origin + "/", seconds=0.2)
    time.sleep(0.3)
    assert fetching.fetch("GET", server.origin + "/").body == b"hello"


def test_an_answer_that_breaks_off_is_no_answer(server):
    server.answer = lambda request: Response(iter([b"x" * 10]), headers={"Content-Length": "100"})
    with pytest.raises(FetchFailed, match="broke off"):
        fetching.fetch("GET", server.origin + "/")


def test_a_hub_that_is_down_is_a_failed_fetch(server, monkeypatch):
    down = Server("http://trier.localhost:1", server.answer)
    open_door(monkeypatch, down)
    with pytest.raises(FetchFailed, match=r"trier\.localhost:1 cannot be reached"):
        fetching.fetch("GET", "http://trier.localhost:1/")


def test_files_are_streamed(server):
    server.answer = lambda request: Response(b"x" * 200_000)
    with fetching.download(server.origin + "/", max_bytes=200_000) as part:
        assert (part.start, part.resumable, sum(map(len, part.chunks))) == (0, False, 200_000)


def test_a_file_is_gone_on_with_where_it_was_interrupted(server):
    server.answer = lambda request: Response(b"rest", 206, {"Content-Range": "bytes 6-9/10"})
    with fetching.download(server.origin + "/", max_bytes=10, start=6, etag='"e"') as part:
        assert (part.start, part.resumable, b"".join(part.chunks)) == (6, True, b"rest")
    asked = server.requests[0].headers
    assert (asked["Range"], asked["If-Range"]) == ("bytes=6-", '"e"')


def test_a_host_may_send_all_of_a_file_although_a_part_was_asked_for(server):
    server.answer = lambda request: Response(b"everything")
    with fetching.download(server.origin + "/", max_bytes=10, start=6, etag='"e"') as part:
        assert (part.start, b"".join(part.chunks)) == (0, b"everything")


@pytest.mark.parametrize(
    "response", [Response(b"rest", 206, {"Content-Range": "bytes 5-9/10"}), Response(b"rest", 206)]
)
def test_another_part_than_the_one_asked_for_is_refused(server, response):
    server.answer = lambda request: response
    with (
        pytest.raises(FetchFailed, match="another part"),
        fetching.download(server.origin + "/", max_bytes=10, start=6, etag='"e"'),
    ):
        pass


@pytest.mark.parametrize(
    "response",
    [
        Response(status=404),
        Response(status=206),
        Response(status=503),
        Response(b"x", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_files_come_with_200_and_as_they_are(server, response):
    server.answer = lambda request: response
    with pytest.raises(FetchFailed), fetching.download(server.origin + "/", max_bytes=10):
        pass
