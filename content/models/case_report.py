"""The case report: eight questions and the facts others decide by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, Panel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail_localize.fields import SynchronizedField, TranslatableField

from content.blocks import AnswerBlock, is_filled
from content.builders import split_lines
from content.forms import CaseReportForm
from content.media import Media
from content.models.contribution import ContributionPage
from content.models.fields import unknown_euros, unknown_number, unknown_text
from content.questions import QUESTION_BY_FIELD, QUESTIONS, Question
from content.sections import build_section
from hub.documents import Case, Costs, CostShare, Section
from hub.municipalities.models import Body
from theme import labels

FACTS = (
    "costs_once", "costs_monthly", "person_days", "costs_note", "shares", "maturity", "evidence",
    "evidence_date", "started", "software", "interfaces", "skills", "legal_basis", "dpia",
    "processor_contract", "works_council", "procurement",
)  # fmt: skip
"""Fields that are the same in every language."""


def _answer(field: str) -> StreamField:
    question = QUESTION_BY_FIELD[field]
    return StreamField(
        AnswerBlock(),
        verbose_name=question.headings["en"],
        help_text=question.help_text,
        blank=True,
        null=False,
    )


class CaseReportPage(ContributionPage):
    """What a body tried, what came of it, what it cost and what others should know."""

    kind = "case_report"
    base_form_class = CaseReportForm

    situation = _answer("situation")
    goal = _answer("goal")
    plan = _answer("plan")
    course = _answer("course")
    work_packages = _answer("work_packages")
    pitfalls = _answer("pitfalls")
    enablers = _answer("enablers")
    advice = _answer("advice")

    costs_once = unknown_euros(_("costs once, in euros"))
    costs_monthly = unknown_euros(_("running costs per month, in euros"))
    person_days = unknown_number(_("person-days"))
    costs_note = models.TextField(_("what the costs contain"), blank=True)

    maturity = models.CharField(
        _("maturity"), max_length=20, choices=list(labels.MATURITIES.items()), blank=True
    )
    evidence = models.CharField(
        _("evidence"),
        max_length=20,
        choices=list(labels.EVIDENCE.items()),
        blank=True,
        help_text=_("How the results are known."),
    )
    evidence_date = models.DateField(_("evidence as of"), null=True, blank=True)
    started = models.DateField(_("started on"), null=True, blank=True)
    software = unknown_text(_("software"), _("One product per line."))
    interfaces = unknown_text(_("interfaces"))
    skills = unknown_text(_("skills needed"))
    legal_basis = unknown_text(_("legal basis"))
    dpia = unknown_text(_("data protection impact assessment"))
    processor_contract = unknown_text(_("processor contract"))
    works_council = unknown_text(_("staff council"))
    procurement = unknown_text(_("procurement"))
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True, editable=False)

    override_translatable_fields: ClassVar[list[Any]] = [
        *ContributionPage.override_translatable_fields,
        *(TranslatableField(question.field) for question in QUESTIONS),
        *(SynchronizedField(name) for name in FACTS),
    ]

    class Meta:
        verbose_name = _("case report")
        verbose_name_plural = _("case reports")

    def missing_answers(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Adds the questions that must be answered."""
        missing = super().missing_answers(values)
        for question in QUESTIONS:
            if question.required and not is_filled(values.get(question.field)):
                missing[question.field] = gettext(
                    "The question “%(question)s” has no answer yet. A report appears only with it; "
                    "until then it can be saved as a draft."
                ) % {"question": question.label}
        return missing

    def build_sections(self, media: Media) -> tuple[Section, ...]:
        """The answered questions, in their fixed order."""
        language = self.locale.language_code
        sections = (
            build_section(question.anchor, question.heading(language), getattr(self, question.field), media)
            for question in QUESTIONS
        )
        return tuple(section for section in sections if section.blocks)

    def build_facts(self, media: Media) -> dict[str, Any]:
        """Costs and case."""
        return {"costs": self._build_costs(), "case": self._build_case()}

    def _build_costs(self) -> Costs:
        shares = tuple(
            CostShare(body=share.body_id, yearly_eur=share.yearly_eur)
            for share in self.shares.all()
            if share.body_id
        )
        return Costs(
            once_eur=self.costs_once,
            monthly_eur=self.costs_monthly,
            person_days=self.person_days,
            shares=shares,
            note=self.costs_note,
        )

    def _build_case(self) -> Case:
        return Case(
            maturity=self.maturity,
            evidence=self.evidence,
            evidence_date=self.evidence_date,
            software=split_lines(self.software),
            interfaces=self.interfaces,
            skills=self.skills,
            legal_basis=self.legal_basis,
            dpia=self.dpia,
            processor_contract=self.processor_contract,
            works_council=self.works_council,
            procurement=self.procurement,
            started=self.started,
            confirmed=self.confirmed_on,
        )


class CaseShare(Orderable):
    """What one body bears of the costs."""

    page = ParentalKey(CaseReportPage, on_delete=models.CASCADE, related_name="shares")
    body = models.ForeignKey(Body, verbose_name=_("body"), on_delete=models.PROTECT, related_name="+")
    yearly_eur = unknown_euros(_("euros a year"))

    panels = [FieldPanel("body"), FieldPanel("yearly_eur")]

    class Meta(Orderable.Meta):
        verbose_name = _("share of the costs")
        verbose_name_plural = _("shares of the costs")

    def __str__(self) -> str:
        return f"{self.body_id}: {self.yearly_eur}"


def _label(question: Question) -> Any:
    """The heading, worked out when it is shown, in the language of whoever looks."""
    return lazy(lambda: question.label, str)()


def _text_panels() -> list[Panel]:
    guide = _(
        "Eight questions. Only the pitfalls are required; write the others as far as you know the answers. "
        "A draft needs a title and is saved with whatever else is there."
    )
    return [
        HelpPanel(guide),
        *(FieldPanel(question.field, heading=_label(question)) for question in QUESTIONS),
    ]


def _fact_panels() -> list[Panel]:
    costs = [
        FieldPanel("costs_once"),
        FieldPanel("costs_monthly"),
        FieldPanel("person_days"),
        FieldPanel("costs_note"),
    ]
    state = [
        FieldPanel("maturity"),
        FieldPanel("started"),
        FieldPanel("evidence"),
        FieldPanel("evidence_date"),
    ]
    means = [
        FieldPanel("software"),
        FieldPanel("interfaces"),
        FieldPanel("skills"),
        FieldPanel("procurement"),
    ]
    law = [FieldPanel(name) for name in ("legal_basis", "dpia", "processor_contract", "works_council")]
    return [
        HelpPanel(
            _("What you do not know stays empty and is shown as “unknown”, which helps more than a guess.")
        ),
        MultiFieldPanel(state, heading=_("State")),
        MultiFieldPanel(costs, heading=_("Costs")),
        InlinePanel("shares", heading=_("Shares of partners"), label=_("share")),
        MultiFieldPanel(means, heading=_("Means")),
        MultiFieldPanel(law, heading=_("Law and participation")),
    ]


CaseReportPage.edit_handler = CaseReportPage.assemble_tabs(text=_text_panels(), facts=_fact_panels())
