"""A hub of the first version: it writes and reads documents of schema 1.0, and has no buckets."""

from __future__ import annotations

import json
from typing import Any

from django.apps import AppConfig

SCHEMA = "wissenshub/1.0"

KNOWN: dict[str, set[str]] = {
    "": {
        "schema_version", "id", "kind", "audience", "publishers", "texts", "topics", "demo", "contact",
        "costs", "case", "module", "event", "attachments", "relations", "picture", "expires",
    },
    "text": {"title", "summary", "sections"},
    "section": {"anchor", "heading", "blocks"},
    "case": {
        "maturity", "evidence", "evidence_date", "software", "interfaces", "skills", "legal_basis", "dpia",
        "processor_contract", "works_council", "procurement", "started",
    },
    "module": {"module_type", "version", "released", "licence", "requirements", "repository"},
}  # fmt: skip
"""The fields of 1.0 in the document and those of its parts that have grown since."""


class OlderVersion(AppConfig):
    """The hub speaks 1.0 from now on, and knows of nothing that came later."""

    name = "tests.wire.older"
    label = "older_version"

    def ready(self) -> None:
        """Change what is written and read."""
        from federation import outgoing
        from federation.comparing import serving
        from hub.documents import Document, canonical

        plain, read = Document.model_dump, Document.from_bytes.__func__  # type: ignore[attr-defined]

        def to_bytes(document: Document) -> bytes:
            body = shrink(plain(document, mode="json", exclude_none=True))
            return canonical({**body, "schema_version": SCHEMA})

        def from_bytes(cls: type[Document], body: bytes | str) -> Document:
            return read(cls, json.dumps(shrink(json.loads(body))))  # type: ignore[no-any-return]

        Document.to_bytes = to_bytes  # type: ignore[method-assign]
        Document.from_bytes = classmethod(from_bytes)  # type: ignore[assignment,method-assign]
        serving.signed_head = outgoing.signed_head


def shrink(body: dict[str, Any]) -> dict[str, Any]:
    """What the first version knows of a document."""
    body = _only(body, "")
    body["texts"] = {language: _shrink_text(text) for language, text in body["texts"].items()}
    for part in ("case", "module"):
        if part in body:
            body[part] = _only(body[part], part)
    return body


def _shrink_text(text: dict[str, Any]) -> dict[str, Any]:
    sections = [_only(section, "section") for section in text.get("sections", [])]
    return {**_only(text, "text"), "sections": sections}


def _only(part: dict[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in part.items() if field in KNOWN[name]}
