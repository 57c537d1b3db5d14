"""A publiccode.yml that says everything the standard knows, and ways to change it."""

from __future__ import annotations

from typing import Any

import yaml

LONG = (
    "Die Anwendung nimmt Anträge auf **Baugenehmigung** entgegen, prüft sie auf Vollständigkeit und führt "
    "alle Beteiligten zusammen.\n\n- Pläne hochladen\n- Nachforderungen beantworten\n\nMehr im "
    "[Handbuch](https://docs.trier.example/bauantrag)."
)
MINIMAL: dict[str, Any] = {
    "publiccodeYmlVersion": "0.7.0",
    "name": "Bauantrag",
    "url": "https://gitlab.opencode.de/trier/bauantrag.git",
    "platforms": ["web"],
    "developmentStatus": "stable",
    "softwareType": "standalone/web",
    "description": {
        "de": {
            "shortDescription": "Bauanträge online.",
            "longDescription": LONG,
            "features": ["Pläne hochladen"],
        }
    },
    "legal": {"license": "EUPL-1.2"},
    "maintenance": {"type": "none"},
    "localisation": {"localisationReady": True, "availableLanguages": ["de"]},
}
WHOLE: dict[str, Any] = {
    "publiccodeYmlVersion": "0.7.0",
    "name": "Bauantrag",
    "applicationSuite": "Rathaus digital",
    "url": "https://gitlab.opencode.de/trier/bauantrag.git",
    "landingURL": "https://bauantrag.trier.example",
    "isBasedOn": ["https://github.com/example/permit.git"],
    "softwareVersion": "2.10",
    "releaseDate": "2026-09-14",
    "logo": "img/logo.svg",
    "organisation": {"name": "Stadt Trier", "uri": "https://www.trier.example"},
    "platforms": ["web", "Windows Server"],
    "categories": ["digital-citizenship", "workflow-management"],
    "fundedBy": [{"name": "Land Rheinland-Pfalz", "uri": "https://www.rlp.example"}],
    "roadmap": "https://gitlab.opencode.de/trier/bauantrag/-/milestones",
    "developmentStatus": "stable",
    "softwareType": "standalone/web",
    "supports": [{"id": "alias:gdpr"}, {"id": "https://xoev.example/xbau"}],
    "intendedAudience": {
        "scope": ["local-authorities"],
        "countries": ["DE", "AT"],
        "unsupportedCountries": ["US"],
    },
    "description": {
        "de": {
            "shortDescription": "Bauanträge online stellen, prüfen und bescheiden.",
            "longDescription": LONG,
            "documentation": "https://docs.trier.example/bauantrag",
            "apiDocumentation": "https://docs.trier.example/api",
            "features": ["Pläne hochladen", "Fristen überwachen"],
            "screenshots": ["img/antrag.png"],
            "videos": ["https://videos.trier.example/1"],
            "awards": ["Preis für gute Verwaltung 2026"],
        },
        "en": {
            "localisedName": "Building permit",
            "shortDescription": "Apply for building permits online.",
            "longDescription": ("An application for building permits. " * 6).strip(),
            "features": ["Upload plans"],
        },
    },
    "legal": {"license": "EUPL-1.2", "mainCopyrightOwner": "Stadt Trier"},
    "maintenance": {
        "type": "contract",
        "contractors": [
            {"name": "Musterwerk GmbH", "until": "2031-12-31", "website": "https://musterwerk.example"}
        ],
    },
    "localisation": {"localisationReady": True, "availableLanguages": ["de", "en"]},
    "dependsOn": {
        "open": [{"name": "PostgreSQL", "versionMin": "15", "versionMax": "18"}],
        "proprietary": [{"name": "Fachverfahren", "version": "7"}],
        "hardware": [{"name": "Kartenleser", "optional": True}],
    },
}


def write(data: dict[str, Any], **changes: Any) -> bytes:
    """The file of ``data`` with changes at the top level; None takes a key out."""
    merged = {key: value for key, value in {**data, **changes}.items() if value is not None}
    return yaml.safe_dump(merged, sort_keys=False, allow_unicode=True).encode()
