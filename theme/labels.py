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
    "body": _("Municipality"),
}
KINDS_PLURAL: Labels = {
    "case_report": _("Case reports"),
    "module": _("Building blocks"),
    "event": _("Events"),
    "body": _("Municipalities"),
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
RELATIONS: Labels = {
    "uses": pgettext_lazy("relation", "uses"),
    "led_to": pgettext_lazy("relation", "led to"),
    "derived_from": pgettext_lazy("relation", "derived from"),
    "part_of": pgettext_lazy("relation", "part of"),
}


def label(labels: Labels, code: str) -> str:
    """The label of ``code``, or the code itself."""
    return str(labels.get(code, code))
