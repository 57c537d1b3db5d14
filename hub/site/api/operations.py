"""The operations of the API, which django-ninja describes as OpenAPI 3.1."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry, find_gone
from hub.env import env
from hub.site.api.answer_schemas import QuestionAnswered
from hub.site.api.answering import answer, answer_caller, wanted_languages
from hub.site.api.asking import Question, TooMany, ask
from hub.site.api.directory import describe_body, list_bodies, list_topics
from hub.site.api.parameters import BodyFilters, LanguageChoice, RecordFilters, refuse_unknown
from hub.site.api.problems import (
    EXPECTED,
    MEDIA_TYPE,
    Problem,
    Refused,
    misread,
    respond_gone,
    respond_later,
    respond_missing,
    respond_refused,
    respond_too_often,
    respond_wrong_key,
)
from hub.site.api.records import ANYBODY, ROOT, describe_all, find_records
from hub.site.api.schemas import (
    BodyDetail,
    BodyPage,
    RecordDetail,
    RecordFiles,
    RecordPage,
    RecordStatements,
    TopicList,
)
from hub.site.api.statements import describe_files, describe_statements
from hub.site.tokens.callers import KeyRefused, TooManyWrong, caller_of
from search.answers.log import API
from search.engines.base import EngineUnavailable

DESCRIPTION = """\
Everything public that this hub shows: its own contributions and those of the hubs it is coupled with.
It needs no key and answers everybody alike, but for `/answers`: who sends a key of a member with
`Authorization: Bearer …` is also quoted what members may read. Texts come in the language of `language`,
else of `Accept-Language`, else in German. Answers carry a strong `ETag`: ask again with `If-None-Match`.
To mirror the hub, ask `/records?changed_since=…`, follow `next` until it is null, keep `resume` and ask it
from time to time: it tells what changed or arrived here since, and under `withdrawn` what to drop.
`changed_since` chooses where to begin; with a cursor it no longer bounds anything, so that what another hub
delivers late is told too, with the earlier day on which it changed. Drop a record also after its day
`expires`. A record whose readers were narrowed answers 404 and is announced to nobody, so compare a
mirror with the whole list now and then."""

api = NinjaAPI(
    title=f"Wissenshub {env.name}",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": ROOT}],
    openapi_extra={"info": {"license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}}},
)
WRONG: dict[Any, Any] = {400: Problem}
NO_ANSWER: dict[Any, Any] = {400: Problem, 401: Problem, 429: Problem, 503: Problem}
ABSENT: dict[Any, Any] = {400: Problem, 404: Problem, 410: Problem}


@api.get("/records", response={200: RecordPage, **WRONG}, operation_id="listRecords", summary="Records")
def records(request: HttpRequest, filters: Query[RecordFilters]) -> HttpResponse:
    """Public contributions, in the order in which they changed on this hub."""
    refuse_unknown(request, RecordFilters)
    page = find_records(filters, wanted_languages(request, filters.language or ""))
    return answer(request, page, page.next or "")


@api.get(
    "/records/{uuid:key}",
    response={200: RecordDetail, **ABSENT},
    operation_id="readRecord",
    summary="One record",
)
def record(request: HttpRequest, key: uuid.UUID, choice: Query[LanguageChoice]) -> HttpResponse:
    """All of a record in one language, without markup."""
    refuse_unknown(request, LanguageChoice)
    entry = find_entry(key, ANYBODY)
    if entry is None:
        return _absent(request, key)
    return answer(request, describe_all(entry, wanted_languages(request, choice.language or "")))


@api.get(
    "/records/{uuid:key}/statements",
    response={200: RecordStatements, **ABSENT},
    operation_id="listStatements",
    summary="What others say of a record",
)
def statements(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who uses it, who has read it, who publishes it jointly."""
    refuse_unknown(request)
    entry = find_entry(key, ANYBODY)
    return answer(request, describe_statements(entry)) if entry else _absent(request, key)


@api.get(
    "/records/{uuid:key}/files",
    response={200: RecordFiles, **ABSENT},
    operation_id="listFiles",
    summary="The files of a record",
)
def files(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Addresses, sizes and checksums."""
    refuse_unknown(request)
    entry = find_entry(key, ANYBODY)
    return answer(request, describe_files(entry)) if entry else _absent(request, key)


@api.get("/topics", response={200: TopicList, **WRONG}, operation_id="listTopics", summary="Topics")
def topics(request: HttpRequest, choice: Query[LanguageChoice]) -> HttpResponse:
    """The shared vocabulary of topics."""
    refuse_unknown(request, LanguageChoice)
    return answer(request, list_topics())


@api.get("/bodies", response={200: BodyPage, **WRONG}, operation_id="listBodies", summary="Bodies")
def bodies(request: HttpRequest, filters: Query[BodyFilters]) -> HttpResponse:
    """Municipalities, districts and other bodies of the directory, by key."""
    refuse_unknown(request, BodyFilters)
    page = list_bodies(filters)
    return answer(request, page, page.next or "")


@api.get(
    "/bodies/{key}",
    response={200: BodyDetail, 400: Problem, 404: Problem},
    operation_id="readBody",
    summary="One body",
)
def body(request: HttpRequest, key: str) -> HttpResponse:
    """A body and how much it has published."""
    refuse_unknown(request)
    found = describe_body(key)
    return answer(request, found) if found else respond_missing(request)


@api.get(
    "/answers",
    response={200: QuestionAnswered, **NO_ANSWER},
    operation_id="askQuestion",
    summary="What the records say to a question",
    openapi_extra={"security": [{}, {"key": []}]},
)
def answers(request: HttpRequest, asked: Query[Question]) -> HttpResponse:
    """Passages of records and of their files, word for word, each with its source and its address. Nothing
    is formulated unless `formulate` asks for it, and then it is marked as generated. Not cached, no ETag:
    what is withdrawn or corrected answers no more at once."""
    refuse_unknown(request, Question)
    return answer_caller(ask(request, caller_of(request), asked, API))


@api.exception_handler(KeyRefused)
def key_refused(request: HttpRequest, error: KeyRefused) -> HttpResponse:
    """A key that does not work."""
    return respond_wrong_key(request)


@api.exception_handler(TooManyWrong)
@api.exception_handler(TooMany)
def asked_too_often(request: HttpRequest, error: Exception) -> HttpResponse:
    """One question, or one wrong key, too many."""
    return respond_too_often(request)


@api.exception_handler(EngineUnavailable)
def not_in_time(request: HttpRequest, error: EngineUnavailable) -> HttpResponse:
    """A database that is too slow."""
    return respond_later(request)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Parameters that this code refuses."""
    return respond_refused(request, error)


@api.exception_handler(ValidationError)
def misunderstood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Parameters that cannot be read."""
    names = dict.fromkeys(part for fault in error.errors for part in fault["loc"] if part in EXPECTED)
    faults = [misread(name, ", ".join(request.GET.getlist(name))) for name in names]
    return respond_refused(request, Refused(*faults))


@cache
def openapi() -> dict[str, Any]:
    """The description of this API (OpenAPI 3.1); errors are of the media type of problems."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=""))
    schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status >= 400:
                    response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
    return schema


def _absent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """410 where something public was withdrawn, else 404, which says nothing."""
    known = CatalogueEntry.objects.filter(uuid=key)
    return respond_gone(request) if find_gone(known) else respond_missing(request)
