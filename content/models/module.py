"""The module: something others can take over, with its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import OutlineBlock, ReleasesBlock, SoftwareStreamBlock, list_repeated_versions
from content.documentation.projecting import build_documentation, describe_documentation
from content.media import Media
from content.models.contribution import ContributionPage
from content.models.fields import licence_field, unknown_text
from content.outlines import OutlineForm
from content.publiccode.building import build_software
from content.releases import build_releases, find_parts_list_faults
from content.sections import build_free_sections
from hub.documents import Module, Section
from theme import labels

FACTS = ("module_type", "licence", "releases", "requirements", "repository", "software", "documentation")
"""Fields that are the same in every language."""


class ModulePage(ContributionPage):
    """Software, data, a handbook, contract, motion or training that other bodies can reuse.

    Its version is that of the newest of its releases.
    """

    kind = "module"
    base_form_class = OutlineForm

    sections = StreamField(
        OutlineBlock(),
        verbose_name=_("sections"),
        blank=True,
        help_text=_("What it is, how to use it step by step, what to adapt, where its limits are."),
    )
    module_type = models.CharField(
        _("type"),
        max_length=20,
        choices=list(labels.MODULE_TYPES.items()),
        blank=True,
        help_text=_("What others get, for example a handbook or software."),
    )
    licence = licence_field()
    releases = StreamField(
        ReleasesBlock(),
        verbose_name=_("releases"),
        blank=True,
        help_text=_(
            "One for each version others could take over, the newest first. Keep the old ones: towns that "
            "use them look up what has changed since."
        ),
    )
    requirements = unknown_text(
        _("requirements"),
        _("What a town needs to use it, for example “spreadsheet, access to the geodata server”."),
    )
    repository = models.URLField(
        _("source code repository"),
        blank=True,
        help_text=_("For example https://gitlab.opencode.de/… Only for software and configuration."),
    )
    software = StreamField(
        SoftwareStreamBlock(),
        verbose_name=_("software (publiccode.yml)"),
        blank=True,
        help_text=_(
            "Only for software: with it the page offers a publiccode.yml, which catalogues such as openCode "
            "read. Leave it empty for everything else."
        ),
    )
    documentation = models.JSONField(_("documentation"), default=dict, blank=True)

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        TranslatableField("sections"),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds that each release has a version of its own."""
        missing = super().missing_answers(values)
        releases = values.get("releases") or ()
        if any(not (child.value["version"] or "").strip() for child in releases):
            missing["releases"] = gettext("A release has no version yet, for example 1.2.0.")
        elif list_repeated_versions(releases):
            missing["releases"] = gettext("Two releases have the same version. Give each its own number.")
        elif faults := list(find_parts_list_faults(releases)):
            missing["releases"] = " ".join(faults)
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """Its freely headed sections, then the documentation in this page's language."""
        own = build_free_sections(self.sections, media)
        return own + build_documentation(self.documentation, self.locale.language_code, media)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """Type, releases and conditions."""
        releases = build_releases(self.releases, media, self.module_type)
        module = Module(
            module_type=self.module_type,
            version=releases[0].version if releases else "",
            released=releases[0].released if releases else None,
            licence=self.licence,
            requirements=self.requirements,
            repository=self.repository,
            releases=releases,
            software=build_software(self.software),
            documentation=describe_documentation(self.documentation),
        )
        return {"module": module}


_conditions = [FieldPanel(name) for name in ("module_type", "licence", "requirements", "repository")]
ModulePage.edit_handler = ModulePage.assemble_tabs(
    text=[
        HelpPanel(
            _(
                "A building block is something another town can take over as it is: a handbook, a contract, "
                "software, data. Write for somebody who has never spoken to you. The headings are offers: "
                "rename, move or delete them; one without content does not appear."
            )
        ),
        FieldPanel("sections"),
    ],
    facts=[
        HelpPanel(_("Without a licence nobody may reuse it: choose one that allows changes.")),
        MultiFieldPanel(_conditions, heading=_("Conditions")),
        FieldPanel("releases"),
        FieldPanel("software"),
    ],
)
