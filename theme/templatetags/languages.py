"""Tags about languages: ``{% load languages %}``."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.translation import get_language, get_language_info

from hub.documents import DEFAULT_LANGUAGE
from theme.wordings import Wordings, build_wordings, is_simple

register = template.Library()

register.filter("is_simple", is_simple)


@register.simple_tag(takes_context=True)
def wordings_of_page(context: Context) -> Wordings | None:
    """What the page of a document says of its languages; None where its document cannot be read."""
    entry, document = context.get("entry"), context.get("document")
    if entry is None or document is None:
        return None
    interface = (get_language() or DEFAULT_LANGUAGE).split("-")[0]
    wanted = getattr(context.get("request"), "wording_language", "") or interface
    return build_wordings(entry, document, context["wording"], context["asked"], interface, wanted)


@register.simple_tag
def interface_languages() -> list[tuple[str, str, bool]]:
    """The languages of the interface: tag, name in that language, whether it is the one spoken now."""
    spoken = (get_language() or DEFAULT_LANGUAGE).split("-")[0]
    return [
        (tag, str(get_language_info(tag)["name_local"]), tag == spoken)
        for tag, _ in settings.INTERFACE_LANGUAGES
    ]
