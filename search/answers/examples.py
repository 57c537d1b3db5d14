"""Example questions: only such as the documents answer word for word, tried before they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from django.core.cache import cache

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import entries
from hub.documents import Viewer
from search.answers.service import answer_question
from search.answers.verdicts import Verdict

NUMBER = 3
KEPT_SECONDS, FEW_KEPT_SECONDS = 600, 60
_MOST_REPORTS = 6

# In German whatever the interface's language: the documents are.
_ABOUT_ONE = (
    "Was kostet „{subject}“?",
    "Wie war der Personalrat bei „{subject}“ beteiligt?",
    "Welche Rechtsgrundlage hat „{subject}“?",
    "Welche Schnittstellen braucht „{subject}“?",
)
_GENERAL = (
    "Was kostet ein Chatbot?",
    "Wer hat Erfahrung mit LoRaWAN?",
    "Wann ist der Personalrat zu beteiligen?",
    "Braucht es eine Datenschutz-Folgenabschätzung?",
    "Welche Schnittstellen hat die E-Akte?",
    "Was kostet ein Open-Data-Portal?",
)


def example_questions(viewer: Viewer, number: int = NUMBER) -> list[str]:
    """Up to ``number`` questions on the newest reports, or else general ones, that are answered verbatim.

    Kept for :data:`KEPT_SECONDS` per state of those reports, so one that goes is named no longer; fewer, or
    none, for :data:`FEW_KEPT_SECONDS`, since looking for them asks dozens of questions.
    """
    newest: Any = entries(viewer).filter(kind="case_report").order_by("-changed", "pk")[:_MOST_REPORTS]
    reports = list(newest)
    state = [f"{report.object_id}/{report.revision}" for report in reports]
    told = " ".join((*sorted(viewer.audiences), *state))
    key = f"search.examples.{number}.{sha256(told.encode()).hexdigest()}"
    kept: list[str] | None = cache.get(key)
    if kept is None:
        kept = list(islice(_answered(reports, viewer), number))
        cache.set(key, kept, KEPT_SECONDS if len(kept) == number else FEW_KEPT_SECONDS)
    return kept


def _answered(reports: Sequence[CatalogueEntry], viewer: Viewer) -> Iterator[str]:
    for turn, report in enumerate(reports):
        subject = report.title.split(":")[0].strip()
        forms = [_ABOUT_ONE[(turn + step) % len(_ABOUT_ONE)] for step in range(len(_ABOUT_ONE))]
        questions = (form.format(subject=subject) for form in forms)
        yield from islice((text for text in questions if _answers(text, viewer, report.object_id)), 1)
    yield from (text for text in _GENERAL if _answers(text, viewer))


def _answers(text: str, viewer: Viewer, object_id: str = "") -> bool:
    """Whether the question is answered verbatim, and first by that document if one is named."""
    answer = answer_question(text, viewer)
    if answer.verdict is not Verdict.VERBATIM:
        return False
    return not object_id or answer.citations[0].entry.object_id == object_id
