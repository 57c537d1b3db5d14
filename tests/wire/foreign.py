"""Another hub, as seen from outside: its keys, its log, and how it signs. Koblenz, unless told otherwise."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

from federation import multibase
from federation.comparing.buckets import bucket_of, digest_of_lines
from federation.identity import fingerprint_of
from federation.proofs import attach_proof
from federation.signatures import COVERED, Message
from federation.transport import build_activity
from hub.catalogue.log import timestamp
from hub.documents import Document, Section, Text, canonical, digest_of
from hub.env import env

KOBLENZ = "07111000"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Making RSA keys takes long, so each name has one for the whole run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class ForeignHub:
    """A hub with a log in memory."""

    def __init__(self, origin: str = "http://koblenz.localhost:8002", slug: str = "koblenz") -> None:
        self.origin, self.slug = origin, slug
        self.ed25519 = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(origin.encode()).digest())
        self.rsa = rsa_key(slug)
        self.entries: list[dict[str, Any]] = []
        self.head_hash = ""
        self.epoch = 1

    def identity(self, **changes: Any) -> dict[str, Any]:
        ed25519 = multibase.encode_key(self.ed25519.public_key())
        pem = (
            self.rsa.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )
        return {
            "origin": self.origin,
            "slug": self.slug,
            "name": self.slug.title(),
            "ed25519": ed25519,
            "rsa_pem": pem,
            "fingerprint": fingerprint_of(ed25519, pem),
            "bodies": [KOBLENZ],
            **changes,
        }

    def document(self, title: str = "Bericht", **fields: Any) -> Document:
        values: dict[str, Any] = {
            "id": f"{self.origin}/id/{uuid.uuid4()}",
            "kind": "case_report",
            "publishers": (KOBLENZ,),
            "texts": {"de": Text(title=title, sections=(Section(anchor="s", heading="Ziel"),))},
            **fields,
        }
        return Document(**values)

    def publish(self, document: Document, revision: int = 1, **changes: Any) -> dict[str, Any]:
        """Append a document to the log; ``changes`` falsify the envelope before it is signed."""
        return self.publish_body(document.id, document.to_bytes().decode(), revision, **changes)

    def publish_body(self, object_id: str, body: str, revision: int = 1, **changes: Any) -> dict[str, Any]:
        salt = "ab" * 16
        digest = digest_of(body.encode(), salt)
        change = self._append(object_id, revision, "publish", digest, changes)
        self.entries[-1] = {"change": change, "salt": salt, "body": body}
        return self.entries[-1]

    def withdraw(self, object_id: str, revision: int) -> dict[str, Any]:
        self._append(object_id, revision, "withdraw", "", {})
        return self.entries[-1]

    def erase(self, object_id: str, revision: int) -> dict[str, Any]:
        self._append(object_id, revision, "erase", "", {})
        return self.entries[-1]

    def begin_epoch(self, epoch: int) -> None:
        """Begin the log anew, with nothing in it."""
        self.epoch, self.entries, self.head_hash = epoch, [], ""

    def head(self, created: str = "", **changes: Any) -> dict[str, Any]:
        now = created or timestamp(dt.datetime.now(dt.UTC))
        seq = len(self.entries)
        fields = {
            "origin": self.origin,
            "epoch": self.epoch,
            "seq": seq,
            "headHash": self.head_hash,
            "created": now,
        }
        return self._prove({**fields, **changes}, now)

    def page(self, after: int, **changes: Any) -> dict[str, Any]:
        """The signed page of its log, as its log endpoint answers."""
        return self.head(after=after, entries=self.entries[after : after + 100], **changes)

    def current(self) -> dict[str, dict[str, Any]]:
        """What it publishes now: the last entry of each object that is no withdrawal, in the order of ids."""
        last = {entry["change"]["objectId"]: entry for entry in self.entries}
        return {key: last[key] for key in sorted(last) if last[key]["change"]["type"] == "publish"}

    def buckets(self) -> list[str]:
        """The digests of its buckets."""
        lines: list[dict[str, tuple[int, str]]] = [{} for _ in range(256)]
        for key, entry in self.current().items():
            lines[bucket_of(key)][key] = (entry["change"]["revision"], entry["change"]["objectDigest"])
        return [digest_of_lines(each) for each in lines]

    def bucket_page(self, bucket: int, after: str, **changes: Any) -> dict[str, Any]:
        """The signed page of one bucket, as its endpoint answers; three entries at a time."""
        found = [entry for key, entry in self.current().items() if bucket_of(key) == bucket and key > after]
        return self.head(bucket=bucket, after=after, entries=found[:3], **changes)

    def activity(self, *entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
        activity_id = f"{self.origin}/federation/activities/{uuid.uuid4()}"
        return {**build_activity(self.origin, activity_id, entries, self.head()), **changes}

    def actor(self) -> dict[str, Any]:
        identity = self.identity()
        return {
            "publicKey": {"publicKeyPem": identity["rsa_pem"]},
            "assertionMethod": [{"publicKeyMultibase": identity["ed25519"]}],
        }

    def sign(self, method: str, path: str, body: bytes | None = None, **options: Any) -> dict[str, str]:
        """The headers of a request to this instance, signed; ``options`` override what is signed how."""
        key_id = options.pop("key_id", f"{self.origin}/federation/actor#rsa-key")
        headers = options.pop("headers", {})
        algorithm = options.pop("signature_algorithm", algorithms.RSA_V1_5_SHA256)
        message = Message(method, options.pop("to", env.origin) + path, dict(headers))
        settings: dict[str, Any] = {
            "created": dt.datetime.now(dt.UTC),
            "nonce": uuid.uuid4().hex,
            "label": "hub",
            "covered_component_ids": COVERED,
            "body": body,
            **options,
        }
        keys = MappingKeyResolver(public_keys={}, private_keys={key_id: self.rsa})
        HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=keys).sign(
            message, key_id=key_id, **settings
        )
        return message.headers

    def get(self, client: Client, path: str, **headers: str) -> Any:
        """A signed GET to this instance."""
        return client.get(path, headers={**self.sign("GET", path), **headers})

    def post(self, client: Client, activity: Any, **options: Any) -> Any:
        """A signed POST to this instance's inbox."""
        body = activity if isinstance(activity, bytes) else canonical(activity)
        headers = self.sign("POST", "/federation/inbox", body, **options)
        return post_raw(client, body, headers)

    def push(self, client: Client, *entries: dict[str, Any]) -> Any:
        return self.post(client, self.activity(*entries))

    def _append(
        self, object_id: str, revision: int, kind: str, digest: str, changes: dict[str, Any]
    ) -> dict[str, Any]:
        created = timestamp(dt.datetime.now(dt.UTC))
        envelope = {
            "origin": self.origin,
            "epoch": self.epoch,
            "seq": len(self.entries) + 1,
            "prevHash": self.head_hash,
            "objectId": object_id,
            "revision": revision,
            "type": kind,
            "objectDigest": digest,
            "created": created,
            **changes,
        }
        self.head_hash = hashlib.sha256(canonical(envelope)).hexdigest()
        change = self._prove(envelope, created)
        self.entries.append({"change": change})
        return change

    def _prove(self, document: dict[str, Any], created: str) -> dict[str, Any]:
        return attach_proof(document, self.ed25519, f"{self.origin}/federation/actor#ed25519-key", created)


def post_raw(client: Client, body: bytes, headers: dict[str, str]) -> Any:
    """A POST to the inbox with exactly these headers."""
    return client.post(
        "/federation/inbox", data=body, content_type="application/activity+json", headers=headers
    )
