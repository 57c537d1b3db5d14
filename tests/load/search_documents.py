"""Made-up documents of many hubs for measuring search: the same for the same number, marked as made up.

Kinds, topics, publishers, costs and dates are spread as a network of 2,300 towns would; one in ten has a
file, one in twenty an English wording.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hub.documents import (
    Attachment,
    Audience,
    Block,
    Case,
    Contact,
    Costs,
    Dataset,
    Document,
    Event,
    Module,
    Motion,
    Section,
    Text,
)
from tests.load.search_wording import Writer, product_name

START = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
BODIES = 2_300
HUBS = 40
FILE_PAGES = 6
TOPICS = (
    "digitale-dienste", "organisation", "ki", "open-data", "beteiligung", "mobilitaet", "smart-city",
    "geodaten", "ikz", "recht", "website", "energie",
)  # fmt: skip
KINDS = {
    "case_report": 34, "module": 14, "news": 14, "event": 10, "motion": 10, "dataset": 8, "training": 5,
    "format": 3, "session_note": 2,
}  # fmt: skip
LICENCES = ("EUPL-1.2", "MIT", "CC-BY-4.0", "dl-de/by-2-0", "")
MATURITIES = ("operation", "pilot", "idea", "ended", "")
HEADINGS = ("Ausgangslage", "Vorgehen", "Kosten", "Stolpersteine", "Ergebnis", "Ausblick")


@dataclass(frozen=True)
class Made:
    """A document, the peer it is from (empty: this instance), and the pages of its file, if it has one."""

    document: Document
    source: str
    changed: dt.datetime
    pages: tuple[str, ...] = ()


def body_key(number: int) -> str:
    """The key of a made-up municipality."""
    return f"{7_100_000 + number:08}"


def make_documents(count: int, origin: str) -> Iterator[Made]:
    """So many documents; the first are the newest. ``origin`` is that of this instance."""
    writer = Writer(count)
    for number in range(count):
        yield _make(number, writer, origin)


def _make(number: int, writer: Writer, origin: str) -> Made:
    chance = writer.chance
    writer.begin()
    source = f"hub{number % HUBS}" if number % HUBS else ""
    home = f"https://{source}.example.invalid" if source else origin
    key = uuid.UUID(int=chance.getrandbits(128), version=4)
    changed = START - dt.timedelta(minutes=number)
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    pages = (
        tuple(writer.paragraph() for _ in range(chance.randint(1, FILE_PAGES))) if number % 10 == 3 else ()
    )
    document = Document(
        id=f"{home}/id/{key}",
        kind=kind,
        audience=_audience(chance, source),
        publishers=tuple(body_key(chance.randrange(BODIES)) for _ in range(2 if number % 17 == 0 else 1)),
        topics=tuple(dict.fromkeys(_topic(chance) for _ in range(2 if number % 3 == 0 else 1))),
        texts=_texts(writer, english=number % 20 == 7),
        demo=True,
        contact=Contact(role="Digitalbeauftragung"),
        attachments=tuple(_attachments(home, key, pages)),
        expires=changed.date() + dt.timedelta(days=3_650) if kind == "event" else None,
        **_facts(kind, chance, changed),
    )
    return Made(document, source, changed, pages)


def _audience(chance: random.Random, source: str) -> Audience:
    """Most for everybody; what is for this instance alone is from here."""
    dice = chance.random()
    if dice < 0.84:
        return Audience.PUBLIC
    return Audience.MEMBERS if source or dice < 0.96 else Audience.INSTANCE


def _topic(chance: random.Random) -> str:
    return TOPICS[min(chance.randrange(len(TOPICS)), chance.randrange(len(TOPICS)))]


def _texts(writer: Writer, *, english: bool) -> dict[str, Text]:
    paragraphs = [writer.paragraph() for _ in range(writer.length())]
    each = -(-len(paragraphs) // len(HEADINGS))
    sections = tuple(
        _section(number, heading, paragraphs[number * each : (number + 1) * each])
        for number, heading in enumerate(HEADINGS)
        if paragraphs[number * each :]
    )
    texts = {"de": Text(title=writer.title(), summary=writer.sentence(), sections=sections)}
    if english:
        told = (_section(0, "Experience", [writer.english() for _ in range(8)]),)
        texts["en"] = Text(title="A shared service for towns", summary=writer.english(), sections=told)
    return texts


def _section(number: int, heading: str, paragraphs: list[str]) -> Section:
    blocks = tuple(
        Block(anchor=f"a{number}-{place}", html=f"<p>{text}</p>", text=text)
        for place, text in enumerate(paragraphs)
    )
    return Section(anchor=f"a{number}", heading=heading, blocks=blocks)


def _attachments(home: str, key: uuid.UUID, pages: tuple[str, ...]) -> Iterator[Attachment]:
    if pages:
        yield Attachment(
            url=f"{home}/dateien/{key}.pdf",
            name=f"anlage-{str(key)[:8]}.pdf",
            media_type="application/pdf",
            size=90_000,
            digest="sha256:" + hashlib.sha256(key.bytes).hexdigest(),
            title="Anlage",
        )


def _facts(kind: str, chance: random.Random, changed: dt.datetime) -> dict[str, Any]:
    """What documents of that kind say besides their wording; some of it is unknown."""
    day = dt.date(chance.randint(2018, 2026), chance.randint(1, 12), chance.randint(1, 28))
    product = product_name(chance.randrange(144))
    costs = Costs(once_eur=round(chance.lognormvariate(9, 1.6)), monthly_eur=chance.choice((0, 0, 50, 400)))
    known = costs if chance.random() < 0.7 else None
    licence = chance.choice(LICENCES)
    match kind:
        case "case_report":
            case = Case(maturity=chance.choice(MATURITIES), software=(product,), started=day)
            return {"case": case, "costs": known}
        case "module":
            module = Module(module_type="software", version="1.2", released=day, licence=licence)
            return {"module": module, "costs": known}
        case "event":
            return {"event": Event(starts=changed, ends=changed + dt.timedelta(hours=3), location="Rathaus")}
        case "dataset":
            return {"dataset": Dataset(licence=licence, modified=day, area="Stadtgebiet")}
        case "motion":
            return {"motion": Motion(committee="Hauptausschuss", decided=day, result="angenommen")}
    return {}
