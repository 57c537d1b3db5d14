"""Verbs: make a draft of a publiccode.yml, or take it over into a module that is there."""

from __future__ import annotations

import io
import json
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from content.builders import build_text
from content.drafting.filling import fill
from content.drafting.markdown import read_markdown
from content.drafting.outline import SUMMARY_LENGTH, TITLE_LENGTH, shorten
from content.media import Media
from content.models import BodyPage, ModulePage
from content.outlines import outline_of
from content.publiccode.building import stored_form
from content.publiccode.exporting import long_description, short_description
from content.publiccode.importing import VERSION_LENGTH, Facts
from content.services import open_section
from hub.documents import DEFAULT_LANGUAGE, Software


@dataclass(frozen=True)
class Taken:
    """The page with a new draft, and in words what was not taken over."""

    page: ModulePage
    left_out: tuple[str, ...] = ()


@transaction.atomic
def draft_module(user: AbstractBaseUser, section: BodyPage, facts: Facts) -> Taken:
    """A draft below ``section`` with what the file says, its long description as text."""
    open_section(section)
    page = ModulePage(
        title=shorten(facts.name, TITLE_LENGTH), summary=shorten(facts.main.short, SUMMARY_LENGTH)
    )
    _write_text(page, facts.main.long)
    page.live, page.owner, page.locale = False, user, section.locale
    left_out = _set_facts(page, facts)
    section.add_child(instance=page)
    _set_software(page, facts)
    page.save_revision(user=user, log_action=True)
    return Taken(page, (*facts.left_out, *left_out))


@transaction.atomic
def update_module(user: AbstractBaseUser, page: ModulePage, facts: Facts) -> Taken:
    """A draft of ``page`` with the facts of the file. Title, summary and text stay as they are."""
    draft: ModulePage = page.get_latest_revision_as_object()
    left_out = _set_facts(draft, facts)
    _set_software(draft, facts)
    draft.save_revision(user=user, log_action=True)
    return Taken(page, (*facts.left_out, *left_out))


def _write_text(page: ModulePage, markdown: str) -> None:
    outline = read_markdown(io.BytesIO(markdown.encode()))
    heading = outline_of("module", DEFAULT_LANGUAGE)[0]
    fill(page, replace(outline, title=heading, summary=""), lambda source, alt: None)


def _set_facts(page: ModulePage, facts: Facts) -> list[str]:
    """Set what a module says of itself; returns what does not fit."""
    left_out = []
    for name, key in (("repository", "url"), ("licence", "legal.license"), ("module_type", "softwareType")):
        value: Any = getattr(facts, name)
        try:
            setattr(page, name, page._meta.get_field(name).clean(value, page))
        except ValidationError as error:
            left_out.append(f"{key}: {' '.join(error.messages)}")
    if facts.version and not page.releases:
        page.releases = json.dumps([_release(facts)])
    elif facts.version and facts.version not in {child.value["version"] for child in page.releases}:
        left_out.append(_("softwareVersion: the releases of this page stay as they are."))
    elif facts.released and not facts.version:
        left_out.append(_("releaseDate: without a version there is no release."))
    return left_out


def _release(facts: Facts) -> dict[str, Any]:
    released = facts.released.isoformat() if facts.released else None
    value: dict[str, Any] = {
        "version": facts.version[:VERSION_LENGTH],
        "released": released,
        "notes": "",
        "files": [],
    }
    return {"type": "release", "value": value, "id": str(uuid.uuid4())}


def _set_software(page: ModulePage, facts: Facts) -> None:
    """The description of software, without what the page says already: one fact stands in one place."""
    text = build_text(page, Media(str(page.translation_key)))
    said: dict[str, tuple[str, str]] = {
        "name": ("", page.title),
        "short": ("", short_description(text)),
        "long": ("", long_description(text)),
    }
    descriptions = tuple(
        each
        if each.language != DEFAULT_LANGUAGE
        else each.model_copy(update={key: "" for key, values in said.items() if getattr(each, key) in values})
        for each in facts.software.descriptions
    )
    name = "" if facts.name == page.title else facts.name[:300]
    software: Software = facts.software.model_copy(update={"name": name, "descriptions": descriptions})
    page.software = stored_form(software)
