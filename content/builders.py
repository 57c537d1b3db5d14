"""From a page to its document: the one place where page fields become shared content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from content.identity import address_of, document_id
from content.media import Media
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
    texts = {language: build_text(wording, media) for language, wording in wordings.items()}
    for child in primary.files:
        media.add_file(child.value["document"], child.value["title"])
    return Document(
        id=document_id(primary),
        kind=primary.kind,
        audience=Audience(primary.audience),
        publishers=primary.publisher_keys(),
        texts=texts,
        topics=tuple(primary.topics),
        demo=primary.demo,
        contact=build_contact(primary),
        attachments=media.attachments,
        relations=build_relations(primary.relations),
        picture=picture,
        expires=timezone.localdate(primary.expire_at) if primary.expire_at else None,
        **primary.build_facts(),
    )


def find_wordings(page: DocumentPage) -> dict[str, DocumentPage]:
    """The pages of one document by language, the primary one first. Aliases and drafts are no wording."""
    pages: list[Any] = [page]
    if page.pk:
        others = page.get_translations().filter(live=True, alias_of__isnull=True)
        pages += [other.specific for other in others.select_related("locale")]
    pages.sort(key=lambda each: (each.locale.language_code != settings.LANGUAGE_CODE, each.pk or 0))
    return {each.locale.language_code: each for each in pages}


def build_text(page: DocumentPage, media: Media) -> Text:
    """The wording of one page."""
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


def split_lines(text: str) -> tuple[str, ...]:
    """The non-empty lines of a field with one entry per line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
