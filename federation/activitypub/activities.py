"""Activities as they are sent: who did what to which object, proved by the key of who did it (FEP-8b32)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from federation.activitypub import addresses
from federation.activitypub.contexts import OBJECT, PLAIN
from federation.activitypub.models import Activity, Follower, PublicObject
from federation.activitypub.objects import audience_of, build_object, owner_of, timestamp, tombstone
from federation.identity import KeyPairs, own_keys
from federation.proofs import attach_proof
from hub.catalogue.models import CatalogueEntry
from hub.documents import canonical
from theme.topics import Vocabulary

CREATE, UPDATE, DELETE, ANNOUNCE = "Create", "Update", "Delete", "Announce"


def publication(
    kind: str, entry: CatalogueEntry, known: PublicObject, vocabulary: Vocabulary, keys: KeyPairs
) -> dict[str, Any]:
    """``Create`` or ``Update`` with the object as it is now, by the body that publishes it."""
    built = build_object(entry, known, vocabulary)
    when = known.published if kind == CREATE else known.updated
    number = "" if kind == CREATE else f"-{entry.revision}"
    activity = {
        "id": f"{built['id']}#{kind.lower()}{number}",
        "type": kind,
        "actor": built["attributedTo"],
        "published": timestamp(when),
        "to": built["to"],
        "cc": built["cc"],
        "object": built,
    }
    return prove(activity, owner_of(entry), when, OBJECT, keys)


def announcement(entry: CatalogueEntry, known: PublicObject, keys: KeyPairs) -> dict[str, Any]:
    """The instance points those who follow it to what a body has published.

    Many servers drop what comes from somebody whom nobody there follows, and fetch what is announced.
    """
    address = addresses.object_address(known.uuid, known.life)
    activity = {
        "id": f"{address}#announce",
        "type": ANNOUNCE,
        "actor": addresses.actor(""),
        "published": timestamp(known.published),
        "to": [addresses.PUBLIC],
        "cc": list(dict.fromkeys([addresses.followers(""), addresses.actor(owner_of(entry))])),
        "object": address,
    }
    return prove(activity, "", known.published, PLAIN, keys)


def withdrawal(entry: CatalogueEntry, known: PublicObject, owner: str, keys: KeyPairs) -> dict[str, Any]:
    """``Delete`` of the current life of an object, by the body that had published it."""
    left = tombstone(known, known.life, entry)
    activity = {
        "id": f"{left['id']}#delete",
        "type": DELETE,
        "actor": addresses.actor(owner),
        "published": timestamp(known.updated),
        "to": [addresses.PUBLIC],
        "cc": audience_of(owner),
        "object": left,
    }
    return prove(activity, owner, known.updated, PLAIN, keys)


def acceptance(follow: Mapping[str, Any], followed: str, now: dt.datetime) -> dict[str, Any]:
    """The answer to a ``Follow``; of what it says only who wants to follow whom is repeated."""
    asked = {name: follow[name] for name in ("id", "type", "actor", "object") if name in follow}
    actor = addresses.actor(followed)
    number = hashlib.sha256(canonical(asked)).hexdigest()[:24]
    activity = {
        "id": f"{actor}#accept-{number}",
        "type": "Accept",
        "actor": actor,
        "to": [follow["actor"]],
        "object": asked,
    }
    return prove(activity, followed, now, PLAIN, own_keys())


def prove(
    activity: dict[str, Any], owner: str, when: dt.datetime, context: list[Any], keys: KeyPairs
) -> dict[str, Any]:
    """The activity with its context and the proof of its actor."""
    document = {"@context": context, **activity}
    return attach_proof(document, keys.ed25519, addresses.proof_key(owner), timestamp(when))


def as_text(activity: Mapping[str, Any]) -> str:
    """The activity as it is kept and sent."""
    return canonical(activity).decode()


def prove_again() -> None:
    """After a change of keys: what still may be sent is proved by the keys that are valid now."""
    keys = own_keys()
    for activity in Activity.objects.iterator():
        Activity.objects.filter(pk=activity.pk).update(body=_proved_by(keys, activity.body))
    for follower in Follower.objects.exclude(accept="").iterator():
        Follower.objects.filter(pk=follower.pk).update(accept=_proved_by(keys, follower.accept))


def _proved_by(keys: KeyPairs, text: str) -> str:
    """The activity with the same proof by another key."""
    document = json.loads(text)
    proof = document.pop("proof")
    return as_text(attach_proof(document, keys.ed25519, proof["verificationMethod"], proof["created"]))
