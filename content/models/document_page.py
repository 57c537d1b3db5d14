"""What all pages that become documents have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import FilesBlock, RelationsBlock
from content.builders import build_document
from content.editorial.locks import explain_lock
from content.forms import ContributionForm
from content.media import Media
from content.models.fields import TopicsField
from content.wordings.sources import note_words
from hub.catalogue.pages import ShareablePage
from hub.documents import Document, Relation, Section


class DocumentPage(ShareablePage):
    """Base of the page types of content and events.

    A subclass names its ``kind`` and gives its sections, facts and publishers;
    :mod:`content.builders` puts the document together. ``wording_source`` is the digest of the wording
    this one was translated from. ``checked_on`` and ``checked_by`` say that people for whom a wording in
    Leichte Sprache is made have read it.
    """

    kind: ClassVar[str]
    base_form_class = ContributionForm

    summary = models.TextField(
        _("summary"),
        max_length=400,
        help_text=_("Two or three sentences for lists and search results: what it is and what came of it."),
    )
    topics = TopicsField(
        verbose_name=_("topics"), help_text=_("One to three topics under which others look for it.")
    )
    picture = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("title picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    picture_alt = models.CharField(
        _("alternative text of the title picture"),
        max_length=400,
        blank=True,
        help_text=_("What somebody who cannot see the picture needs to know."),
    )
    contact_role = models.CharField(
        _("contact: role"),
        max_length=200,
        blank=True,
        help_text=_("An office or function, not a person's name."),
    )
    contact_email = models.EmailField(_("contact: e-mail"), blank=True, help_text=_("A shared mailbox."))
    contact_phone = models.CharField(_("contact: telephone"), max_length=60, blank=True)
    files = StreamField(FilesBlock(), verbose_name=_("files"), blank=True)
    relations = StreamField(RelationsBlock(), verbose_name=_("relations"), blank=True)
    wording_source = models.CharField(max_length=64, blank=True, editable=False)
    checked_on = models.DateField(_("checked on"), null=True, blank=True, editable=False)
    checked_by = models.CharField(_("checked by"), max_length=200, blank=True, editable=False)

    search_fields = [*Page.search_fields, index.SearchField("summary")]

    # Facts, files and picture are those of the German page in every language.
    override_translatable_fields: ClassVar[list[Any]] = [
        TranslatableField("title"),
        TranslatableField("summary"),
        SynchronizedField("slug"),
        SynchronizedField("topics"),
        SynchronizedField("audience"),
        SynchronizedField("picture"),
        SynchronizedField("picture_alt"),
        SynchronizedField("contact_role"),
        SynchronizedField("contact_email"),
        SynchronizedField("contact_phone"),
        SynchronizedField("files"),
        SynchronizedField("relations"),
    ]

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for field in cls.override_translatable_fields:
            if isinstance(field, SynchronizedField):
                field.overridable = False  # they are read of the German page, so nothing would come of it

    def to_document(self) -> Document:
        """The page as a document."""
        return build_document(self)

    def publisher_keys(self) -> tuple[str, ...]:
        """Keys of the bodies that publish it, the owner first."""
        raise NotImplementedError(f"{type(self).__name__} must name its publishers")

    def co_publisher_keys(self) -> tuple[str, ...]:
        """Keys of the bodies that are asked to publish it as well."""
        return ()

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """The sections in this page's language; pictures and linked files go to ``media``."""
        raise NotImplementedError(f"{type(self).__name__} must build its sections")

    def build_facts(self, media: Media) -> dict[str, Any]:
        """Fields of the document that only this kind has, by their names there; files go to ``media``."""
        return {}

    def implied_relations(self) -> tuple[Relation, ...]:
        """Relations that follow from the facts, so that nobody has to say them twice."""
        return ()

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Messages by field for answers that ``values`` lacks and publishing needs."""
        missing = {}
        if not (values.get("summary") or "").strip():
            missing["summary"] = str(_("“Summary” is missing: lists and search results show it."))
        if values.get("picture") and not (values.get("picture_alt") or "").strip():
            missing["picture_alt"] = str(_("The title picture needs an alternative text."))
        return missing

    def save(self, clean: bool = True, **kwargs: Any) -> Any:
        """Save; a page that is live must have every required answer, however it is saved.

        Raises ``ValidationError`` naming the missing answers.
        """
        is_whole = kwargs.get("update_fields") is None
        if clean and self.live and is_whole:
            values = {field.name: getattr(self, field.attname) for field in self._meta.concrete_fields}
            if missing := self.missing_answers(values):
                raise ValidationError(missing)
        if is_whole and self.is_translation and self.alias_of_id is None:
            note_words(self)
        return super().save(clean=clean, **kwargs)

    @property
    def is_translation(self) -> bool:
        """Whether it is written in another language than what is written first."""
        return bool(self.locale_id and self.locale.language_code != settings.LANGUAGE_CODE)

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """A version of the page; how its words stand to others is that of the page, not of a version."""
        page = super().with_content_json(content)
        page.wording_source, page.checked_on = self.wording_source, self.checked_on
        page.checked_by = self.checked_by
        return page

    def get_lock(self) -> Any:
        """What keeps somebody from changing it, in words that say what to do."""
        return explain_lock(super().get_lock())

    @classmethod
    def assemble_tabs(cls, text: list[Panel], facts: list[Panel]) -> TabbedInterface:
        """The editor: text, facts, contact and files, sharing, settings."""
        sharing = [
            HelpPanel(
                _("What everybody or member bodies may read appears on all approved hubs within seconds.")
            ),
            HelpPanel(
                _(
                    "Embargo: to have it appear on a certain day only, choose the moment under “Status”, "
                    "“Set schedule”, and publish. Until then it stays a draft here: no other hub gets "
                    "anything of it."
                )
            ),
            FieldPanel("audience"),
            *([FieldPanel("co_publishers")] if hasattr(cls, "co_publishers") else []),
            FieldPanel("demo"),
        ]
        tabs = [
            ObjectList([*Page.content_panels, FieldPanel("summary"), *text], heading=_("Text")),
            ObjectList(facts, heading=pgettext_lazy("editor", "Facts")),
            ObjectList(cls.surrounding_panels(), heading=_("Contact, files, relations")),
            ObjectList(sharing, heading=_("Sharing")),
            ObjectList([cls.address_panel(), *Page.settings_panels], heading=_("Settings")),
        ]
        return TabbedInterface([tab for tab in tabs if tab.children])

    @classmethod
    def address_panel(cls) -> Panel:
        """The last part of the address. What else Wagtail would offer here has no effect on documents."""
        return FieldPanel(
            "slug",
            help_text=_(
                "The last part of the page's address, for example “parking-sensors”. It follows the title by "
                "itself; leave it as it is once others link to the page."
            ),
        )

    @classmethod
    def surrounding_panels(cls) -> list[Panel]:
        """Panels of what stands around the text."""
        return [
            MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], heading=_("Title picture")),
            FieldPanel("topics"),
            MultiFieldPanel(
                [FieldPanel("contact_role"), FieldPanel("contact_email"), FieldPanel("contact_phone")],
                heading=_("Who answers questions"),
            ),
            FieldPanel("files"),
            FieldPanel("relations"),
        ]
