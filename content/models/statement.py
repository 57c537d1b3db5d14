"""What a body says of a document, its own or another's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList, Panel
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from content.builders import build_document
from content.media import Media
from content.models.contribution import ContributionPage
from hub.documents import DEFAULT_LANGUAGE, Document, Section, Statement, Text

STATED = ("target", "target_digest", "made", "confirmed", "note")


class StatementPage(ContributionPage):
    """Base of statements. ``target`` is the id of the document it is about, ``target_digest`` its revision's.

    It stands in the section of the body that makes it, so that body alone can take it back. ``maker`` is
    that body's key: it has one page of a kind for each document, which a statement taken back and made
    again goes on using. Only :mod:`content.statements.services` makes them. ``wordings`` are title and
    summary by language; they stand in documents, which must not change with the interface's messages,
    and name no other object.
    """

    wordings: ClassVar[Mapping[str, tuple[str, str]]]

    target = models.URLField(_("permanent address of the document"), max_length=300)
    target_digest = models.CharField(max_length=80, blank=True, editable=False)
    made = models.DateField(_("stated on"), null=True, blank=True)
    confirmed = models.DateField(_("confirmed on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    maker = models.CharField(max_length=20, blank=True, default="", editable=False)

    exclude_fields_in_copy: ClassVar[list[str]] = ["maker"]
    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        *(SynchronizedField(name) for name in STATED),
    ]

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["maker", "target"], condition=~models.Q(maker=""), name="%(class)s_once"
            )
        ]

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Nowhere by hand: a statement begins at the document it is about."""
        return False

    def can_move_to(self, parent: Page) -> bool:
        """Nowhere: in another section it would be another body's word."""
        return False

    def save(self, clean: bool = True, **kwargs: Any) -> Any:
        """Save; an alias is nobody's statement."""
        if self.alias_of_id:
            self.maker = ""
        return super().save(clean=clean, **kwargs)

    def to_document(self) -> Document:
        """The document, in the fixed wording of its kind."""
        texts = {
            language: Text(title=title, summary=summary)
            for language, (title, summary) in self.wordings.items()
        }
        return build_document(self).model_copy(update={"texts": texts})

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """None: the services ask for all that is needed."""
        return {}

    def co_publisher_keys(self) -> tuple[str, ...]:
        """None: each body speaks for itself."""
        return ()

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """None: a statement is all facts."""
        return ()

    def build_statement(self) -> Statement:
        """Of which document it is, and when it was said."""
        return Statement(
            about=self.target,
            digest=self.target_digest,
            made=self.made,
            confirmed=self.confirmed,
            note=self.note,
        )

    def build_facts(self, media: Media) -> dict[str, Any]:
        """The statement."""
        return {"statement": self.build_statement()}

    @classmethod
    def headings(cls) -> tuple[str, str]:
        """Title and summary in the language that is written first."""
        return cls.wordings[DEFAULT_LANGUAGE]

    def day_made(self, today: dt.date) -> dt.date:
        """The day it was first said; today for one that is not published and so is said anew."""
        return (self.made or today) if self.live else today

    @classmethod
    def show_only(cls, *names: str) -> ObjectList:
        """The editor, which shows and does not change: dates and revision are what is signed."""
        help_text = _(
            "Statements are made, confirmed and changed on the page “Statements” of your area. Here you see "
            "them, and can take them back with “Unpublish”."
        )
        panels: list[Panel] = [HelpPanel(help_text)]
        panels += [FieldPanel(name, read_only=True) for name in (*names, "audience")]
        return ObjectList(panels)
