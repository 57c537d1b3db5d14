"""Taking in directed messages: what has to be true before one is believed."""

from __future__ import annotations

from content.models import BodyPage
from federation import multibase, strictjson
from federation.addresses import proof_key_of
from federation.models import Peer
from federation.proofs import verify_proof
from hub.accounts.models import BodyRole
from hub.errors import RefusedMessage
from hub.messages.letters import Letter, read_letter
from hub.messages.refusals import Reason, RefusedLetter
from hub.messages.services import receive

LETTER_BYTES = 32_000
"""A text of 4,000 characters of four bytes, and what stands around it."""


class BadProof(RefusedMessage):
    """The peer signed the request, but the letter is not proved by its key: compare the fingerprints."""


def take(peer: Peer, body: bytes) -> bool:
    """Take in a letter that ``peer`` sent; returns whether it was new.

    Raises :class:`BadProof`, :class:`RefusedLetter` with its reason, and ``TooMany``.
    """
    if len(body) > LETTER_BYTES:
        raise RefusedLetter(Reason.TOO_LARGE, f"a letter has up to {LETTER_BYTES} bytes")
    try:
        fields = strictjson.loads_object(body)
    except RefusedMessage as error:
        raise RefusedLetter(Reason.UNREADABLE, error.reason) from error
    proof = fields.pop("proof", None)
    try:
        verify_proof(fields, proof, multibase.decode_key(peer.ed25519), proof_key_of(peer.origin))
    except RefusedMessage as error:
        raise BadProof(error.reason) from error
    letter = read_letter(fields)
    _check_bodies(peer, letter)
    return receive(letter, peer.origin, proof)


def _check_bodies(peer: Peer, letter: Letter) -> None:
    if letter.sender not in peer.bodies:
        raise RefusedLetter(Reason.SENDER, f"{peer.name} does not speak for {letter.sender} here")
    if not speaks_for(letter.recipient):
        raise RefusedLetter(Reason.RECIPIENT, f"nobody here reads messages to {letter.recipient}")


def speaks_for(body: str) -> bool:
    """Whether this hub speaks for a body: it has a page of its own here, or people; two queries at most."""
    page = BodyPage.objects.filter(body=body, alias_of=None, live=True)
    return page.exists() or BodyRole.objects.filter(body=body, group__user__is_active=True).exists()
