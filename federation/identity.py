"""This instance's own keys, and how it names itself to others."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from federation import multibase
from federation.models import InstanceKey
from hub.accounts.models import BodyRole
from hub.env import env

RSA_BITS = 2048


@dataclass(frozen=True)
class KeyPairs:
    """The private keys, loaded."""

    ed25519: Ed25519PrivateKey
    rsa: rsa.RSAPrivateKey


@dataclass(frozen=True)
class Identity:
    """What a peer has to know to approve this instance; the public halves only."""

    origin: str
    slug: str
    name: str
    ed25519: str
    rsa_pem: str
    fingerprint: str
    bodies: list[str]

    def as_json(self) -> dict[str, Any]:
        """As the identity file holds it."""
        return asdict(self)


def own_keys() -> KeyPairs:
    """The active keys; made at the first call."""
    held = InstanceKey.objects.filter(active=True).first() or _create_keys()
    return load_keys(held.ed25519_pem, held.rsa_pem)


def own_identity() -> Identity:
    """This instance as its peers approve it."""
    ed25519, rsa_pem = public_halves(own_keys())
    return Identity(
        origin=env.origin,
        slug=env.slug,
        name=env.name,
        ed25519=ed25519,
        rsa_pem=rsa_pem,
        fingerprint=fingerprint_of(ed25519, rsa_pem),
        bodies=_own_bodies(),
    )


def public_halves(keys: KeyPairs) -> tuple[str, str]:
    """Both public keys as peers pin them: the Ed25519 one as a Multikey, the RSA one as PEM."""
    return multibase.encode_key(keys.ed25519.public_key()), _public_pem(keys.rsa)


def _own_bodies() -> list[str]:
    """The body that runs this instance, and those that have joined it since."""
    joined = BodyRole.objects.order_by("body_id").values_list("body_id", flat=True).distinct()
    return list(dict.fromkeys(filter(None, [env.body, *joined])))


def fingerprint_of(ed25519: str, rsa_pem: str) -> str:
    """Both keys in one number to compare by phone: 160 bits of SHA-256 in groups of four letters (Base32)."""
    spki = serialization.load_pem_public_key(rsa_pem.encode()).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = hashlib.sha256(multibase.decode(ed25519) + spki).digest()[:20]
    letters = base64.b32encode(digest).decode()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def new_keys() -> InstanceKey:
    """A fresh pair of keys, not saved yet."""
    return InstanceKey(
        ed25519_pem=_private_pem(Ed25519PrivateKey.generate()),
        rsa_pem=_private_pem(rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)),
    )


def _create_keys() -> InstanceKey:
    fresh = new_keys()
    with transaction.atomic():
        # Two processes may be first at once: the constraint lets one win, and both read that one.
        InstanceKey.objects.bulk_create([fresh], ignore_conflicts=True)
    return InstanceKey.objects.get(active=True)


@lru_cache(maxsize=4)
def load_keys(ed25519_pem: str, rsa_pem: str) -> KeyPairs:
    """The private keys of two PEM texts. Raises TypeError or ValueError for anything else."""
    ed25519 = serialization.load_pem_private_key(ed25519_pem.encode(), password=None)
    rsa_key = serialization.load_pem_private_key(rsa_pem.encode(), password=None)
    if not isinstance(ed25519, Ed25519PrivateKey) or not isinstance(rsa_key, rsa.RSAPrivateKey):
        raise TypeError("the instance key in the database is of another kind")
    return KeyPairs(ed25519, rsa_key)


def _private_pem(key: Ed25519PrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _public_pem(key: rsa.RSAPrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
