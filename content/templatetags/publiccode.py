"""What pages say of software: ``{% load publiccode %}``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.template.context import Context
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from content.publiccode import labels
from content.publiccode.badge import say_state
from content.publiccode.exporting import examine, is_software
from content.publiccode.formats import is_page
from content.publiccode.reading import Finding
from hub.accounts.roles import roles_of
from hub.catalogue.models import CatalogueEntry
from hub.documents import Document, Software
from hub.documents.software import Dependency, SoftwareDescription
from theme.labels import label

register = template.Library()


@dataclass(frozen=True)
class State:
    """How the publiccode.yml of a document stands. ``gaps`` are shown to those who can fill them alone."""

    words: str
    is_valid: bool
    gaps: tuple[Finding, ...]


@register.simple_tag(takes_context=True)
def publiccode_of(context: Context, document: Document, entry: CatalogueEntry | None = None) -> State | None:
    """The state of the file, None for what is no software; one query for those signed in while facts miss."""
    if not is_software(document):
        return None
    errors = examine(document).errors
    user = context.get("user")
    is_own = bool(errors) and entry is not None and entry.is_local and user is not None
    mine = roles_of(user) if is_own and user is not None else []
    may_fill = any(row.body_id in document.publishers for row in mine)
    return State(say_state(len(errors)), not errors, errors if may_fill else ())


@register.filter
def software_labels(software: Software, name: str) -> str:
    """The values of a field in words, with commas between them."""
    known = {
        "development_status": labels.DEVELOPMENT_STATUS,
        "software_type": labels.SOFTWARE_TYPES,
        "maintenance": labels.MAINTENANCE,
        "platforms": labels.PLATFORMS,
        "categories": labels.CATEGORIES,
        "scope": labels.SCOPES,
        "supports": labels.SUPPORTS,
    }[name]
    value: str | Iterable[str] = getattr(software, name)
    codes = [value] if isinstance(value, str) else value
    return ", ".join(label(known, code) for code in codes if code)


@register.filter
def features_in(software: Software, language: str) -> SoftwareDescription | None:
    """The description with features in ``language``, else the first that has any."""
    with_features = [each for each in software.descriptions if each.features]
    wanted = [each for each in with_features if each.language == language]
    return next(iter(wanted or with_features), None)


@register.filter
def language_names(software: Software) -> str:
    """The languages of the interface by name, those without a known one by their tags."""
    return ", ".join(map(_language_name, software.languages))


def _language_name(tag: str) -> str:
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag


@register.filter
def needed(software: Software) -> tuple[Dependency, ...]:
    """All that must be there to run it."""
    return (*software.needs_open, *software.needs_proprietary, *software.needs_hardware)


@register.filter
def software_links(software: Software, language: str) -> list[tuple[str, str]]:
    """Web addresses with their wording: website, documentation, roadmap."""
    described = software.description(language) or next(iter(software.descriptions), None)
    named = [
        (software.landing_url, _("Website of the software")),
        (described.documentation if described else "", _("Documentation for users")),
        (described.api_documentation if described else "", _("Documentation of the interface (API)")),
        (software.roadmap, _("Roadmap")),
    ]
    return [(address, wording) for address, wording in named if is_page(address)]
