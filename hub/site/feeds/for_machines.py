"""What robots and language models are told at the door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from hub.documents import DEFAULT_LANGUAGE
from hub.env import env
from hub.site.feeds.reading import SHARED
from theme.topics import read_vocabulary

PLAIN = "text/plain; charset=utf-8"
CLOSED = (
    "/admin/", "/konto/", "/mein/", "/identity/", "/federation/", "/nachrichten/", "/interesse/",
    "/erklaerungen/", "/uebernehmen/", "/sammlung/", "/sprache/", "/health/", "/suche/?", "/fragen/?",
    "/fragen/an-die-community/", "/fragen/antwort", "/aehnlich/*?", "/oembed",
)  # fmt: skip
"""Work of signed-in people, forms, and what is worked out anew for each question."""
COMBINED = ("/wissen/?*&", "/kommunen/?*&", "/*?*sortierung=")
"""Filters can be combined without end; one of them at a time is enough to find everything."""
PRINTED = "/*.pdf$"
"""Made on demand; the page says the same. Files to download stay open: the longer rule counts (RFC 9309)."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read (RFC 9309)."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in (*CLOSED, *COMBINED, PRINTED)),
        "Allow: /dateien/",
        "",
        f"Sitemap: {env.origin}/sitemap.xml",
        f"# {env.origin}/llms.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type=PLAIN, headers={"Cache-Control": SHARED})


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """What language models are told, as Markdown in German (llmstxt.org)."""
    with translation.override(DEFAULT_LANGUAGE):
        topics = [(code, str(name)) for code, name in read_vocabulary().names.items()]
        response = render(request, "site/feeds/llms.txt", {"topics": topics}, content_type=PLAIN)
    response["Cache-Control"] = SHARED
    response["Content-Language"] = DEFAULT_LANGUAGE
    return response
