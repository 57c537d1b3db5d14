"""The one document: what every shareable thing is, once it leaves its page.

Templates, search records, answer passages, feeds, calendars and federation read a
:class:`Document` and nothing else. The model is frozen and versioned. A minor version only
adds optional fields, which older readers ignore; that is why unknown fields are dropped here
and why the received bytes, not a re-serialised model, are what is stored and hashed. Codes such as a
kind, a type of relation or the status of an event are open: a minor version may add values, and one that
is not known here is shown as it is. The audience alone is closed, since it says who may read. Of another
major version the fixed :class:`Header` is read.

Money is in whole euros, sizes in bytes, times are aware and serialised in UTC, days are ISO
dates, languages are BCP 47 tags.
"""

from __future__ import annotations

from hub.documents.access import Audience, Part, Viewer
from hub.documents.document import (
    DEFAULT_LANGUAGE,
    SCHEMA,
    STATEMENTS,
    UNLISTED,
    UNSEARCHED,
    Document,
    digest_of,
)
from hub.documents.facts import (
    Adoption,
    Attachment,
    Case,
    Contact,
    Costs,
    CostShare,
    Dataset,
    Distribution,
    Event,
    Group,
    Indicator,
    Measurement,
    Motion,
    Occurrence,
    Recording,
    Recurrence,
    Relation,
    Responses,
    Seat,
    SessionNote,
    Slot,
    Statement,
    Term,
    Training,
)
from hub.documents.header import MAJOR, Header, number_of, version_of
from hub.documents.jcs import canonical
from hub.documents.modules import Documentation, Module, PartsList, Release, ReuseReport, Share
from hub.documents.software import Software
from hub.documents.texts import Block, Section, Text

__all__ = [
    "DEFAULT_LANGUAGE",
    "MAJOR",
    "SCHEMA",
    "STATEMENTS",
    "UNLISTED",
    "UNSEARCHED",
    "Adoption",
    "Attachment",
    "Audience",
    "Block",
    "Case",
    "Contact",
    "CostShare",
    "Costs",
    "Dataset",
    "Distribution",
    "Document",
    "Documentation",
    "Event",
    "Group",
    "Header",
    "Indicator",
    "Measurement",
    "Module",
    "Motion",
    "Occurrence",
    "Part",
    "PartsList",
    "Recording",
    "Recurrence",
    "Relation",
    "Release",
    "Responses",
    "ReuseReport",
    "Seat",
    "Section",
    "SessionNote",
    "Share",
    "Slot",
    "Software",
    "Statement",
    "Term",
    "Text",
    "Training",
    "Viewer",
    "canonical",
    "digest_of",
    "number_of",
    "version_of",
]
