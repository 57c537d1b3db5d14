"""The parts that several kinds share in the words of schema.org."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.documents import Attachment, Document
from hub.env import env
from theme.templatetags.references import file_url

Node = dict[str, Any]
Name = Callable[[str], str]
"""What a body or a topic is called, by its key or code."""


def organization(key: str, body_name: Name) -> Node:
    """A body by its key."""
    address = f"{env.origin}/kommunen/{key}/"
    return {"@type": "GovernmentOrganization", "@id": address, "name": body_name(key), "url": address}


def file_node(document: Document, file: Attachment, kind: str) -> Node:
    """A file to download, as a node of that type."""
    return filled(
        {
            "@type": kind,
            "name": file.title or file.name,
            "contentUrl": f"{env.origin}{file_url(document, file)}",
            "encodingFormat": file.media_type,
            "contentSize": f"{file.size} B",
            "sha256": file.digest.partition(":")[2],
        }
    )


def filled(node: Node) -> Node:
    """Without what is not known."""
    return {name: value for name, value in node.items() if value not in (None, "", [])}
