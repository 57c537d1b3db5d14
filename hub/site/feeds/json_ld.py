"""A record and a body in the words of schema.org, for search engines (JSON-LD 1.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.translation import gettext as _

from content.licences import licence_url
from hub.catalogue.cards import licence_of
from hub.catalogue.models import CatalogueEntry
from hub.documents import STATEMENTS, Document, Text
from hub.env import env
from hub.municipalities.models import Body
from hub.site.feeds.kinds import SOFTWARE, SPECIAL
from hub.site.feeds.nodes import Name, Node, file_node, filled, organization
from theme.labels import KINDS_PLURAL, label
from theme.templatetags.theme import kind_url
from theme.wordings import canonical_of

UNSAFE = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
"""What could end the element, or the string in it, and never needs to stand there as it is."""

TYPES: Mapping[str, str] = {
    "case_report": "Report",
    "module": "DigitalDocument",
    "event": "Event",
    "focus_group": "Organization",
    "format": "LearningResource",
    "session_note": "Article",
    "dataset": "Dataset",
    "indicator": "Dataset",
    "training": "LearningResource",
    "motion": "DigitalDocument",
    "news": "NewsArticle",
    "question": "QAPage",
    "body": "GovernmentOrganization",
    "topic": "DefinedTerm",
}
NO_WORKS = frozenset({"event", "focus_group", "body", "topic"})
"""Kinds that are no creative work: what belongs to those alone is not said of them."""


def write_script(graph: Node) -> str:
    """The content of the script element; nothing in it can end that element."""
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(UNSAFE)


def describe_record(
    entry: CatalogueEntry, document: Document, tag: str, body_name: Name, topic_name: Name
) -> Node:
    """A record with its breadcrumb; empty for statements, which are no page to find. No query."""
    if document.kind in STATEMENTS:
        return {}
    text = document.text(tag)
    node: Node = {
        "@type": _type_of(document),
        "@id": entry.object_id,
        "url": canonical_of(entry),
        "identifier": entry.object_id,
        "name": text.title,
        "description": text.summary,
    }
    if document.kind not in NO_WORKS:
        node |= _work(entry, document, tag, text, body_name, topic_name)
    node |= SPECIAL[document.kind](document, body_name) if document.kind in SPECIAL else {}
    return {"@context": "https://schema.org", "@graph": [filled(node), _breadcrumb(entry, text)]}


def describe_body(body: Body) -> Node:
    """A body of the directory, with the page this hub has of it; its district and association may be read."""
    address = f"{env.origin}/kommunen/{body.key}/"
    node = {
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization",
        "@id": address,
        "url": address,
        "name": body.name,
        "identifier": {"@type": "PropertyValue", "propertyID": "AGS/ARS", "value": body.key},
        "sameAs": body.website,
        "address": filled(
            {
                "@type": "PostalAddress",
                "postalCode": body.postcode,
                "addressLocality": body.seat,
                "addressCountry": "DE",
            }
        ),
        "parentOrganization": _part_of(body.association or body.district),
    }
    if body.latitude is not None and body.longitude is not None:
        node["location"] = {
            "@type": "Place",
            "geo": {"@type": "GeoCoordinates", "latitude": body.latitude, "longitude": body.longitude},
        }
    return filled(node)


def _type_of(document: Document) -> str:
    if document.module and document.module.module_type in SOFTWARE:
        return "SoftwareSourceCode"
    if document.module and document.module.module_type == "dataset":
        return "Dataset"
    if document.motion and document.motion.decided:
        return "Legislation"
    return TYPES.get(document.kind, "CreativeWork")


def _work(
    entry: CatalogueEntry, document: Document, tag: str, text: Text, body_name: Name, topic_name: Name
) -> Node:
    """What every work has: whose it is, when it was published, under which licence, which files."""
    licence = licence_of(document)
    return {
        "headline": text.title,
        "inLanguage": tag,
        "datePublished": entry.first_published.isoformat(),
        "dateModified": entry.changed.isoformat(),
        "publisher": [organization(key, body_name) for key in document.publishers],
        "license": licence_url(licence) or licence,
        "keywords": [topic_name(code) for code in document.topics],
        "isAccessibleForFree": True,
        "encoding": [file_node(document, file, "MediaObject") for file in document.files],
    }


def _part_of(body: Body | None) -> Node | None:
    return organization(body.key, lambda _key: body.name) if body else None


def _breadcrumb(entry: CatalogueEntry, text: Text) -> Node:
    steps = [
        (_("Start"), "/"),
        (label(KINDS_PLURAL, entry.kind), kind_url(entry.kind)),
        (text.title, entry.get_absolute_url()),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": str(name), "item": f"{env.origin}{address}"}
            for place, (name, address) in enumerate(steps, 1)
        ],
    }
