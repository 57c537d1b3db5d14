"""``/admin/suche/woerter/``: words and synonyms of the search, tried out, written out and read in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hub.accounts.viewer import viewer_of
from search.admin.indexes import PERMISSION
from search.admin.words_forms import ReadInForm
from search.engines.base import EngineUnavailable, Query
from search.engines.choosing import search
from search.expansion import LONGEST_QUERY
from search.explaining import explain
from search.language import refresh
from search.models import LexiconWord, SynonymGroup
from search.parameters import clean
from search.words import read_text, take_over, write_text

EXAMPLE = "Kita|platz|vergabe\n# so heißt er bei uns\nBürgerkoffer = mobiles Bürgerbüro"
"""Lines as they may be read in: the words are German ones."""


@permission_required(PERMISSION, raise_exception=True)
@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """What there is, and how ``?q=`` is understood and how much it finds."""
    refresh()
    text = clean(request.GET.get("q", ""))[:LONGEST_QUERY].strip()
    context = {
        "text": text,
        "words": LexiconWord.objects.count(),
        "groups": SynonymGroup.objects.count(),
        "explained": explain(text) if text else None,
        "hits": _count_hits(request, text) if text else None,
    }
    return TemplateResponse(request, "search/admin/words.html", context)


@permission_required(PERMISSION, raise_exception=True)
@require_safe
def write_out(request: HttpRequest) -> HttpResponse:
    """All words and groups as a text file, which can be read in here or on another instance."""
    response = HttpResponse("".join(write_text()), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="woerter.txt"'
    return response


@permission_required(PERMISSION, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def read_in(request: HttpRequest) -> HttpResponse:
    """Take over a text: all of it, or with a fault in it nothing. What was typed stays on the page."""
    refresh()
    form = ReadInForm(request.POST, request.FILES) if request.method == "POST" else ReadInForm()
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["file"] or form.cleaned_data["text"]
        read = read_text(text)
        if not read.faults:
            take_over(read.entries)
            count = len(read.entries)
            told = ngettext("%(n)d entry was taken over.", "%(n)d entries were taken over.", count)
            messages.success(request, told % {"n": count})
            return redirect("search_words")
        form = ReadInForm({"text": text})
        form.is_valid()
        for fault in read.faults:
            form.add_error("text", fault)
    return TemplateResponse(request, "search/admin/words_read_in.html", {"form": form, "example": EXAMPLE})


def _count_hits(request: HttpRequest, text: str) -> int | None:
    """How many results there are for this person; None where no engine answers in time."""
    try:
        return search(Query(text, viewer=viewer_of(request), size=1)).total
    except EngineUnavailable:
        return None
