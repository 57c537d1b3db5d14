"""The endpoint over TLS, as another host's is."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from search.answers.generation import Claim, Outcome, stream, transport
from tests.answers.generating import WAITING, found, outcome, use_model
from tests.wire.model_server import Asked, ModelServer, Reply, claim, in_pieces, serve_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for the loopback address with its key, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "model")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path / "model.pem"
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(made.public_bytes(pem) + private)
    return path


@pytest.fixture
def server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    transport._certificates.cache_clear()
    with serve_model(tls=context) as running:
        use_model(monkeypatch, running)
        yield running
    transport._certificates.cache_clear()


def test_an_unknown_authority_is_not_believed(server: ModelServer) -> None:
    assert outcome(found(WAITING)) == ([], Outcome.FAILED)
    assert server.asked == []


def test_an_authority_of_the_citys_own_is_believed_where_the_environment_names_it(
    server: ModelServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert outcome(found(WAITING)) == ([WAITING], Outcome.COMPLETE)


def test_an_encrypted_line_is_closed_while_it_is_silent(
    server: ModelServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    def script(asked: Asked) -> Reply:
        def pieces() -> Iterator[bytes]:
            yield from in_pieces(claim("Die Wartezeit betrug 71 Tage.", (1, WAITING)))
            server.release.wait()

        return Reply(pieces())

    server.script = script
    answers = stream(found(WAITING))
    assert isinstance(next(answers), Claim)
    (thread,) = [one for one in threading.enumerate() if one.name == "answers-model"]
    answers.close()
    thread.join(10)  # far less than a read may take
    assert not thread.is_alive()
    assert not server.release.is_set()
