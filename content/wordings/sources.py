"""What a page in another language was made from. Asked whenever such a page is saved.

The catalogue compares it with the words of the first page: see :func:`content.builders.build_document`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from wagtail_localize.models import StringSegment, Translation

from content.builders import build_text
from content.media import Media
from content.wordings.words import digest_words

if TYPE_CHECKING:
    from content.models.document_page import DocumentPage

INCOMPLETE = "-"
"""Source of a translation in which words of the original still stand: no state of the original has it."""


def words_of(page: DocumentPage) -> str:
    """The digest of a page's words."""
    return digest_words(build_text(page, Media(str(page.translation_key))))


def original_of(page: DocumentPage) -> DocumentPage | None:
    """The live page that a page in another language is a translation of: the German one."""
    found = page.get_translations().filter(
        locale__language_code=settings.LANGUAGE_CODE, live=True, alias_of__isnull=True
    )
    original: DocumentPage | None = found.first()
    return original


def find_source(page: DocumentPage) -> str | None:
    """The digest of the original's words that the page's words were made from; None if there is no original.

    Of a page that wagtail-localize puts together it is the state last taken over from the original,
    or :data:`INCOMPLETE` while some of its strings have no translation. Who writes a page freely is
    taken to have the original of that moment in view.
    """
    translation = (
        Translation.objects.filter(
            source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
        )
        .select_related("source")
        .first()
    )
    if translation is None:
        original = original_of(page)
        return words_of(original) if original else None
    strings = StringSegment.objects.filter(source=translation.source_id).annotate_translation(page.locale)
    if strings.filter(translation__isnull=True).exists():
        return INCOMPLETE
    return words_of(translation.source.as_instance())


def note_words(page: DocumentPage) -> None:
    """Before a page in another language is saved: note what it is made from, drop a check that is void.

    Where its words are the same as before, only what wagtail-localize has put together anew counts as
    made anew. A check was of the words that were read: of others it says nothing.
    """
    held = type(page).objects.filter(pk=page.pk).first()
    changed = held is None or words_of(held) != words_of(page)
    if changed and held is not None:
        page.checked_on, page.checked_by = None, ""
    managed = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale=page.locale_id, enabled=True
    ).exists()
    if page.live and (changed or managed or not page.wording_source):
        page.wording_source = find_source(page) or ""
