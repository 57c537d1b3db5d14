"""The list of checksums, signed with the key this instance signs its log with (Ed25519, RFC 8032)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation import multibase
from federation.identity import fingerprint_of, own_identity, own_keys
from hub.site.archive.folder import ArchiveFolder
from hub.site.archive.places import PUBLIC_KEY, SIGNATURE, SUMS


def write_public_key(folder: ArchiveFolder) -> str:
    """Write the public key as PEM; returns the instance's fingerprint, which its peers know."""
    pem = (
        own_keys()
        .ed25519.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    folder.write(PUBLIC_KEY, pem)
    return own_identity().fingerprint


def fingerprint_in(root: Path, manifest: Mapping[str, Any]) -> str:
    """The fingerprint of the keys an archive is signed with, worked out from them and not read.

    It is the one that peers know: of the key that signs the checksums and the RSA key the manifest names.
    Empty where they cannot be read.
    """
    try:
        key = serialization.load_pem_public_key((root / PUBLIC_KEY).read_bytes())
        if not isinstance(key, Ed25519PublicKey):
            return ""
        return fingerprint_of(multibase.encode_key(key), str(manifest.get("rsa_pem", "")))
    except (OSError, ValueError, UnsupportedAlgorithm):
        return ""


def write_signature(folder: ArchiveFolder) -> None:
    """Sign the checksums as ``openssl pkeyutl -rawin`` verifies them."""
    folder.write(SIGNATURE, own_keys().ed25519.sign((folder.root / SUMS).read_bytes()))
