"""The module: something others can take over, with its files."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import SectionsBlock
from content.media import Media
from content.models.contribution import ContributionPage
from content.models.fields import unknown_text
from content.sections import build_free_sections
from hub.documents import Module, Section
from theme import labels


class ModulePage(ContributionPage):
    """Software, data, a handbook, contract, motion or training that other bodies can reuse."""

    kind = "module"

    sections = StreamField(
        SectionsBlock(),
        verbose_name=_("sections"),
        blank=True,
        help_text=_("What it is, how to use it step by step, what to adapt, where its limits are."),
    )
    module_type = models.CharField(
        _("type"), max_length=20, choices=list(labels.MODULE_TYPES.items()), blank=True
    )
    version = models.CharField(_("version"), max_length=40, blank=True, help_text=_("For example 1.2.0."))
    released = models.DateField(_("released on"), null=True, blank=True)
    licence = models.CharField(
        _("licence"),
        max_length=60,
        blank=True,
        help_text=_("SPDX identifier, for example EUPL-1.2 or CC-BY-4.0."),
    )
    requirements = unknown_text(_("requirements"))
    repository = models.URLField(_("source code repository"), blank=True)

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
        *(
            SynchronizedField(name)
            for name in ("module_type", "version", "released", "licence", "requirements", "repository")
        ),
    ]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections."""
        return build_free_sections(self.sections, media)

    def build_facts(self) -> dict[str, Any]:
        """Type, release and conditions."""
        module = Module(
            module_type=self.module_type,
            version=self.version,
            released=self.released,
            licence=self.licence,
            requirements=self.requirements,
            repository=self.repository,
        )
        return {"module": module}


_release = [FieldPanel(name) for name in ("module_type", "version", "released", "licence")]
_conditions = [FieldPanel("requirements"), FieldPanel("repository")]
ModulePage.edit_handler = ModulePage.assemble_tabs(
    text=[FieldPanel("sections")],
    facts=[
        HelpPanel(_("Without a licence nobody may reuse it: choose one that allows changes.")),
        MultiFieldPanel(_release, heading=_("Release")),
        MultiFieldPanel(_conditions, heading=_("Conditions")),
    ],
)
