"""What each kind of page is made of, from its document: wording by language, and facts."""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from content import models
from content.fixed_sections import DECISIONS, OPEN_QUESTIONS, TRANSCRIPT
from content.models.document_page import DocumentPage
from content.publiccode.building import stored_form
from content.questions import QUESTIONS
from content.rebuilding.documentation import keep_documentation
from content.rebuilding.texts import HEADING, Writer, find_section, free_sections, part
from hub.documents import Block, Document, Release, Text

FillWording = Callable[[Any, Document, Text, str, Writer], None]
"""From page, document, text and its language."""
FillFacts = Callable[[Any, Document, Writer], None]

COPIED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "motion": ("motion", ("committee", "decided", "result", "reference", "licence")),
    "training": ("training", ("target_group", "prerequisites")),
    "dataset": ("dataset", ("licence", "frequency", "area", "starts", "ends", "modified")),
    "indicator": ("indicator", ("unit", "formula", "source")),
    "module": ("module", ("module_type", "licence", "requirements", "repository")),
    "topic": ("term", ("code", "merged_into")),
    "adoption": ("adoption", ("version", "since", "until")),
    "focus_group": ("group", ("rhythm",)),
    "format": ("recording", ("format", "held", "minutes")),
    "case_report": (
        "case",
        (
            "maturity", "evidence", "evidence_date", "started", "interfaces", "skills", "legal_basis", "dpia",
            "processor_contract", "works_council", "procurement",
        ),
    ),
}  # fmt: skip
"""Facts that a page holds under the names they have in its document, by kind and part of the document."""


@dataclass(frozen=True)
class Rebuilding:
    """How pages of one kind are made: their type, wording and facts.

    ``facts_files`` are the digests of files that its facts name, in the order they are built in; ``finish``
    sets what publishing has overwritten.
    """

    model: type[DocumentPage]
    wording: FillWording
    facts: FillFacts
    facts_files: Callable[[Document], Iterable[str]] = lambda document: ()
    finish: Callable[[Any, Document], None] = lambda page, document: None


def stored(parts: Iterable[Any]) -> str:
    """The stored form of a StreamField."""
    return json.dumps(list(parts), default=str)


def copy_facts(page: Any, document: Document) -> None:
    """Set what :data:`COPIED` names."""
    name, fields = COPIED.get(document.kind, ("", ()))
    facts = getattr(document, name, None) if name else None
    for field in fields if facts else ():
        setattr(page, field, getattr(facts, field))


def fill_sections(page: Any, document: Document, text: Text, language: str, writer: Writer) -> None:
    """Freely headed sections."""
    page.sections = stored(map(writer.section, free_sections(text.sections)))


def no_facts(page: Any, document: Document, writer: Writer) -> None:
    """Nothing beside what is copied."""


def _no_wording(page: Any, document: Document, text: Text, language: str, writer: Writer) -> None:
    """Title and summary say it all."""


def _fill_body(page: Any, document: Document, text: Text, language: str, writer: Writer) -> None:
    page.text = stored(map(writer.section, free_sections(text.sections)))


def _body_facts(page: Any, document: Document, writer: Writer) -> None:
    page.body_id = document.publishers[0]


def _fill_report(page: Any, document: Document, text: Text, language: str, writer: Writer) -> None:
    for question in QUESTIONS:
        blocks = find_section(text.sections, question.anchor)
        setattr(page, question.field, stored(writer.answer(blocks)))


def _report_facts(page: Any, document: Document, writer: Writer) -> None:
    if document.case:
        page.software = "\n".join(document.case.software)
        page.confirmed_on = document.case.confirmed
    if costs := document.costs:
        _set_costs(page, document)
        page.person_days = costs.person_days
        page.shares = [
            models.CaseShare(body_id=share.body, yearly_eur=share.yearly_eur, sort_order=n)
            for n, share in enumerate(costs.shares)
        ]


def _module_facts(page: Any, document: Document, writer: Writer) -> None:
    module = document.module
    if module is None:
        return
    page.releases = stored(part("release", _release(release, writer)) for release in module.releases)
    page.software = stored_form(module.software) if module.software else "[]"
    page.documentation = keep_documentation(document, writer.shelf)


def _release(release: Release, writer: Writer) -> dict[str, Any]:
    files, parts = list(release.files), release.parts_list
    if parts and files[-1:] == [parts.digest]:
        files.pop()  # the parts list comes last unless it is one of the files as well
    listed = writer.shelf.file(parts.digest) if parts else None
    return {
        "version": release.version,
        "released": release.released.isoformat() if release.released else None,
        "notes": release.notes,
        "files": [held.pk for held in map(writer.shelf.file, files) if held],
        "parts_list": listed.pk if listed else None,
    }


def _release_files(document: Document) -> Iterable[str]:
    return (
        [digest for release in document.module.releases for digest in release.files]
        if document.module
        else ()
    )


