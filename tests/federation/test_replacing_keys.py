"""A peer with new keys, rebuilt from its archive for example, is approved again by its new fingerprint."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from federation.models import Peer, PeerState
from federation.peers import set_state
from tests.wire.foreign import rsa_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def renewed(tmp_path: Path, koblenz: Any, peer: Peer) -> Path:
    """Its identity file after the change of keys."""
    koblenz.rsa = rsa_key("another")
    file = tmp_path / "koblenz.json"
    file.write_text(json.dumps(koblenz.identity()))
    return file


def approve(file: Path, *more: str) -> None:
    call_command("approve_peer", "--file", str(file), *more)


def test_new_keys_are_pinned_when_their_fingerprint_was_told(renewed, koblenz, peer, caplog, capsys):
    new = koblenz.identity()["fingerprint"]
    assert new != peer.fingerprint
    caplog.set_level(logging.WARNING)
    approve(renewed, "--replace-key", new.replace(" ", "").lower())
    held = Peer.objects.get()
    assert (held.pk, held.fingerprint, held.rsa_pem) == (peer.pk, new, koblenz.identity()["rsa_pem"])
    assert new in capsys.readouterr().out
    [line] = [record.getMessage() for record in caplog.records if "peer key replaced" in record.getMessage()]
    assert peer.fingerprint in line
    assert new in line
    approve(renewed)


@pytest.mark.parametrize("told", ["AAAA BBBB", "old"])
def test_another_fingerprint_than_the_one_told_is_refused(renewed, peer, told):
    with pytest.raises(CommandError, match="nicht den, der Ihnen genannt wurde"):
        approve(renewed, "--replace-key", peer.fingerprint if told == "old" else told)
    assert Peer.objects.get().rsa_pem == peer.rsa_pem


def test_without_it_the_refusal_says_how(renewed, peer):
    with pytest.raises(CommandError, match="--replace-key"):
        approve(renewed)
    assert Peer.objects.get().fingerprint == peer.fingerprint


def test_a_blocked_peer_stays_blocked_whatever_its_keys(renewed, koblenz, peer):
    set_state(peer, PeerState.BLOCKED)
    with pytest.raises(CommandError, match="gesperrt"):
        approve(renewed, "--replace-key", koblenz.identity()["fingerprint"])
    assert Peer.objects.get().rsa_pem == peer.rsa_pem
