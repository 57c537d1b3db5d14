"""JSON-LD contexts, as constants: they tell others what our words mean; nothing here is read by them."""

from __future__ import annotations

from typing import Any

STREAMS = "https://www.w3.org/ns/activitystreams"
SECURITY = "https://w3id.org/security/v1"
INTEGRITY = "https://w3id.org/security/data-integrity/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"
EVENTS = "https://w3id.org/fep/8a8e/"

ACTOR: list[Any] = [
    STREAMS,
    SECURITY,
    INTEGRITY,
    MULTIKEY,
    {
        "toot": "http://joinmastodon.org/ns#",
        "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
        "discoverable": "toot:discoverable",
        "indexable": "toot:indexable",
    },
]
OBJECT: list[Any] = [
    STREAMS,
    INTEGRITY,
    {
        "Hashtag": "as:Hashtag",
        "digestMultibase": {
            "@id": "https://w3id.org/security#digestMultibase",
            "@type": "https://w3id.org/security#multibase",
        },
        "schema": "https://schema.org/",
        "address": "schema:address",
        "VirtualLocation": "schema:VirtualLocation",
        "timezone": EVENTS + "timezone",
        "eventStatus": {"@id": EVENTS + "eventStatus", "@type": "@vocab"},
        "EventScheduled": EVENTS + "EventScheduled",
        "EventTentative": EVENTS + "EventTentative",
        "EventCancelled": EVENTS + "EventCancelled",
        "joinMode": EVENTS + "joinMode",
        "externalParticipationUrl": {"@id": EVENTS + "externalParticipationUrl", "@type": "@id"},
        "organizers": {"@id": EVENTS + "organizers", "@type": "@id"},
    },
]
PLAIN: list[Any] = [STREAMS, INTEGRITY]
"""For activities that carry no document."""
