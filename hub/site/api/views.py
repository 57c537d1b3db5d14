"""The page that explains the API, its description for programs, and what stands nowhere."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hub.documents import STATEMENTS, UNLISTED
from hub.env import env
from hub.site.api.operations import openapi
from hub.site.api.problems import EXPECTED, respond_missing
from hub.site.api.records import ROOT
from hub.site.feeds.reading import SHARED
from theme.labels import KINDS


@require_safe
def explain(request: HttpRequest) -> HttpResponse:
    """What the API gives, with examples to try."""
    kinds = [(code, name) for code, name in KINDS.items() if code not in UNLISTED | STATEMENTS]
    context = {"root": ROOT, "kinds": kinds, "parameters": list(EXPECTED.items())}
    context["mcp"] = f"{env.origin}{reverse('site:mcp')}"
    return render(request, "site/api/explain.html", context)


@require_safe
def describe(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    body = json.dumps(openapi(), ensure_ascii=False)
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": SHARED})


def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address the API does not have."""
    return respond_missing(request)
