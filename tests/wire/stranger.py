"""Somebody at another server of the Fediverse: an actor behind a real server, who signs in either way."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

from federation import multibase
from federation.signatures import Message
from hub.env import env
from tests.wire.foreign import rsa_key
from tests.wire.server import Request, Response, Server, serve

INBOX = "/federation/inbox"
OLDER_COVERED = ("(request-target)", "host", "date", "digest")
COVERED = ("@method", "@target-uri")


class Stranger:
    """Anna at another server. ``answers`` are what its addresses answer, besides her own."""

    def __init__(self, server: Server, name: str = "anna") -> None:
        self.server, self.origin, self.name = server, server.origin, name
        self.id = f"{self.origin}/users/{name}"
        self.key_id, self.multikey_id = f"{self.id}#main-key", f"{self.id}#ed25519-key"
        self.rsa, self.ed25519 = rsa_key(name), Ed25519PrivateKey.generate()
        self.document: dict[str, Any] = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.id,
            "type": "Person",
            "preferredUsername": name,
            "name": name.title(),
            "inbox": f"{self.id}/inbox",
            "publicKey": {"id": self.key_id, "owner": self.id, "publicKeyPem": self._pem()},
            "assertionMethod": [
                {
                    "id": self.multikey_id,
                    "type": "Multikey",
                    "controller": self.id,
                    "publicKeyMultibase": multibase.encode_key(self.ed25519.public_key()),
                }
            ],
        }
        self.answers: dict[str, Response] = {}

    def answer(self, request: Request) -> Response:
        if request.path in self.answers:
            return self.answers[request.path]
        if request.path != urlsplit(self.id).path:
            return Response(status=404)
        body = json.dumps(self.document).encode()
        return Response(body, headers={"Content-Type": "application/activity+json; charset=utf-8"})

    @property
    def fetched(self) -> list[str]:
        """The addresses that were asked for, in their order."""
        return [request.path for request in self.server.requests if request.method == "GET"]

    def follow(self, followed: str = "", **changes: Any) -> dict[str, Any]:
        return self._activity("Follow", followed or f"{env.origin}/federation/actor", **changes)

    def undo(self, follow: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return self._activity("Undo", follow, **changes)

    def flag(self, *addresses: str, **changes: Any) -> dict[str, Any]:
        return self._activity("Flag", list(addresses), content="Das stimmt nicht.", **changes)

    def post(self, client: Client, activity: Any, path: str = INBOX, **options: Any) -> Any:
        """Send it signed by RFC 9421; ``options`` override what is signed how."""
        body = json.dumps(activity).encode()
        return send(client, body, self.sign(body, path, **options), path)

    def post_older(self, client: Client, activity: Any, path: str = INBOX, **options: Any) -> Any:
        """Send it signed by draft-cavage-12; ``options`` override what is signed how."""
        body = json.dumps(activity).encode()
        return send(client, body, self.sign_older(body, path, **options), path)

    def sign(self, body: bytes, path: str = INBOX, **options: Any) -> dict[str, str]:
        key_id = options.pop("key_id", self.key_id)
        algorithm = options.pop("algorithm", algorithms.RSA_V1_5_SHA256)
        key = options.pop("key", self.ed25519 if algorithm is algorithms.ED25519 else self.rsa)
        message = Message("POST", options.pop("to", env.origin) + path, {})
        settings: dict[str, Any] = {
            "created": dt.datetime.now(dt.UTC),
            "label": "sig1",
            "covered_component_ids": COVERED,
            "body": body if options.pop("with_digest", True) else None,
            **options,
        }
        keys = MappingKeyResolver(public_keys={}, private_keys={key_id: key})
        HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=keys).sign(
            message, key_id=key_id, **settings
        )
        return message.headers

    def sign_older(
        self,
        body: bytes,
        path: str = INBOX,
        *,
        covered: tuple[str, ...] = OLDER_COVERED,
        algorithm: str = "rsa-sha256",
        date: dt.datetime | None = None,
        host: str = "",
        key_id: str = "",
        **headers: str,
    ) -> dict[str, str]:
        """Written down by hand, so that it is no copy of the code under test."""
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        sent = {
            "date": format_datetime(date or dt.datetime.now(dt.UTC), usegmt=True),
            "digest": f"SHA-256={digest}",
            **headers,
        }
        values = {"(request-target)": f"post {path}", "host": host or urlsplit(env.origin).netloc, **sent}
        text = "\n".join(f"{name}: {values[name]}" for name in covered)
        signature = base64.b64encode(self.rsa.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))
        sent["signature"] = (
            f'keyId="{key_id or self.key_id}",algorithm="{algorithm}",headers="{" ".join(covered)}",'
            f'signature="{signature.decode()}"'
        )
        return sent

    def _activity(self, kind: str, named: Any, **changes: Any) -> dict[str, Any]:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.origin}/activities/{uuid.uuid4()}",
            "type": kind,
            "actor": self.id,
            "object": named,
            **changes,
        }

    def _pem(self) -> str:
        public = self.rsa.public_key()
        return public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()


def send(client: Client, body: bytes, headers: dict[str, str], path: str = INBOX) -> Any:
    """A POST with exactly these headers."""
    return client.post(path, data=body, content_type="application/activity+json", headers=headers)


@contextmanager
def meet_stranger(host: str = "anderswo.localhost", name: str = "anna") -> Iterator[Stranger]:
    """Somebody on a free port of the loopback address."""
    with serve(lambda request: Response(status=500), host) as server:
        stranger = Stranger(server, name)
        server.answer = stranger.answer
        yield stranger
