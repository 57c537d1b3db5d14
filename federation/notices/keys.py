"""Changing the keys of this instance, and keys that nobody may pin."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from federation import multibase
from federation.activitypub import activities
from federation.identity import fingerprint_of
from federation.models import InstanceKey
from federation.notices.queries import lineage
from federation.signatures import load_rsa
from hub.catalogue.models import Change, LogHead
from hub.env import env
from hub.errors import RefusedMessage

CHUNK = 20_000
MAX_PEM = 4_000
KEY_LOCK = 7_160_421
"""Whoever makes proofs holds it shared, whoever changes the keys alone: no proof by a revoked key stays."""

SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Points of curve25519 under which signatures can be made without a private key, without their sign bit."""


def hold_keys(*, alone: bool) -> None:
    """Until the transaction ends: keep the keys as they are, or keep everybody from using them."""
    statement = "SELECT pg_advisory_xact_lock(%s)" if alone else "SELECT pg_advisory_xact_lock_shared(%s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [KEY_LOCK])


def switch_keys(fresh: InstanceKey) -> None:
    """Sign with ``fresh`` from now on; the key until now is revoked, and what it has proved is proved anew.

    In one transaction. Proofs stand outside the chain, so the log itself stays as it is.
    """
    with transaction.atomic():
        hold_keys(alone=True)
        InstanceKey.objects.filter(active=True).update(active=False, revoked=timezone.now())
        fresh.active, fresh.revoked = True, None
        fresh.save()
        _drop_proofs()
        activities.prove_again()


def note_compromised() -> None:
    """All keys until now may be in wrong hands: keep where the own log ends, up to where they count.

    In a transaction that holds the keys alone, so that no proof beyond was made with them.
    """
    head = LogHead.objects.filter(origin=env.origin).first() or LogHead(origin=env.origin)
    InstanceKey.objects.filter(compromised_epoch=None).update(
        compromised_epoch=head.epoch, compromised_seq=head.seq, compromised_hash=head.head_hash
    )


def check_keys(ed25519: str, rsa_pem: str, fingerprint: str) -> None:
    """Raise :class:`RefusedMessage` for keys that cannot be read, are weak, or have another fingerprint."""
    if len(rsa_pem) > MAX_PEM:
        raise RefusedMessage("the RSA key is too long")
    try:
        raw = multibase.decode_key(ed25519).public_bytes_raw()
        load_rsa(rsa_pem)
        shown = fingerprint_of(ed25519, rsa_pem)
    except ValueError as error:
        raise RefusedMessage(f"the keys cannot be used: {error}") from error
    if raw[:31] + bytes([raw[31] & 0x7F]) in SMALL_ORDER:
        raise RefusedMessage("the keys cannot be used: anybody can sign with this Ed25519 key")
    if shown != fingerprint:
        raise RefusedMessage("the fingerprint does not fit the keys")


def _drop_proofs() -> None:
    own = Change.objects.filter(origin__in=lineage(env.origin), proof__isnull=False)
    ends = own.aggregate(first=Min("position"), last=Max("position"))
    for start in range(ends["first"] or 0, (ends["last"] or -1) + 1, CHUNK):
        own.filter(position__gte=start, position__lt=start + CHUNK).update(proof=None)
