"""Multibase and Multikey, as far as Data Integrity needs them (W3C Controlled Identifiers 1.0).

Only base58-btc (prefix ``z``) and Ed25519 public keys (prefix bytes ``ed 01``).
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_PREFIX = b"\xed\x01"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_MAX_CHARACTERS = 200


def encode(data: bytes) -> str:
    """``z`` and the base58-btc digits of ``data``."""
    number = int.from_bytes(data, "big")
    digits = []
    while number:
        number, rest = divmod(number, 58)
        digits.append(ALPHABET[rest])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + ALPHABET[0] * zeros + "".join(reversed(digits))


def decode(text: str) -> bytes:
    """The bytes of a base58-btc multibase text. Raises ValueError for anything else."""
    if not text.startswith("z") or len(text) > _MAX_CHARACTERS:
        raise ValueError("not a base58-btc multibase value")
    number = 0
    for character in text[1:]:
        if character not in _VALUES:
            raise ValueError("a character that base58-btc does not have")
        number = number * 58 + _VALUES[character]
    zeros = len(text[1:]) - len(text[1:].lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_key(key: Ed25519PublicKey) -> str:
    """The key as a Multikey."""
    return encode(ED25519_PREFIX + key.public_bytes_raw())


def decode_key(text: str) -> Ed25519PublicKey:
    """The key of a Multikey. Raises ValueError if it is not an Ed25519 public key."""
    data = decode(text)
    if not data.startswith(ED25519_PREFIX) or len(data) != 34:
        raise ValueError("not an Ed25519 Multikey")
    return Ed25519PublicKey.from_public_bytes(data[2:])
