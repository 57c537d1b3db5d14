"""A hub of a newer minor version: it publishes fields, kinds and values nobody here knows.

As an app, it changes what the hub writes once everything is loaded: documents, pages of the log, heads,
activities, entries. What a minor version may do is all there: optional fields on every part, new codes.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

SCHEMA = "wissenshub/1.9"
KINDS = {"Versuch": "experiment", "Empfehlung": "endorsement"}
"""Titles of reports that stand for documents of a new kind; the second states something of another."""


class NewerVersion(AppConfig):
    """The hub speaks 1.9 from now on."""

    name = "tests.wire.newer"
    label = "newer_version"

    def ready(self) -> None:
        """Change what is written."""
        from federation import delivery, outgoing
        from federation.comparing import serving
        from hub.documents import Document, canonical

        plain, prove, carry, push = (
            Document.model_dump,
            outgoing.attach_proof,
            outgoing.transport_of,
            delivery.build_activity,
        )

        def to_bytes(document: Document) -> bytes:
            return canonical(grow(plain(document, mode="json", exclude_none=True)))

        def attach_proof(document: dict[str, Any], *arguments: Any) -> dict[str, Any]:
            return prove({**document, "capabilities": ["relays"]}, *arguments)

        def transport_of(*arguments: Any) -> dict[str, Any]:
            return {**carry(*arguments), "hint": {"languages": ["de"]}}

        def build_activity(*arguments: Any) -> dict[str, Any]:
            return {**push(*arguments), "generator": "Wissenshub 1.9"}

        Document.to_bytes = to_bytes  # type: ignore[method-assign]
        outgoing.attach_proof = attach_proof  # type: ignore[attr-defined]
        outgoing.transport_of = serving.transport_of = transport_of  # type: ignore[attr-defined]
        delivery.build_activity = build_activity  # type: ignore[attr-defined]


def grow(body: dict[str, Any]) -> dict[str, Any]:
    """A document of today with everything a later minor version may add."""
    body |= {"schema_version": SCHEMA, "energy": {"kwh": "12.5"}, "audits": [{"by": "07315000"}]}
    for part in ("case", "module", "costs", "contact", "event"):
        if part in body:
            body[part] |= {"novelty": "neu", "readings": [1, {"nested": True}]}
    if "event" in body:
        body["event"]["status"] = "postponed"
    body["relations"] = [
        *body["relations"],
        {"type": "succeeds", "target": body["id"], "since": "2030-01-01"},
    ]
    for text in body["texts"].values():
        _grow_text(text)
        kind = KINDS.get(text["title"].split()[0])
        if kind:
            body |= {"kind": kind, kind: {"finding": "Es geht."}}
        if kind == "endorsement":
            body["statement"] = {"about": body["id"], "strength": "strong"}
    return body


def _grow_text(text: dict[str, Any]) -> None:
    text["reading_minutes"] = 4
    for section in text["sections"]:
        section["icon"] = "bulb"
    text["sections"].append(
        {
            "anchor": "neuer-teil",
            "heading": "Ein neuer Teil",
            "part": "annex",
            "level": 4,
            "blocks": [
                {
                    "anchor": "neuer-block",
                    "kind": "map",
                    "text": "Karte der Sensoren",
                    "geometry": {"type": "Point", "coordinates": [7.6, 50.35]},
                }
            ],
        }
    )
