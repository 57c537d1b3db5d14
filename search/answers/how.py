"""``/fragen/so-funktioniert-es/`` and the entry for registers of AI systems."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from search.answers.transparency import describe_system


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """How questions are answered here, what becomes of them, and who helps."""
    return render(request, "search/answers_how.html", {"system": describe_system()})


@require_safe
def register_entry(request: HttpRequest) -> JsonResponse:
    """The same facts for a register, in German."""
    with translation.override("de"):
        entry = describe_system().as_register()
    response = JsonResponse(entry, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="ki-register-wissenshub.json"'
    response["X-Robots-Tag"] = "noindex"
    return response
