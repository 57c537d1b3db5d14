"""From a page to its document: the one place where page fields become shared content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from content.identity import address_of, document_id
from content.media import Media
from content.wordings.words import digest_words
from hub.documents import Audience, Contact, Document, Relation, Text

if TYPE_CHECKING:
    from content.models.document_page import DocumentPage


def build_document(page: DocumentPage) -> Document:
    """The document of ``page``, the same whichever translation it is asked of.

    Wording comes from every live translation, facts from the German page (else the first). The
    page given stands for itself even as an unsaved draft, so previews need nothing published.
    """
    wordings = find_wordings(page)
    primary = next(iter(wordings.values()))
    media = Media(str(primary.translation_key))
    picture = media.add_picture(primary.picture, primary.picture_alt)
    texts = build_texts(wordings, media)
    for child in primary.files:
        media.add_file(child.value["document"], child.value["title"])
    facts = primary.build_facts(media)
    return Document(
        id=document_id(primary),
        kind=primary.kind,
        audience=Audience(primary.audience),
        publishers=primary.publisher_keys(),
        co_publishers=primary.co_publisher_keys(),
        texts=texts,
        topics=tuple(primary.topics),
        demo=primary.demo,
        contact=build_contact(primary),
        attachments=media.attachments,
        relations=merge_relations(build_relations(primary.relations), primary.implied_relations()),
        picture=picture,
        expires=timezone.localdate(primary.expire_at) if primary.expire_at else None,
        **facts,
    )


def find_wordings(page: DocumentPage) -> dict[str, DocumentPage]:
    """The pages of one document by language, the primary one first. Aliases and drafts are no wording."""
    pages: list[Any] = [page]
    if page.pk:
        others = page.get_translations().filter(live=True, alias_of__isnull=True)
        pages += [other.specific for other in others.select_related("locale")]
    pages.sort(key=lambda each: (each.locale.language_code != settings.LANGUAGE_CODE, each.pk or 0))
    return {each.locale.language_code: each for each in pages}


def build_texts(wordings: Mapping[str, DocumentPage], media: Media) -> dict[str, Text]:
    """The wordings by language, each other than the first one with how it stands to that and who read it."""
    texts = {language: build_text(page, media) for language, page in wordings.items()}
    words = digest_words(next(iter(texts.values())))
    return {language: _add_state(texts[language], wordings[language], words) for language in texts}


def _add_state(text: Text, page: DocumentPage, words: str) -> Text:
    state: dict[str, Any] = {}
    if page.is_translation and page.wording_source not in ("", words):
        state["outdated"] = True
    if page.is_translation and page.checked_on:
        state |= {"checked": page.checked_on, "checked_by": page.checked_by}
    return text.model_copy(update=state) if state else text


def build_text(page: DocumentPage, media: Media) -> Text:
    """The words of one page."""
    return Text(title=page.title, summary=page.summary, sections=page.build_sections(media))


def build_contact(page: DocumentPage) -> Contact | None:
    """The role that answers, if one is named."""
    if not (page.contact_role or page.contact_email or page.contact_phone):
        return None
    return Contact(role=page.contact_role, email=page.contact_email, phone=page.contact_phone)


def build_relations(stream: Iterable[Any]) -> tuple[Relation, ...]:
    """Relations to documents here and elsewhere, by their ids."""
    relations = []
    for child in stream:
        page, address = child.value["page"], child.value["address"]
        target = address_of(page) if page else (address or "").rstrip("/")
        if target:
            relations.append(Relation(type=child.value["type"], target=target))
    return tuple(relations)


def merge_relations(*parts: tuple[Relation, ...]) -> tuple[Relation, ...]:
    """All of them in order, none twice."""
    return tuple(dict.fromkeys(relation for part in parts for relation in part))


def split_lines(text: str) -> tuple[str, ...]:
    """The non-empty lines of a field with one entry per line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
