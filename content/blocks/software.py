"""What publiccode.yml asks of software, as a form. Its fields are those of ``Software`` in documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup, StructBlockValidationError

from content.blocks.listed import CodesBlock, FormedBlock, ListedBlock
from content.blocks.text import PREVIEW
from content.publiccode import labels
from hub.documents.software import LINE, LONG
from theme.labels import Labels


def _text(label: Any, help_text: Any = "", **kwargs: Any) -> blocks.CharBlock:
    return blocks.CharBlock(
        label=label, help_text=help_text, **{"required": False, "max_length": LINE, **kwargs}
    )


def _choice(label: Any, choices: Labels, help_text: Any = "", **kwargs: Any) -> blocks.ChoiceBlock:
    options = {"required": False, **kwargs}
    return blocks.ChoiceBlock(label=label, choices=list(choices.items()), help_text=help_text, **options)


def category_choices() -> list[tuple[str, str]]:
    """What software does, by name."""
    return _sort(labels.CATEGORIES)


def scope_choices() -> list[tuple[str, str]]:
    """For whom software is made, by name."""
    return _sort(labels.SCOPES)


def _sort(choices: Labels) -> list[tuple[str, str]]:
    return sorted(((code, str(name)) for code, name in choices.items()), key=lambda each: each[1])


def _several(label: Any, choices: Callable[[], list[tuple[str, str]]], help_text: Any) -> blocks.ListBlock:
    one = blocks.ChoiceBlock(label=label, choices=choices)
    return blocks.ListBlock(one, label=label, default=[], max_num=50, help_text=help_text)


class DescriptionBlock(blocks.StructBlock):
    """How software is described in one language."""

    language = FormedBlock(
        "language",
        label=_("language"),
        required=True,
        max_length=35,
        default="de",
        help_text=_("For example de or en."),
    )
    features = ListedBlock(
        label=_("what people can do with it"),
        rows=6,
        help_text=_(
            "One in each line, five to twenty, for those who decide about buying: “hand in an application "
            "with its plans”, not “REST interface”."
        ),
    )
    documentation = FormedBlock("page", label=_("documentation for users"), help_text="https://…")
    api_documentation = FormedBlock(
        "page", label=_("documentation of the interface (API)"), help_text="https://…"
    )
    name = _text(_("name in this language"), _("Only if it differs from the title."))
    short = _text(
        _("short description"),
        _("At most 150 characters. Empty: the summary of this page, shortened."),
        max_length=150,
    )
    long = blocks.TextBlock(
        label=_("long description"),
        required=False,
        max_length=LONG,
        rows=5,
        help_text=_("150 to 10,000 characters, Markdown. Empty: the text of this page."),
    )
    screenshots = ListedBlock(
        "image",
        label=_("screenshots"),
        help_text=_("A path in the repository or an address in each line, .png or .jpg."),
    )
    videos = ListedBlock("page", label=_("videos"), help_text=_("One address in each line."))
    awards = ListedBlock(label=_("awards"), help_text=_("One in each line."))

    class Meta:
        label = _("Description")
        icon = "openquote"
        label_format = "{language}"
        form_layout = BlockGroup(
            ["language", "features", "documentation", "api_documentation"],
            settings=["name", "short", "long", "screenshots", "videos", "awards"],
        )


class ContractorBlock(blocks.StructBlock):
    """Who is paid for maintenance."""

    name = _text(_("organisation"), _("The company, not a person."), required=True)
    until = blocks.DateBlock(label=_("contract until"), help_text=_("For example 2028-12-31."))
    website = FormedBlock("page", label=_("website"), help_text="https://…")

    class Meta:
        label = _("Contractor")
        icon = "group"


class OrganisationBlock(blocks.StructBlock):
    """Who pays for development."""

    name = _text(_("name"), required=True)
    uri = FormedBlock(
        "uri",
        label=_("website or URN"),
        help_text=_("For example https://www.trier.de. Other tools ask for it."),
    )

    class Meta:
        label = _("Organisation")
        icon = "group"


class DependencyBlock(blocks.StructBlock):
    """What must be there to run the software."""

    name = _text(_("name"), _("For example PostgreSQL or “card reader”."), required=True)
    version = _text(_("exactly version"))
    version_min = _text(_("from version"))
    version_max = _text(_("up to version"))
    optional = blocks.BooleanBlock(label=_("works without it"), required=False)

    class Meta:
        label = _("Dependency")
        icon = "link"


def _needs(label: Any) -> blocks.ListBlock:
    return blocks.ListBlock(DependencyBlock(), label=label, default=[], max_num=100)


class SoftwareBlock(blocks.StructBlock):
    """The description of software after publiccode.yml 0.7.0, apart from what the module says itself."""

    development_status = _choice(
        _("development status"),
        labels.DEVELOPMENT_STATUS,
        _("For example “Ready for use” if your municipality works with it every day."),
    )
    software_type = _choice(
        _("type of software"), labels.SOFTWARE_TYPES, _("If in doubt, “Web application”.")
    )
    platforms = blocks.MultipleChoiceBlock(
        label=_("platforms"),
        choices=list(labels.PLATFORMS.items()),
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=_("What people use it with, not what the server runs on."),
    )
    other_platforms = CodesBlock(
        label=_("other platforms"), help_text=_("With commas, for example “Windows Server”.")
    )
    categories = _several(_("categories"), category_choices, _("What it does, for example “Terminvergabe”."))
    name = _text(_("name of the software"), _("Only if it differs from the title, for example “Medusa”."))
    suite = _text(_("suite"), _("The product family it belongs to, if there is one."))
    landing_url = FormedBlock("page", label=_("website of the software"), help_text="https://…")
    logo = FormedBlock(
        "logo", label=_("logo"), help_text=_("A path in the repository or an address, .svg or .png.")
    )
    based_on = ListedBlock(
        "repository",
        label=_("based on"),
        help_text=_("Repositories it is a variant of, one address in each line."),
    )
    roadmap = FormedBlock("page", label=_("roadmap"), help_text=_("Where the plans stand, https://…"))
    descriptions = blocks.ListBlock(
        DescriptionBlock(),
        label=_("descriptions"),
        default=[],
        max_num=50,
        help_text=_(
            "One for each language, with what people can do with it. A short text you leave empty is made of "
            "the summary of this page."
        ),
    )
    scope = _several(_("fields of work"), scope_choices, _("For whom it is made, for example “Kommunen”."))
    countries = CodesBlock(
        "country",
        label=_("made for the law of these countries"),
        help_text=_("Capital letters with commas, for example DE, AT."),
    )
    unsupported_countries = CodesBlock("country", label=_("does not fit the law of these countries"))
    supports = ListedBlock(
        "support",
        label=_("standards and laws it meets"),
        help_text=_(
            "One in each line: alias:gdpr (DSGVO), alias:eidas, alias:nis2, alias:cra, or the address of a "
            "standard such as https://xoev.de/xbau."
        ),
    )
    maintenance = _choice(
        _("maintenance"),
        labels.MAINTENANCE,
        _("Who answers is the contact of this page, an office with a shared mailbox, never a person."),
    )
    contractors = blocks.ListBlock(
        ContractorBlock(),
        label=_("contractors"),
        default=[],
        max_num=50,
        help_text=_("Only for maintenance under contract."),
    )
    organisation_name = _text(_("publishing organisation"), _("For example “Stadt Trier”."))
    organisation_uri = FormedBlock("uri", label=_("its website or URN"), help_text="https://…")
    copyright_owner = _text(_("holder of the copyright"), _("For example “Stadt Trier”."))
    funders = blocks.ListBlock(OrganisationBlock(), label=_("funded by"), default=[], max_num=100)
    languages = CodesBlock(
        "language", label=_("languages of the interface"), help_text=_("With commas, for example de, en.")
    )
    localisation_ready = _choice(
        _("can be translated"),
        {
            "yes": pgettext_lazy("software: translatable", "Yes"),
            "no": pgettext_lazy("software: translatable", "No"),
        },
        _("Whether further languages can be added without programming."),
    )
    needs_open = _needs(_("needs open-source software"))
    needs_proprietary = _needs(_("needs proprietary software"))
    needs_hardware = _needs(_("needs hardware"))

    def clean(self, value: Any) -> Any:
        """Contractors and the type of maintenance go together, unless a draft is saved."""
        cleaned = super().clean(value)
        errors = {} if self.is_deferred_validation else _conflicts(cleaned)
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        label = _("Software")
        icon = "code"
        description = _("What catalogues of public software ask (publiccode.yml).")
        preview_value = {"development_status": "stable", "software_type": "standalone/web"}
        preview_template = PREVIEW
        form_layout = BlockGroup(
            [
                "development_status",
                "software_type",
                "platforms",
                "other_platforms",
                "categories",
                "descriptions",
                BlockGroup(["maintenance", "contractors"], heading=_("Maintenance"), icon="cogs"),
                BlockGroup(["languages", "localisation_ready"], heading=_("Languages"), icon="globe"),
                BlockGroup(
                    ["scope", "countries", "unsupported_countries", "supports"],
                    heading=_("For whom and under which law"),
                    icon="group",
                    classname="collapsed",
                ),
                BlockGroup(
                    ["needs_open", "needs_proprietary", "needs_hardware"],
                    heading=_("What it needs"),
                    icon="link",
                    classname="collapsed",
                ),
                BlockGroup(
                    ["organisation_name", "organisation_uri", "copyright_owner", "funders"],
                    heading=_("Who publishes and pays"),
                    icon="home",
                    classname="collapsed",
                ),
                BlockGroup(
                    ["name", "suite", "landing_url", "roadmap", "logo", "based_on"],
                    heading=_("Name, links and origin"),
                    icon="tag",
                    classname="collapsed",
                ),
            ]
        )


def _conflicts(value: Mapping[str, Any]) -> dict[str, ValidationError]:
    if value["maintenance"] == "contract" and not value["contractors"]:
        return {"maintenance": ValidationError(gettext("Add below who is under contract, and until when."))}
    if value["maintenance"] != "contract" and value["contractors"]:
        return {
            "maintenance": ValidationError(
                gettext("Contractors go with maintenance under contract alone. Choose it, or delete them.")
            )
        }
    if value["organisation_name"] and not value["organisation_uri"]:
        return {
            "organisation_uri": ValidationError(
                gettext("The address that names the organisation is missing.")
            )
        }
    return {}


class SoftwareStreamBlock(blocks.StreamBlock):
    """One description, or none for what is no software."""

    software = SoftwareBlock()

    class Meta:
        max_num = 1
        required = False
