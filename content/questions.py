"""The eight questions of a case report.

Headings are part of the documents, which must not change with the interface's translations;
so they stand here in each language and not in the message catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hub.documents import DEFAULT_LANGUAGE


@dataclass(frozen=True)
class Question:
    """One question: the page's field, the section's anchor, its headings and help for writers."""

    field: str
    anchor: str
    headings: Mapping[str, str]
    help_text: str | Promise
    required: bool = False

    def heading(self, language: str) -> str:
        """The heading in ``language``, else in German."""
        return self.headings.get(language) or self.headings[DEFAULT_LANGUAGE]

    @property
    def label(self) -> str:
        """The heading in the language of whoever looks."""
        return self.heading((get_language() or DEFAULT_LANGUAGE).split("-")[0])


QUESTIONS: tuple[Question, ...] = (
    Question(
        "situation",
        "ausgangslage",
        {"de": "Ausgangslage", "en": "Starting point", "de-simple": "Wie war es vorher?"},
        _("What was the problem, for whom, since when? Figures help: cases, hours, complaints."),
    ),
    Question(
        "goal",
        "ziel",
        {"de": "Ziel", "en": "Goal", "de-simple": "Was wollten wir erreichen?"},
        _("What should be different afterwards, and how would you notice?"),
    ),
    Question(
        "plan",
        "plan",
        {"de": "Was geplant war", "en": "What was planned", "de-simple": "Was war unser Plan?"},
        _("Approach, options weighed, budget and time as they stood at the beginning."),
    ),
    Question(
        "course",
        "verlauf",
        {"de": "Was geschah", "en": "What happened", "de-simple": "Was ist passiert?"},
        _("How it really went: steps with dates, decisions, figures, results."),
    ),
    Question(
        "work_packages",
        "arbeitspakete",
        {"de": "Arbeitspakete", "en": "Work packages", "de-simple": "Was war alles zu tun?"},
        _("What had to be done, by whom, in how many person-days?"),
    ),
    Question(
        "pitfalls",
        "stolpersteine",
        {"de": "Stolpersteine", "en": "Pitfalls", "de-simple": "Was war schwierig?"},
        _("What went wrong or took longer? Others learn most from this; a report cannot appear without it."),
        required=True,
    ),
    Question(
        "enablers",
        "foerderlich",
        {"de": "Förderliche Faktoren", "en": "What helped", "de-simple": "Was hat geholfen?"},
        _("People, rules, tools or timing without which it would not have worked."),
    ),
    Question(
        "advice",
        "rat",
        {"de": "Rat an andere", "en": "Advice to others", "de-simple": "Was raten wir anderen?"},
        _("What should a town do first, what not at all, and what would you do differently?"),
    ),
)

QUESTION_BY_FIELD: Mapping[str, Question] = {question.field: question for question in QUESTIONS}