def _fill_group(page: Any, document: Document, text: Text, language: str, writer: Writer) -> None:
    fill_sections(page, document, text, language, writer)
    decisions = find_section(text.sections, DECISIONS.anchor)
    questions = find_section(text.sections, OPEN_QUESTIONS.anchor)
    page.decisions = stored(part("decision", _decision(each, language, writer)) for each in decisions)
    page.questions = stored(part("question", writer.source(each.html)) for each in questions)


def _group_facts(page: Any, document: Document, writer: Writer) -> None:
    seats = document.group.seats if document.group else ()
    page.seats = stored(part("seat", {"body": seat.body, "role": seat.role}) for seat in seats)


def _decision(block: Block, language: str, writer: Writer) -> dict[str, Any]:
    heading = HEADING.match(block.html)
    day = read_day(block.text.partition("\n")[0], language) if heading else None
    html = block.html[heading.end() :] if heading else block.html
    return {"decided": day.isoformat() if day else None, "text": writer.source(html)}


def read_day(text: str, language: str) -> dt.date | None:
    """The day that is written ``text`` in a document of that language; None if it is none."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 2:
        return None
    year, day = sorted(map(int, numbers), reverse=True)
    with translation.override(language):
        for month in range(1, 13):
            if year > dt.MINYEAR and 0 < day <= calendar.monthrange(year, month)[1]:
                found = dt.date(year, month, day)
                if date_format(found, "DATE_FORMAT") == text:
                    return found
    return None


def _fill_format(page: Any, document: Document, text: Text, language: str, writer: Writer) -> None:
    fill_sections(page, document, text, language, writer)
    page.transcript = stored(writer.chapters(find_section(text.sections, TRANSCRIPT.anchor)))


def _format_facts(page: Any, document: Document, writer: Writer) -> None:
    if recording := document.recording:
        page.recording_url = recording.url
        page.captions = writer.shelf.file(recording.captions)
        page.slides = writer.shelf.file(recording.slides)


def _format_files(document: Document) -> Iterable[str]:
    recording = document.recording
    return filter(None, (recording.captions, recording.slides)) if recording else ()


def _dataset_facts(page: Any, document: Document, writer: Writer) -> None:
    forms = document.dataset.distributions if document.dataset else ()
    page.distributions = stored(
        part(
            "distribution",
            {
                "title": form.title,
                "format": form.format,
                "address": form.url,
                "document": held.pk if (held := writer.shelf.file(form.digest)) else None,
            },
        )
        for form in forms
    )


def _dataset_files(document: Document) -> Iterable[str]:
    return [form.digest for form in document.dataset.distributions if form.digest] if document.dataset else ()


def _indicator_facts(page: Any, document: Document, writer: Writer) -> None:
    measurements = document.indicator.measurements if document.indicator else ()
    page.measurements = stored(part("measurement", each.model_dump()) for each in measurements)


def _fill_steps(page: Any, document: Document, text: Text, language: str, writer: Writer) -> None:
    given = document.training.step_minutes if document.training else ()
    minutes = given if len(given) == len(text.sections) else (None,) * len(text.sections)
    page.steps = stored(
        writer.section(section, "step", minutes=length)
        for section, length in zip(text.sections, minutes, strict=True)
    )


def _statement_facts(page: Any, document: Document, writer: Writer) -> None:
    statement = document.statement
    if statement is None:
        return
    page.title, page.summary = type(page).headings()
    page.target, page.target_digest = statement.about, statement.digest
    page.made, page.confirmed, page.note = statement.made, statement.confirmed, statement.note
    page.maker = document.publishers[0]
    if document.kind == "adoption":
        _set_costs(page, document)


def _set_costs(page: Any, document: Document) -> None:
    if costs := document.costs:
        page.costs_once, page.costs_monthly, page.costs_note = costs.once_eur, costs.monthly_eur, costs.note


REBUILDINGS: Mapping[str, Rebuilding] = {
    "body": Rebuilding(models.BodyPage, _fill_body, _body_facts),
    "topic": Rebuilding(models.TopicPage, _no_wording, no_facts),
    "case_report": Rebuilding(models.CaseReportPage, _fill_report, _report_facts),
    "module": Rebuilding(models.ModulePage, fill_sections, _module_facts, _release_files),
    "focus_group": Rebuilding(models.FocusGroupPage, _fill_group, _group_facts),
    "format": Rebuilding(models.KnowledgeFormatPage, _fill_format, _format_facts, _format_files),
    "dataset": Rebuilding(models.DatasetPage, fill_sections, _dataset_facts, _dataset_files),
    "indicator": Rebuilding(models.IndicatorPage, fill_sections, _indicator_facts),
    "training": Rebuilding(models.TrainingPage, _fill_steps, no_facts),
    "motion": Rebuilding(models.MotionPage, fill_sections, no_facts),
    "news": Rebuilding(models.NewsPage, fill_sections, no_facts),
    "question": Rebuilding(models.QuestionPage, fill_sections, no_facts),
    "adoption": Rebuilding(models.AdoptionPage, _no_wording, _statement_facts),
    "check": Rebuilding(models.CheckPage, _no_wording, _statement_facts),
    "co_publication": Rebuilding(models.CoPublicationPage, _no_wording, _statement_facts),
}
"""The kinds of this floor; higher ones add theirs."""
