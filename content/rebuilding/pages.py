"""Verbs: make the pages of a document again, one for each language, and publish them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.models import Locale, Page

from content.models.document_page import DocumentPage
from content.rebuilding.kinds import Rebuilding, copy_facts, stored
from content.rebuilding.texts import Writer, part
from content.wordings.sources import INCOMPLETE, words_of
from hub.documents import STATEMENTS, Document, Text

LAST_MINUTE = dt.time(23, 59)
"""A document says the day on which it expires; its page goes at the end of it."""


@dataclass(frozen=True)
class Plan:
    """Where and when a page stood: its parent, the last part of its address, the moments of publication."""

    parent: Page
    slug: str
    first_published: dt.datetime
    changed: dt.datetime


def rebuild(document: Document, how: Rebuilding, writer: Writer, plan: Plan) -> DocumentPage:
    """Make and publish the page of ``document`` with its translations; returns the page of the first text.

    The pages have the translation key of the document's id. Raises ``ValidationError`` for what can no
    longer be published, :class:`hub.errors.FileWithheld` for a file that is not here.
    """
    languages = _languages(document)
    first = _make_first(document, how, writer, plan, languages[0])
    for language in languages[1:]:
        _translate(first, document, how, writer, language)
    _note_state(first, document)
    _note_moments(first, plan)
    how.finish(first, document)
    fresh: DocumentPage = type(first).objects.get(pk=first.pk)
    return fresh


def renew(page: DocumentPage, document: Document, how: Rebuilding, writer: Writer) -> DocumentPage:
    """Bring a page that is there to the state of ``document`` and publish it; returns it.

    It keeps its place, its key and its versions; wordings the document does not have go offline. Raises what
    :func:`rebuild` does.
    """
    languages = _languages(document)
    first = page.get_translation_or_none(_locale(languages[0])) or page
    for language in languages:
        wording = first if language == languages[0] else first.get_translation_or_none(_locale(language))
        if wording is None:
            _translate(first, document, how, writer, language)
        else:
            _renew_wording(wording, document, how, writer, language)
    kept = [_locale(language).pk for language in languages]
    for gone in first.get_translations().filter(live=True, alias_of=None).exclude(locale__in=kept):
        gone.specific.unpublish()
    _note_state(first, document)
    how.finish(first, document)
    fresh: DocumentPage = type(first).objects.get(pk=first.pk)
    return fresh


def _renew_wording(page: Any, document: Document, how: Rebuilding, writer: Writer, language: str) -> None:
    draft = how.model(translation_key=document.uuid, locale=_locale(language))
    _fill_first(draft, document, how, writer, language)
    _take_over(page, draft)
    page.alias_of = None
    page.save_revision().publish()


def _take_over(page: Any, draft: Any) -> None:
    """What the page type says of itself, from an unsaved page of it; what any page has stays as it is."""
    of_any_page = {field.name for field in Page._meta.get_fields()}
    for field in draft._meta.concrete_fields:
        if field.name not in of_any_page and not field.primary_key:
            setattr(page, field.attname, getattr(draft, field.attname))
    for relation in get_all_child_relations(type(draft)):
        name = relation.get_accessor_name()
        setattr(page, name, list(getattr(draft, name).all()))
    page.title = page.draft_title = draft.title
    page.expire_at, page.go_live_at = draft.expire_at, None


def _languages(document: Document) -> list[str]:
    """Those of a document's pages, the first page's first."""
    if document.kind in STATEMENTS:
        return [settings.LANGUAGE_CODE]  # their other wordings are those of the software
    return sorted(document.texts, key=lambda tag: (tag != settings.LANGUAGE_CODE, tag))


def _make_first(
    document: Document, how: Rebuilding, writer: Writer, plan: Plan, language: str
) -> DocumentPage:
    page = how.model(translation_key=document.uuid, slug=plan.slug, locale=_locale(language), live=False)
    _fill_first(page, document, how, writer, language)
    _place_of(plan.parent, language).add_child(instance=page)
    page.save_revision().publish()
    return page


def _fill_first(page: Any, document: Document, how: Rebuilding, writer: Writer, language: str) -> None:
    _fill_common(page, document, how, writer)
    copy_facts(page, document)
    how.facts(page, document, writer)
    if document.kind not in STATEMENTS:
        _fill_text(page, document, how, writer, language)


def _place_of(parent: Page, language: str) -> Page:
    """Where a page of that language stands below ``parent``."""
    locale = _locale(language)
    if parent.locale_id == locale.pk:
        return parent
    return parent.get_translation_or_none(locale) or parent.copy_for_translation(
        locale, copy_parents=True, alias=True
    )


def _translate(
    first: DocumentPage, document: Document, how: Rebuilding, writer: Writer, language: str
) -> None:
    page: Any = first.copy_for_translation(_locale(language), copy_parents=True)
    _fill_text(page, document, how, writer, language)
    page.save_revision().publish()


def _fill_text(page: Any, document: Document, how: Rebuilding, writer: Writer, language: str) -> None:
    text = document.texts[language]
    page.title, page.summary = text.title, text.summary
    page.draft_title = text.title
    how.wording(page, document, text, language, writer)


def _fill_common(page: Any, document: Document, how: Rebuilding, writer: Writer) -> None:
    page.audience, page.demo = document.audience.value, document.demo
    page.topics = list(document.topics)
    if document.contact:
        contact = document.contact
        page.contact_role, page.contact_email = contact.role, contact.email
        page.contact_phone = contact.phone
    if document.picture:
        page.picture = writer.shelf.picture(document.picture)
        shown = writer.shelf.attachment(document.picture, "picture")
        page.picture_alt = shown.title if shown else ""
    files = filter(None, map(writer.shelf.file, listed_files(document, how.facts_files(document))))
    page.files = stored(part("file", {"document": held.pk, "title": ""}) for held in files)
    page.relations = stored(part("relation", each) for each in _relations(document))
    if document.kind not in STATEMENTS and hasattr(page, "co_publishers"):
        page.co_publishers = stored(part("body", key) for key in document.co_publishers)
    if document.expires:
        at = dt.time() if document.kind in STATEMENTS else LAST_MINUTE
        page.expire_at = timezone.make_aware(dt.datetime.combine(document.expires, at))


def listed_files(document: Document, of_facts: Iterable[str]) -> list[str]:
    """Digests of the files that stood in the page's list of files.

    Files come in the order of their first use: text, list, facts. Those that text links or the facts
    bring in that order were not necessarily in the list, and need not be.
    """
    texts = " ".join(block.html for text in document.texts.values() for _section, block in text.blocks())
    loose = [file.digest for file in document.files if file.digest.removeprefix("sha256:") not in texts]
    facts = [digest for digest in dict.fromkeys(of_facts) if digest in loose]
    for count in range(len(loose)):
        if list(dict.fromkeys([*loose[:count], *facts])) == loose:
            return loose[:count]
    return loose


def _relations(document: Document) -> list[Mapping[str, Any]]:
    """All but that of a note to its event, which follows from its facts."""
    event = document.session.event if document.session else ""
    found = list(document.relations)
    if event and found and (found[-1].type, found[-1].target) == ("part_of", event):
        found.pop()
    return [{"type": each.type, "page": None, "address": each.target} for each in found]


def _note_state(first: DocumentPage, document: Document) -> None:
    """How each text stands to the first one, and who has read it: columns that no version holds."""
    if document.kind in STATEMENTS:
        return
    words = words_of(first)
    pages = type(first).objects.filter(translation_key=first.translation_key, alias_of=None)
    for page in pages.exclude(pk=first.pk).select_related("locale"):
        text: Text = document.texts[page.locale.language_code]
        type(first).objects.filter(pk=page.pk).update(
            wording_source=INCOMPLETE if text.outdated else words,
            checked_on=text.checked,
            checked_by=text.checked_by,
        )


def _note_moments(first: DocumentPage, plan: Plan) -> None:
    pages = Page.objects.filter(translation_key=first.translation_key, alias_of=None)
    pages.update(first_published_at=plan.first_published, last_published_at=plan.changed)


def _locale(language: str) -> Locale:
    return Locale.objects.get_or_create(language_code=language)[0]
