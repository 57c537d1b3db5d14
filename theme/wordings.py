"""The wordings of a document as its page offers them: names, addresses, and what readers should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.rendering import LANGUAGE_PARAMETER
from hub.documents import DEFAULT_LANGUAGE, Document, Text
from hub.env import env

SIMPLE = "-simple"
"""Variant of a language tag (BCP 47) for a text in simple language."""

EASY_LANGUAGE = "Leichte Sprache"
SIMPLIFIED = "Vereinfachter Text"
NAMES: Mapping[str, str | Promise] = {"de": _("German"), "en": _("English")}


@dataclass(frozen=True)
class Choice:
    """One wording: its language tag, its name in that language, its address here and its canonical one."""

    tag: str
    name: str
    address: str
    canonical: str
    current: bool

    @property
    def language(self) -> str:
        """The tag of the name: ordinary German names the text in Leichte Sprache."""
        return self.tag.split("-")[0]


@dataclass(frozen=True)
class Wordings:
    """All wordings of a document, the first one first, and how the one shown stands to them.

    ``canonical`` is the page's own canonical address, ``default`` the one that follows the reader.
    ``simple`` says that the text shown is in simple language, ``checked`` that it may be called
    Leichte Sprache. ``first`` is what others were translated from. ``only`` names the languages there
    are where the reader's is not among them. ``lacks_simple``: a simple text is wanted, there is none.
    """

    choices: tuple[Choice, ...]
    canonical: str
    default: str
    simple: bool
    checked: bool
    first: Choice
    only: tuple[str | Promise, ...]
    lacks_simple: bool
    can_be_kept: bool


def is_simple(tag: str) -> bool:
    """Whether a text of that language tag is in simple language."""
    return tag.endswith(SIMPLE)


def name_of(tag: str, text: Text) -> str:
    """What a wording is called, in its own language.

    After DIN SPEC 33429 only what its readers have checked is called Leichte Sprache.
    """
    if tag == DEFAULT_LANGUAGE + SIMPLE:
        return EASY_LANGUAGE if text.checked else SIMPLIFIED
    try:
        name = str(get_language_info(tag.split("-")[0])["name_local"]).capitalize()
    except KeyError:
        return tag
    return f"{name} ({tag})" if "-" in tag else name


def canonical_of(entry: CatalogueEntry) -> str:
    """The address under which search engines are to know a document: that of its origin."""
    return f"{env.origin}{entry.get_absolute_url()}" if entry.is_local else entry.object_id


def build_wordings(
    entry: CatalogueEntry, document: Document, shown: str, asked: bool, interface: str, wanted: str
) -> Wordings:
    """What the page says of a document's languages.

    ``shown`` is the tag of the text on it, ``asked`` whether the address names it, ``interface`` the
    language of what stands around it and ``wanted`` the one the reader would like texts in.
    """
    here, origin = entry.get_absolute_url(), canonical_of(entry)
    choices = tuple(
        Choice(tag, name_of(tag, text), _address(here, tag), _address(origin, tag), tag == shown)
        for tag, text in sorted(document.texts.items(), key=lambda item: _rank(item[0]))
    )
    languages = dict.fromkeys(choice.language for choice in choices)
    lacks = [] if interface in languages else [NAMES.get(tag, tag) for tag in languages]
    return Wordings(
        choices=choices,
        canonical=_address(origin, shown) if asked and len(choices) > 1 else origin,
        default=origin,
        simple=is_simple(shown),
        checked=document.texts[shown].checked is not None,
        first=choices[0],
        only=tuple(lacks),
        lacks_simple=is_simple(wanted) and not is_simple(shown) and wanted not in document.texts,
        can_be_kept=asked and shown != wanted and shown in dict(settings.LANGUAGES),
    )


def _rank(tag: str) -> tuple[bool, bool, str]:
    return (tag != DEFAULT_LANGUAGE, is_simple(tag), tag)


def _address(base: str, tag: str) -> str:
    return f"{base}?{urlencode({LANGUAGE_PARAMETER: tag})}"
