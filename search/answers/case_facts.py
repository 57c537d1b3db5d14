"""What a case costs and under which conditions it runs, as wording that can be quoted. Pure.

Figures and codes become words here as they do on the page: a question for the costs finds none in a number.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from django.utils.formats import date_format

from hub.documents import Case, Costs, Document
from theme.figures import format_days, format_euro
from theme.labels import MATURITIES, label

Fact = tuple[str, str, str]
"""Id of its line on the page, heading and wording."""

COSTS_ANCHOR = "fakt-costs-note"
"""Id of the page's line with the note on costs."""

# Headings and the words before figures must not change with the interface's language.
_COSTS = {"de": "Kosten", "en": "Costs"}
_FIGURES = {
    "once_eur": {"de": "Kosten einmalig", "en": "Costs once"},
    "monthly_eur": {"de": "Kosten im Monat", "en": "Costs per month"},
    "person_days": {"de": "Eigener Aufwand", "en": "Own effort"},
}
_FACTS = {
    "maturity": {"de": "Reifegrad", "en": "Maturity"},
    "started": {"de": "Läuft seit", "en": "Running since"},
    "software": {"de": "Software", "en": "Software"},
    "interfaces": {"de": "Schnittstellen", "en": "Interfaces"},
    "skills": {"de": "Benötigte Kenntnisse", "en": "Skills needed"},
    "legal_basis": {"de": "Rechtsgrundlage", "en": "Legal basis"},
    "dpia": {"de": "Datenschutz-Folgenabschätzung", "en": "Data protection impact assessment"},
    "processor_contract": {"de": "Auftragsverarbeitung", "en": "Processor contract"},
    "works_council": {"de": "Personalrat", "en": "Staff council"},
    "procurement": {"de": "Beschaffung", "en": "Procurement"},
}


def case_facts(document: Document, language: str) -> Iterator[Fact]:
    """The facts of a case and the costs of a module, empty ones left out; they have one language only."""
    spoken = language if language in _COSTS else "de"
    with translation.override(spoken):
        facts = [*_costs(document, spoken), *(_conditions(document.case, spoken) if document.case else ())]
    yield from (fact for fact in facts if fact[2].strip())


def fact_anchor(name: str) -> str:
    """Id of the page's line with that fact of a case (``theme/document/fact.html``)."""
    return f"fakt-{name.replace('_', '-')}"


def _costs(document: Document, language: str) -> Iterator[Fact]:
    """The pages of cases and modules alone show them; that of a module in one line."""
    costs = document.costs
    if costs is None or not (document.case or document.module):
        return
    if figures := _figures(costs, language):
        anchor = fact_anchor(next(iter(figures))) if document.case else COSTS_ANCHOR
        yield anchor, _COSTS[language], "\n".join(figures.values())
    yield COSTS_ANCHOR, _COSTS[language], costs.note


def _figures(costs: Costs, language: str) -> dict[str, str]:
    known = {
        name: (format_days if name == "person_days" else format_euro)(value)
        for name in _FIGURES
        if (value := getattr(costs, name)) is not None
    }
    return {name: f"{_FIGURES[name][language]}: {words}" for name, words in known.items()}


def _conditions(case: Case, language: str) -> Iterator[Fact]:
    said = {
        "maturity": label(MATURITIES, case.maturity) if case.maturity else "",
        "started": date_format(case.started, "F Y") if case.started else "",
        "software": ", ".join(case.software),
    }
    for name, headings in _FACTS.items():
        wording: str = said[name] if name in said else getattr(case, name)
        yield fact_anchor(name), headings[language], wording
