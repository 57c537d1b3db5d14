"""The keys of this instance as a file: both private keys as PEM, one after the other.

A line for each compromised key follows: its public half, and where the own log ended when it was replaced.
A database that is older than the replacement learns of it that way.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from federation.identity import fingerprint_of, load_keys, own_keys, public_halves
from federation.models import InstanceKey
from federation.notices.keys import check_keys, switch_keys
from hub.errors import HubError, RefusedMessage

MAX_BYTES = 100_000
PEM = re.compile(r"-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+-----END PRIVATE KEY-----\n")
MARK = re.compile(r"compromised (z[1-9A-HJ-NP-Za-km-z]{40,60}) ([0-9]{1,9}) ([0-9]{1,15}) ([0-9a-f]{64}|-)\n")


class UnusableKeyFile(HubError):
    """The file cannot be written, or does not hold two usable keys: the message says what is wrong."""


def export_keys(place: Path) -> None:
    """Write the active keys to a new file that only its owner can read. Raises :class:`UnusableKeyFile`."""
    own_keys()  # made at the first call
    held = InstanceKey.objects.get(active=True)
    try:
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UnusableKeyFile(
            _("%(file)s is there already; nothing was written.") % {"file": place}
        ) from error
    except OSError as error:
        raise UnusableKeyFile(str(error)) from error
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(held.ed25519_pem + held.rsa_pem + "".join(_marks()))
        file.flush()
        os.fsync(number)


def import_keys(place: Path) -> None:
    """Sign with the keys of a file from now on; the active ones are revoked if they are others.

    Nobody is told: they are the keys that peers know, as after a restore from a backup that had older ones.
    Keys that the file calls compromised count no further than it says. Raises :class:`UnusableKeyFile`; then
    nothing was changed.
    """
    ed25519_pem, rsa_pem, marks = _read(place)
    try:
        public = public_halves(load_keys(ed25519_pem, rsa_pem))
        check_keys(*public, fingerprint_of(*public))
    except (RefusedMessage, TypeError, ValueError) as error:
        raise UnusableKeyFile(
            _("%(file)s does not hold an Ed25519 and an RSA key: %(error)s") % {"file": place, "error": error}
        ) from error
    with transaction.atomic():
        held = InstanceKey.objects.select_for_update().filter(active=True).first()
        _take_marks(marks)
        if any(_public_of(key)[0] == public[0] for key in _compromised()):
            raise UnusableKeyFile(
                _(
                    "%(file)s holds keys that were replaced because they are in wrong hands. "
                    "Take a newer file."
                )
                % {"file": place}
            )
        if held is not None and _public_of(held) == public:
            return
        switch_keys(InstanceKey(ed25519_pem=ed25519_pem, rsa_pem=rsa_pem))


def _public_of(key: InstanceKey) -> tuple[str, str]:
    return public_halves(load_keys(key.ed25519_pem, key.rsa_pem))


def _marks() -> list[str]:
    return [
        f"compromised {_public_of(key)[0]} {key.compromised_epoch} {key.compromised_seq} "
        f"{key.compromised_hash or '-'}\n"
        for key in _compromised()
    ]


def _compromised() -> QuerySet[InstanceKey]:
    return InstanceKey.objects.exclude(compromised_epoch=None).order_by("pk")


def _take_marks(marks: Sequence[tuple[str, str, str, str]]) -> None:
    """Mark those of the keys here; one that is marked already stays as it is."""
    ends = {public: (int(epoch), int(seq), end.strip("-")) for public, epoch, seq, end in marks}
    for key in InstanceKey.objects.filter(compromised_epoch=None) if ends else ():
        if end := ends.get(_public_of(key)[0]):
            key.compromised_epoch, key.compromised_seq, key.compromised_hash = end
            key.save()


def _read(place: Path) -> tuple[str, str, list[tuple[str, str, str, str]]]:
    try:
        text = place.read_bytes()[: MAX_BYTES + 1].decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableKeyFile(
            _("%(file)s cannot be read: %(error)s") % {"file": place, "error": error}
        ) from error
    found = PEM.findall(text)
    rest = text[len("".join(found)) :]
    if len(found) != 2 or not text.startswith("".join(found)) or MARK.sub("", rest):
        raise UnusableKeyFile(_("%(file)s is not what --export has written.") % {"file": place})
    return found[0], found[1], MARK.findall(rest)
