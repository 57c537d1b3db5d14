"""Questions of programs, through the API and the MCP server: what they ask, and what they are told."""

from __future__ import annotations

import time
import uuid
from typing import Annotated

from django.http import HttpRequest, QueryDict
from pydantic import Field, StringConstraints

from hub.env import env
from hub.site.api.answer_schemas import (
    FormulatedAnswer,
    GeneratedClaim,
    GeneratedQuote,
    QuestionAnswered,
    QuotedFile,
    QuotedPassage,
)
from hub.site.api.parameters import LanguageChoice
from hub.site.api.problems import Refused, misread
from hub.site.api.records import name_body
from hub.site.tokens.callers import Caller
from search.answers import confining, generation, log
from search.answers.following import MOST_BEFORE
from search.answers.generation import Model, Outcome
from search.answers.limiting import may_ask, may_phrase
from search.answers.phrasing import SOURCE_TYPE, Phrasing, Statement, note_end, phrase_whole
from search.answers.service import Answer, Citation, answer_question
from search.expansion import LONGEST_QUERY
from search.parameters import clean
from theme.bodies import BodyDirectory
from theme.templatetags.references import file_url
from theme.topics import read_vocabulary

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUERY)]

CONFINING = {"record": confining.DOCUMENT, "topic": confining.TOPIC, "like": confining.LIKE}
"""Our parameters by those of the page of answers, whose confinement is meant."""


class TooMany(Exception):
    """This sender has asked too often: wait a minute."""


class Question(LanguageChoice):
    """A question, and what it is confined to."""

    q: Words = Field(description="The question, in German, best as a whole sentence.")
    record: uuid.UUID | None = Field(None, description="The uuid of the one record to look in.")
    topic: str | None = Field(None, description="The code of the one topic to look in.", max_length=80)
    like: str | None = Field(
        None,
        description="The key of a body: look only in what bodies like it in size and kind have published.",
        max_length=100,
    )
    before: list[Words] = Field(
        [], description="Earlier questions of the conversation, the newest last.", max_length=MOST_BEFORE
    )
    formulate: bool = Field(
        False,
        description="Also have the language model of this hub, if any, formulate an answer from passages.",
    )


def ask(request: HttpRequest, caller: Caller, asked: Question, channel: str) -> QuestionAnswered:
    """Answer a question and note that in the log.

    Raises :class:`hub.site.api.problems.Refused`, :class:`TooMany` and
    :class:`search.engines.base.EngineUnavailable`.
    """
    if not may_ask(request, caller.person):
        raise TooMany
    started, confinement = time.monotonic(), _confinement_of(asked, caller)
    before = tuple(clean(each) for each in asked.before)
    answer = answer_question(clean(asked.q), caller.viewer, confinement.scope, before)
    key = log.note(answer, caller.viewer, channel=channel, seconds=time.monotonic() - started)
    bodies = BodyDirectory()
    bodies.know(body for each in (*answer.citations, *answer.retrieved) for body in each.entry.publishers)
    formulated, model = None, generation.model()
    if asked.formulate and model is not None:
        phrasing = _formulate(answer, before, may_phrase(request, caller.person))
        note_end(key, model, str(phrasing.outcome), phrasing, started)
        formulated = _describe_formulated(phrasing, model, bodies)
    return QuestionAnswered(
        question=answer.question,
        verdict=answer.verdict,
        audience=caller.audience,
        passages=[describe_passage(each, bodies) for each in answer.citations],
        corrections=answer.corrections,
        formulated=formulated,
    )


def describe_passage(citation: Citation, bodies: BodyDirectory) -> QuotedPassage:
    """A passage with all that is to be said of its source."""
    passage, entry = citation.passage, citation.entry
    return QuotedPassage(
        text=passage.text,
        heading=passage.heading,
        url=f"{env.origin}{citation.url}",
        record=entry.object_id,
        uuid=str(entry.uuid),
        kind=entry.kind,
        title=passage.title,
        publishers=[name_body(key, bodies) for key in entry.publishers],
        origin=entry.origin,
        audience=entry.audience,
        changed=entry.changed,
        confirmed=entry.confirmed,
        language=passage.language,
        licence=entry.licence or None,
        file=_describe_file(citation),
        demo=bool(entry.card.get("demo")),
        hub_note=entry.label or None,
    )


def _confinement_of(asked: Question, caller: Caller) -> confining.Confinement:
    """Raises :class:`Refused` for what could not be followed, which would else widen the answer."""
    params = QueryDict(mutable=True)
    for name, parameter in CONFINING.items():
        if value := getattr(asked, name):
            params[parameter] = str(value)
    confinement = confining.read_confinement(params, caller.viewer, read_vocabulary())
    followed = {limit.name for limit in confinement.limits}
    faults = [
        misread(name, str(params[parameter]))
        for name, parameter in CONFINING.items()
        if parameter in params and parameter not in followed
    ]
    if faults:
        raise Refused(*faults)
    return confinement


def _formulate(answer: Answer, before: tuple[str, ...], is_allowed: bool) -> Phrasing:
    if is_allowed:
        return phrase_whole(answer, before)
    phrasing = Phrasing(answer)
    phrasing.outcome = Outcome.BUSY
    return phrasing


def _describe_formulated(phrasing: Phrasing, model: Model, bodies: BodyDirectory) -> FormulatedAnswer:
    return FormulatedAnswer(
        model=model.name,
        host=model.host,
        digital_source_type=SOURCE_TYPE,
        outcome=phrasing.outcome or Outcome.FAILED,
        claims=[_describe_claim(statement) for statement in phrasing.statements],
        sources=[describe_passage(source.citation, bodies) for source in phrasing.sources],
    )


def _describe_claim(statement: Statement) -> GeneratedClaim:
    quotes = [
        GeneratedQuote(
            source=quoted.source.number - 1, wording=quoted.wording, url=f"{env.origin}{quoted.url}"
        )
        for quoted in statement.quotes
    ]
    return GeneratedClaim(text=statement.text, quotes=quotes)


def _describe_file(citation: Citation) -> QuotedFile | None:
    file = citation.file
    if file is None:
        return None
    return QuotedFile(
        name=file.name,
        media_type=file.media_type,
        url=f"{env.origin}{file_url(citation.entry.document, file)}",
        page=citation.passage.page,
    )
