"""Object integrity proofs: FEP-8b32 with the cryptosuite ``eddsa-jcs-2022``.

The signed bytes are SHA-256 of the canonical proof options followed by SHA-256 of the canonical
object without its proof (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3). Ed25519 is
deterministic, so the same object and options always give the same proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from federation import multibase
from hub.documents import canonical
from hub.errors import RefusedMessage

OPTIONS = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod"}


def create_proof(
    document: Mapping[str, Any], key: Ed25519PrivateKey, method: str, created: str
) -> dict[str, Any]:
    """The proof of ``document`` by ``key``, whose id is ``method``; ``created`` is RFC 3339 in UTC."""
    options: dict[str, Any] = {**OPTIONS, "verificationMethod": method, "created": created}
    if "@context" in document:
        options["@context"] = document["@context"]
    signed = _digest_of(options) + _digest_of(document)
    return {**options, "proofValue": multibase.encode(key.sign(signed))}


def attach_proof(
    document: Mapping[str, Any], key: Ed25519PrivateKey, method: str, created: str
) -> dict[str, Any]:
    """``document`` with its proof."""
    return {**document, "proof": create_proof(document, key, method, created)}


def verify_proof(
    document: Mapping[str, Any], proof: object, key: Ed25519PublicKey, method: str, digest: bytes = b""
) -> None:
    """Check that ``proof`` covers ``document`` and was made by ``key`` under the id ``method``.

    ``digest`` is SHA-256 over the canonical document, where the caller has worked it out already. Raises
    :class:`RefusedMessage` naming what is wrong.
    """
    if not isinstance(proof, Mapping):
        raise RefusedMessage("the proof is missing")
    for name, expected in {**OPTIONS, "verificationMethod": method}.items():
        if proof.get(name) != expected:
            raise RefusedMessage(
                f"the proof's {name} is {str(proof.get(name))[:200]!r} instead of {expected!r}"
            )
    if proof.get("@context") != document.get("@context"):
        raise RefusedMessage("the proof's context is not that of the object")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        signature = multibase.decode(str(proof.get("proofValue", "")))
        key.verify(signature, _digest_of(options) + (digest or _digest_of(document)))
    except (ValueError, InvalidSignature) as error:
        raise RefusedMessage(f"the proof does not fit the object and the key {method}") from error


def _digest_of(document: Mapping[str, Any]) -> bytes:
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return hashlib.sha256(canonical(unsecured)).digest()
