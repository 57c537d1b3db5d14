"""What the codes in documents are called on the page.

A code that is not listed comes from a newer instance: it is shown as it is, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Labels = Mapping[str, "str | Promise"]

KINDS: Labels = {
    "case_report": _("Case report"),
    "module": _("Building block"),
    "event": _("Event"),
    "focus_group": _("Focus group"),
    "format": _("Knowledge format"),
    "session_note": _("Session note"),
    "dataset": _("Dataset"),
    "indicator": _("Indicator note"),
    "training": _("Training path"),
    "motion": _("Council motion"),
    "news": _("News item"),
    "question": _("Answered question"),
    "adoption": _("Adoption"),
    "check": _("Second reading"),
    "co_publication": _("Joint publication"),
    "body": _("Municipality"),
    "topic": _("Topic"),
}
KINDS_PLURAL: Labels = {
    "case_report": _("Case reports"),
    "module": _("Building blocks"),
    "event": _("Events"),
    "focus_group": _("Focus groups"),
    "format": _("Knowledge formats"),
    "session_note": _("Session notes"),
    "dataset": _("Datasets"),
    "indicator": _("Indicator notes"),
    "training": _("Training paths"),
    "motion": _("Council motions"),
    "news": _("News"),
    "question": _("Answered questions"),
    "adoption": _("Adoptions"),
    "check": _("Second readings"),
    "co_publication": _("Joint publications"),
    "body": _("Municipalities"),
    "topic": _("Topics"),
}
TOPICS: Labels = {
    "ki": _("Artificial intelligence"),
    "open-data": _("Open data"),
    "digitale-dienste": _("Digital services"),
    "beteiligung": _("Participation"),
    "mobilitaet": _("Mobility"),
    "smart-city": _("Smart city and sensors"),
    "geodaten": _("Geodata"),
    "ikz": _("Intermunicipal cooperation"),
    "recht": _("Law and data protection"),
    "organisation": _("Organisation and staff"),
    "website": _("Website and communication"),
    "energie": _("Energy and climate"),
}
MATURITIES: Labels = {
    "idea": pgettext_lazy("maturity", "Idea"),
    "pilot": pgettext_lazy("maturity", "Pilot"),
    "operation": pgettext_lazy("maturity", "In operation"),
    "ended": pgettext_lazy("maturity", "Ended"),
}
EVIDENCE: Labels = {
    "estimate": pgettext_lazy("evidence", "estimated"),
    "measured": pgettext_lazy("evidence", "measured"),
    "evaluated": pgettext_lazy("evidence", "evaluated"),
}
MODULE_TYPES: Labels = {
    "software": _("Software"),
    "dataset": _("Dataset"),
    "document": _("Handbook"),
    "contract": _("Contract template"),
    "motion": _("Council motion"),
    "training": _("Training"),
    "configuration": _("Configuration"),
}
FORMATS: Labels = {
    "webinar": _("Webinar"),
    "workshop": _("Workshop"),
    "talk": _("Talk"),
    "interview": _("Interview"),
    "podcast": _("Podcast"),
    "tutorial": _("Tutorial"),
}
FREQUENCIES: Labels = {
    "continuous": pgettext_lazy("frequency", "continuously"),
    "daily": pgettext_lazy("frequency", "daily"),
    "weekly": pgettext_lazy("frequency", "weekly"),
    "monthly": pgettext_lazy("frequency", "monthly"),
    "quarterly": pgettext_lazy("frequency", "quarterly"),
    "yearly": pgettext_lazy("frequency", "yearly"),
    "irregular": pgettext_lazy("frequency", "irregularly"),
    "never": pgettext_lazy("frequency", "not any more"),
}
RELATIONS: Labels = {
    "uses": pgettext_lazy("relation", "uses"),
    "led_to": pgettext_lazy("relation", "led to"),
    "derived_from": pgettext_lazy("relation", "derived from"),
    "part_of": pgettext_lazy("relation", "part of"),
    "documents": pgettext_lazy("relation", "documents"),
}


def label(labels: Labels, code: str) -> str:
    """The label of ``code``, or the code itself."""
    return str(labels.get(code, code))
