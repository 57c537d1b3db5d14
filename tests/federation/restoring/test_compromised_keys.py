"""A key that was replaced because it is in wrong hands writes nothing more into the own log."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from federation.identity import KeyPairs, own_identity, own_keys
from federation.models import InstanceKey, Peer
from federation.notices.services import replace_keys, rotate_keys
from federation.proofs import create_proof
from federation.restoring import alarms, checking, recovering
from federation.restoring.recovering import recover
from hub.catalogue import guarding
from hub.catalogue import log as catalogue_log
from hub.catalogue.models import CatalogueEntry, Change, LogHead
from hub.catalogue.settling import settle
from hub.documents import Document, digest_of
from hub.env import env
from tests.factories.pages import add_report
from tests.wire.keeper import Keeper
from tests.wire.starting import unchecked

pytestmark = pytest.mark.django_db

FORGED = "Gefälscht"


def forge(keeper: Keeper, stolen: KeyPairs, after: Change) -> None:
    """One entry more, after that change, as whoever has the old key can make it."""
    held = CatalogueEntry.objects.filter(origin=env.origin).exclude(body="").latest("position")
    document = json.loads(held.body)
    document["texts"]["de"]["title"] = FORGED
    document["id"] = f"{env.origin}/id/{uuid.uuid4()}"
    body, salt = Document.model_validate(document).to_bytes().decode(), "ab" * 16
    change = Change(
        origin=env.origin,
        epoch=after.epoch,
        seq=after.seq + 1,
        prev_hash=after.hash,
        object_id=document["id"],
        revision=1,
        type="publish",
        object_digest=digest_of(body.encode(), salt),
        created=timezone.now(),
    )
    change.hash = catalogue_log.hash_of(change)
    envelope: dict[str, Any] = catalogue_log.envelope(change)
    method, created = f"{env.origin}/federation/actor#ed25519-key", catalogue_log.timestamp(change.created)
    proof = create_proof(envelope, stolen.ed25519, method, created)
    keeper.entries[after.seq :] = [{"change": {**envelope, "proof": proof}, "salt": salt, "body": body}]
    keeper.head.update(seq=change.seq, headHash=change.hash)


def publish(section, title: str) -> Change:
    add_report(section, title)
    with unchecked():
        guarding.note_current()
        settle()
    return Change.objects.latest("seq")


def test_beyond_the_end_of_then_a_compromised_key_proves_nothing(section, keeper, keeping_peer, after_start):
    stolen = own_keys()
    last = publish(section, "Echt")
    keeper.keep()
    replace_keys()
    forge(keeper, stolen, last)
    add_report(section, "Neu")
    assert settle() == 1
    assert recover().count == 0
    assert not CatalogueEntry.objects.filter(title=FORGED).exists()
    keeping_peer.refresh_from_db()
    assert "compromised" in keeping_peer.last_error
    assert alarms.why_publishing_waits() == ""


def test_nor_another_entry_before_it(section, keeper, after_start):
    stolen = own_keys()
    before = publish(section, "Eins")
    publish(section, "Zwei")
    keeper.keep()
    replace_keys()
    forge(keeper, stolen, before)
    add_report(section, "Neu")
    assert settle() == 1
    assert alarms.why_publishing_waits() == ""


def test_keys_replaced_in_good_order_before_are_compromised_with_it_and_later_ones_are_not(section):
    head = LogHead.objects.get()
    own_keys()
    rotate_keys()
    replace_keys()
    rotate_keys()
    marks = list(InstanceKey.objects.order_by("pk").values_list("compromised_epoch", "compromised_seq"))
    assert marks == [(head.epoch, head.seq)] * 2 + [(None, 0)] * 2
    assert InstanceKey.objects.order_by("pk")[0].compromised_hash == head.head_hash


def test_after_a_rotation_in_good_order_all_comes_back(section, keeper, restored):
    with restored():
        add_report(section, "Nach der Sicherung")
    rotate_keys()
    assert recover().count == 1


@pytest.fixture
def imported(section, keeper, tmp_path) -> KeyPairs:
    """Restored to before the replacement, with the newest keys from their file; returns the stolen ones."""
    stolen, place = own_keys(), tmp_path / "schluessel.pem"
    publish(section, "Vor der Sicherung")
    backup = transaction.savepoint()
    for title in ("Eins", "Zwei"):
        publish(section, title)
    keeper.keep()
    replace_keys()
    call_command("federation_keys", "--export", str(place))
    transaction.savepoint_rollback(backup)
    assert InstanceKey.objects.count() == 1
    call_command("federation_keys", "--import", str(place))
    checking.forget()
    return stolen


def test_a_restored_database_takes_back_what_was_there_when_the_keys_were_replaced(imported):
    assert recover().count == 2
    assert CatalogueEntry.objects.filter(title="Zwei").exists()


def test_page_by_page_as_well(imported, monkeypatch):
    fetch = recovering.fetch_page
    monkeypatch.setattr(recovering, "fetch_page", lambda peer, after: fetch(peer, after, 1))
    assert recover().count == 2


def test_it_learns_from_the_file_where_the_log_ended(imported, keeper, keeping_peer):
    last = keeper.entries[-1]["change"]
    end = Change(epoch=last["epoch"], seq=last["seq"], hash=keeper.head["headHash"])
    forge(keeper, imported, end)
    assert recover().count == 0
    keeping_peer.refresh_from_db()
    assert "compromised" in keeping_peer.last_error


def test_another_history_up_to_there_is_not_taken_and_holds_publishing_up_for_minutes_only(
    section, imported, keeper, after_start
):
    forge(keeper, imported, Change.objects.latest("seq"))
    checking.forget(started=time.monotonic())
    assert recover().count == 0
    add_report(section, "Neu")
    assert settle() == 0
    assert "Koblenz" in alarms.why_publishing_waits()
    checking.forget(started=time.monotonic() - 301)
    assert settle() == 1
    assert "zeigt sie aber nicht" in Peer.objects.get().last_error
    assert not CatalogueEntry.objects.filter(title=FORGED).exists()


@pytest.mark.parametrize("line", ["compromised z6Mk 1 1 -\n", "compromised\n", "irgendetwas\n", "\n"])
def test_a_file_with_another_line_is_refused(tmp_path, line):
    place = tmp_path / "schluessel.pem"
    fingerprint = own_identity().fingerprint
    call_command("federation_keys", "--export", str(place))
    place.write_text(place.read_text() + line)
    rotate_keys()
    with pytest.raises(CommandError, match="--export"):
        call_command("federation_keys", "--import", str(place))
    assert own_identity().fingerprint != fingerprint


def test_compromised_keys_do_not_come_back_from_an_old_file(tmp_path):
    place = tmp_path / "schluessel.pem"
    call_command("federation_keys", "--export", str(place))
    replace_keys()
    fingerprint = own_identity().fingerprint
    with pytest.raises(CommandError, match="falsche Hände"):
        call_command("federation_keys", "--import", str(place))
    assert own_identity().fingerprint == fingerprint
