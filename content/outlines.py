"""Headings that a new page is offered with, so that nobody starts on an empty sheet.

They become part of the documents, which must not change with the interface's translations; so they
stand here in each language and not in the message catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.forms import ContributionForm
from hub.documents import DEFAULT_LANGUAGE

OUTLINES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "module": {
        "de": ("Was es ist", "So setzen Sie es ein", "Was Sie anpassen", "Grenzen"),
        "en": ("What it is", "How to use it", "What to adapt", "Limits"),
        "de-simple": ("Was ist das?", "So benutzen Sie es", "Das müssen Sie ändern", "Das kann es nicht"),
    },
    "motion": {
        "de": (
            "Beschlussvorschlag",
            "Begründung",
            "Kosten und Finanzierung",
            "Auswirkungen",
            "Alternativen",
            "Beteiligte Stellen",
        ),
        "en": (
            "Proposed decision",
            "Reasons",
            "Costs and financing",
            "Effects",
            "Alternatives",
            "Offices involved",
        ),
        "de-simple": (
            "Das soll beschlossen werden",
            "Darum ist es wichtig",
            "Was kostet es? Wer bezahlt es?",
            "Was ändert sich?",
            "Was geht sonst noch?",
            "Wer macht mit?",
        ),
    },
    "news": {
        "de": ("Worum es geht", "So geht es weiter"),
        "en": ("What it is about", "What comes next"),
        "de-simple": ("Was ist neu?", "Wie geht es weiter?"),
    },
    "question": {
        "de": ("Zur Frage", "Antwort"),
        "en": ("About the question", "Answer"),
        "de-simple": ("Worum geht es?", "Das ist die Antwort"),
    },
    "session_note": {
        "de": ("Worum es ging", "Was wir mitnehmen", "Offene Fragen", "Was verabredet ist"),
        "en": ("What it was about", "What we take with us", "Open questions", "What was agreed"),
        "de-simple": (
            "Darüber haben wir gesprochen",
            "Das haben wir gelernt",
            "Das wissen wir noch nicht",
            "Das machen wir jetzt",
        ),
    },
}
"""Headings by kind and language, in their usual order."""


def outline_of(kind: str, language: str) -> tuple[str, ...]:
    """The headings of ``kind`` in ``language``, else in German."""
    by_language = OUTLINES.get(kind, {})
    return by_language.get(language) or by_language.get(DEFAULT_LANGUAGE, ())


class OutlineForm(ContributionForm):
    """The editor of a page with sections; a new one opens with the headings of its kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("sections")
        if field and self.instance.pk is None and not self.instance.sections:
            language = self.instance.locale.language_code if self.instance.locale_id else DEFAULT_LANGUAGE
            self.initial["sections"] = field.block.to_python(
                [
                    {"type": "section", "value": {"heading": heading, "content": []}}
                    for heading in outline_of(self.instance.kind, language)
                ]
            )
