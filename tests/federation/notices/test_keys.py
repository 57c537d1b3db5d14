"""The own keys: replaced in sight of all peers, or without a word, and kept outside the database."""

from __future__ import annotations

import io
import stat

import pytest
from django.core.management import CommandError, call_command

from federation import multibase, outgoing
from federation.identity import own_identity
from federation.messages.sending import write_letter
from federation.models import InstanceKey, Notice, NoticeType, Peer
from federation.notices.documents import read_document
from federation.notices.services import rotate_keys
from federation.proofs import verify_proof
from federation.transport import read_entry
from hub.catalogue.models import CatalogueEntry, Change
from hub.env import env
from hub.errors import RefusedMessage
from tests.federation.test_delivery import publish
from tests.wire.foreign import KOBLENZ

pytestmark = pytest.mark.django_db


def test_a_rotation_is_announced_with_the_old_key_and_names_the_new_ones():
    before = own_identity()
    notice = rotate_keys()
    after = own_identity()

    read_document(notice.document).verify(before.ed25519)
    assert notice.document["fingerprint"] == after.fingerprint != before.fingerprint
    assert (notice.document["ed25519"], notice.document["rsa_pem"]) == (after.ed25519, after.rsa_pem)
    assert [key.active for key in InstanceKey.objects.order_by("pk")] == [False, True]


def test_the_own_log_is_proved_anew_and_stays_the_same_otherwise():
    publish("Eins")
    publish("Zwei")
    old_key = multibase.decode_key(own_identity().ed25519)
    [first, _] = outgoing.entries_after(1, 0)
    hashes = list(Change.objects.values_list("hash", flat=True))

    rotate_keys()

    assert not Change.objects.exclude(proof=None).exists()
    new_key = multibase.decode_key(own_identity().ed25519)
    for entry in outgoing.entries_after(1, 0):
        read_entry(entry, env.origin, new_key)
        with pytest.raises(RefusedMessage):
            read_entry(entry, env.origin, old_key)
    with pytest.raises(RefusedMessage):
        read_entry(first, env.origin, new_key)
    assert list(Change.objects.values_list("hash", flat=True)) == hashes


def test_a_queued_message_goes_out_with_the_new_key():
    import json

    from tests.factories.messages import add_request

    publish()
    message = add_request(CatalogueEntry.objects.get(), KOBLENZ)
    rotate_keys()

    letter = json.loads(write_letter(message))
    proof = letter.pop("proof")
    verify_proof(
        letter,
        proof,
        multibase.decode_key(own_identity().ed25519),
        f"{env.origin}/federation/actor#ed25519-key",
    )


def test_numbers_of_notices_are_gapless():
    assert [rotate_keys().number for _ in range(3)] == [1, 2, 3]


def test_compromised_keys_are_replaced_without_a_notice(peer):
    rotate_keys()
    before = own_identity().fingerprint
    out = io.StringIO()
    call_command("rotate_keys", "--compromised", stdout=out)

    assert own_identity().fingerprint != before
    assert Notice.objects.count() == 1
    assert Peer.objects.get().notices_sent == 1
    assert own_identity().fingerprint in out.getvalue()
    assert "approve_peer --replace-key" in out.getvalue()


def test_a_new_peer_knows_what_was_announced_before(koblenz):
    from federation.peers import approve

    rotate_keys()
    assert approve(koblenz.identity()).notices_sent == 1


def test_the_command_says_what_happened():
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)

    assert own_identity().fingerprint in out.getvalue()
    assert Notice.objects.get().type == NoticeType.ROTATION


def test_kept_keys_come_back(tmp_path):
    place = tmp_path / "schluessel.pem"
    fingerprint = own_identity().fingerprint
    call_command("federation_keys", "--export", str(place), stdout=io.StringIO())
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    publish()
    outgoing.entries_after(1, 0)
    rotate_keys()

    call_command("federation_keys", "--import", str(place), stdout=io.StringIO())

    assert own_identity().fingerprint == fingerprint
    [entry] = outgoing.entries_after(1, 0)
    read_entry(entry, env.origin, multibase.decode_key(own_identity().ed25519))


def test_bringing_back_the_keys_in_use_changes_nothing(tmp_path):
    place = tmp_path / "schluessel.pem"
    call_command("federation_keys", "--export", str(place), stdout=io.StringIO())
    call_command("federation_keys", "--import", str(place), stdout=io.StringIO())

    assert InstanceKey.objects.count() == 1


def test_no_file_is_overwritten(tmp_path):
    place = tmp_path / "schluessel.pem"
    place.write_text("kostbar")
    with pytest.raises(CommandError, match="ist schon da"):
        call_command("federation_keys", "--export", str(place))
    assert place.read_text() == "kostbar"


@pytest.mark.parametrize("how", ["missing", "empty", "one", "swapped", "trailing", "public"])
def test_a_file_without_both_keys_is_refused(tmp_path, how):
    place = tmp_path / "schluessel.pem"
    own_identity()
    held = InstanceKey.objects.get()
    content = {
        "empty": "",
        "one": held.ed25519_pem,
        "swapped": held.rsa_pem + held.ed25519_pem,
        "trailing": held.ed25519_pem + held.rsa_pem + "x",
        "public": own_identity().rsa_pem * 2,
    }
    if how in content:
        place.write_text(content[how])
    with pytest.raises(CommandError):
        call_command("federation_keys", "--import", str(place))
    assert InstanceKey.objects.get().active
