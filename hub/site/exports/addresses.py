"""Where a document stands in other forms: its address without the last slash, and the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.rendering import LANGUAGE_PARAMETER

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
NAMES: Mapping[str, str | Promise] = {"pdf": "PDF", "md": _("Text (Markdown)"), "json": _("Data (JSON)")}


@dataclass(frozen=True)
class Form:
    """A form of a document: its ending, what it is called, and its address here."""

    ending: str
    name: str
    address: str

    @property
    def media_type(self) -> str:
        """The type of what stands there."""
        return MEDIA_TYPES[self.ending].partition(";")[0]


def form_address(entry: CatalogueEntry, ending: str, wording: str = "") -> str:
    """The address here of a document in the form ``ending``; JSON holds all wordings and names none."""
    query = f"?{urlencode({LANGUAGE_PARAMETER: wording})}" if wording and ending != "json" else ""
    return f"{entry.get_absolute_url().rstrip('/')}.{ending}{query}"


def forms_of(entry: CatalogueEntry, wording: str = "") -> list[Form]:
    """All forms of a document."""
    return [Form(ending, str(name), form_address(entry, ending, wording)) for ending, name in NAMES.items()]
