"""Errors as problem details (RFC 9457), in the reader's language: what was wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from pydantic import BaseModel, Field

from hub.env import env
from search.answers.limiting import WAIT_SECONDS

MEDIA_TYPE = "application/problem+json"
LONGEST_SHOWN = 80

EXPECTED: Mapping[str, str | Promise] = {
    "kind": gettext_lazy("the code of a kind, such as case_report or module"),
    "topic": gettext_lazy("the code of a topic, as /api/v1/topics lists them"),
    "body": gettext_lazy("the official key of a body, such as 07111000"),
    "region": gettext_lazy("the official key of a district or of an independent city, such as 07111000"),
    "body_kind": gettext_lazy("one of city, town, municipality, verbandsgemeinde, district, other"),
    "licence": gettext_lazy("the SPDX identifier of a licence, such as CC-BY-4.0"),
    "language": gettext_lazy("the tag of a language, such as de, en or de-simple"),
    "changed_since": gettext_lazy(
        "a time with its zone, such as 2026-11-01T00:00:00Z, or a day, such as 2026-11-01"
    ),
    "event_from": gettext_lazy("a day, such as 2026-11-01"),
    "event_to": gettext_lazy("a day that is not before event_from, such as 2026-11-30"),
    "limit": gettext_lazy("a whole number from 1 to 200"),
    "cursor": gettext_lazy("the cursor of an earlier answer, unchanged; leave it out to begin again"),
    "q": gettext_lazy("a question of at most 400 characters"),
    "record": gettext_lazy("the uuid of a record that you may read"),
    "like": gettext_lazy("the key of a municipality of which enough is known to compare it with others"),
    "before": gettext_lazy("an earlier question of the conversation, repeated for up to three"),
    "formulate": gettext_lazy("true or false"),
}
"""What each parameter takes, as people are told."""


class Fault(BaseModel):
    """A parameter and what is wrong with it."""

    parameter: str
    detail: str


class Problem(BaseModel):
    """Problem details (RFC 9457). ``errors`` names each parameter that is wrong."""

    type: str = Field(description="Where the kind of problem is explained.")
    title: str
    status: int
    detail: str = Field(description="What was wrong and what to do, in the language of the request.")
    instance: str = Field(description="The path that was asked for.")
    errors: list[Fault] = []


class Refused(Exception):
    """The request cannot be answered: mend the parameters that ``faults`` name and send it again."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.detail for fault in faults))
        self.faults = faults


def misread(parameter: str, value: str) -> Fault:
    """The fault of a value that cannot be what the parameter takes."""
    shown = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
    values = {"value": shown, "expected": EXPECTED[parameter]}
    detail = _("“%(value)s” cannot be read. Expected: %(expected)s.") % values
    return Fault(parameter=parameter, detail=detail)


def unknown(parameter: str, known: Sequence[str]) -> Fault:
    """The fault of a parameter that is not there, for a slip of the pen would else widen the answer."""
    name = parameter[:LONGEST_SHOWN]
    if not known:
        return Fault(parameter=name, detail=_("This address takes no parameters. Leave it out."))
    values = {"known": ", ".join(known)}
    return Fault(
        parameter=name,
        detail=_("There is no such parameter. Leave it out or use one of these: %(known)s.") % values,
    )


def respond(
    request: HttpRequest, status: HTTPStatus, detail: str, faults: Sequence[Fault] = ()
) -> HttpResponse:
    """The answer that says so."""
    names = {
        HTTPStatus.BAD_REQUEST: ("parameter", _("A parameter is wrong")),
        HTTPStatus.NOT_FOUND: ("unbekannt", _("There is nothing here")),
        HTTPStatus.GONE: ("zurueckgezogen", pgettext("api", "Withdrawn")),
        HTTPStatus.METHOD_NOT_ALLOWED: ("nur-lesen", _("Only reading is possible")),
        HTTPStatus.UNAUTHORIZED: ("schluessel", _("The key does not work")),
        HTTPStatus.TOO_MANY_REQUESTS: ("zu-oft", _("Asked too often")),
        HTTPStatus.SERVICE_UNAVAILABLE: ("spaeter", _("No answer in time")),
    }
    anchor, title = names[status]
    problem = Problem(
        type=f"{env.origin}/api/#fehler-{anchor}",
        title=title,
        status=status,
        detail=detail,
        instance=request.path[:200],
        errors=list(faults),
    )
    return HttpResponse(problem.model_dump_json().encode("utf-8"), status=status, content_type=MEDIA_TYPE)


def respond_refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The answer to wrong parameters."""
    detail = " ".join(f"{fault.parameter}: {fault.detail}" for fault in refused.faults)
    return respond(request, HTTPStatus.BAD_REQUEST, detail, refused.faults)


def respond_missing(request: HttpRequest) -> HttpResponse:
    """The answer where nothing public stands; it says the same of what is kept from the public."""
    detail = _("Check the address: nothing that is public stands here. /api/ explains what there is.")
    return respond(request, HTTPStatus.NOT_FOUND, detail)


def respond_gone(request: HttpRequest) -> HttpResponse:
    """The answer where something public was withdrawn: mirrors drop it."""
    detail = _("It was published here and has been withdrawn. Drop your copy.")
    return respond(request, HTTPStatus.GONE, detail)


def respond_wrong_key(request: HttpRequest) -> HttpResponse:
    """The answer to a key that is unknown, expired or revoked (RFC 6750, section 3.1)."""
    detail = _("Ask without the key for what is public, or make a new one under /mein/schluessel/.")
    response = respond(request, HTTPStatus.UNAUTHORIZED, detail)
    response["WWW-Authenticate"] = 'Bearer realm="wissenshub", error="invalid_token"'
    return response


def respond_too_often(request: HttpRequest) -> HttpResponse:
    """The answer to one question too many."""
    response = respond(request, HTTPStatus.TOO_MANY_REQUESTS, _("Wait a minute, then ask again."))
    response["Retry-After"] = str(WAIT_SECONDS)
    return response


def respond_later(request: HttpRequest) -> HttpResponse:
    """The answer where the database was too slow."""
    detail = _("The hub did not find an answer in time. Ask again in a moment, or in fewer words.")
    response = respond(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response["Retry-After"] = str(WAIT_SECONDS)
    return response
