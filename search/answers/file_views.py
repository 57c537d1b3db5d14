"""The text of an attached file, page by page: where a quotation from a file opens."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from hub.accounts.viewer import viewer_of
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.queries import find_entry, find_gone
from hub.documents import Attachment, Viewer
from search.answers.file_passages import PLACE_PARAMETER
from search.file_texts import open_files
from search.models import FilePage
from search.reading import PDF
from theme.templatetags.references import file_url

_MARKED = re.compile(r"(\d{1,7})-(\d{1,7})", re.ASCII)


@dataclass(frozen=True)
class ReadFile:
    """A file that was read, at the entry that attaches it; ``numbers`` are those of its pages with text."""

    entry: CatalogueEntry
    file: Attachment
    numbers: Sequence[int]

    @property
    def is_paged(self) -> bool:
        """Whether it has pages; else these are sections."""
        return self.file.media_type == PDF

    def address(self, number: int) -> str:
        """The original, at that page where a program can go to it."""
        address = file_url(self.entry.document, self.file)
        return f"{address}#page={number}" if self.is_paged else address


@require_safe
def file_page(request: HttpRequest, key: uuid.UUID, hexadecimal: str, number: int) -> HttpResponse:
    """``/fragen/datei/<uuid>/<checksum>/<page>/``: what was read there, for who may read the document.

    ``?stelle=<start>-<end>`` says which characters are marked. Once the document is gone it answers as that
    does, with 410 or 404.
    """
    digest = f"sha256:{hexadecimal}"
    found = _find_file(key, digest, viewer_of(request))
    page = FilePage.objects.filter(file=digest, number=number).first() if found else None
    if found is None or page is None:
        return _absent(request, key)
    before = [each for each in found.numbers if each < number]
    after = [each for each in found.numbers if each > number]
    context = {
        "found": found,
        "entry": found.entry,
        "document": found.entry.document,
        "page": page,
        "text": mark_place(page.text, request.GET.get(PLACE_PARAMETER, "")),
        "original": found.address(number),
        "before": before[-1] if before else None,
        "after": after[0] if after else None,
    }
    response = render(request, "search/file_page.html", context)
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)
    return response


def mark_place(text: str, place: str) -> SafeString:
    """``text`` escaped, with the characters marked that ``place`` says, if they are in it."""
    said = _MARKED.fullmatch(place)
    start, end = map(int, said.groups()) if said else (0, 0)
    if not 0 <= start < end <= len(text):
        return format_html("{}", text)
    return format_html(
        '{}<mark id="{}">{}</mark>{}', text[:start], PLACE_PARAMETER, text[start:end], text[end:]
    )


def _find_file(key: uuid.UUID, digest: str, viewer: Viewer) -> ReadFile | None:
    """At the document with that uuid, if it is readable; statements have no page of their own."""
    entry = find_entry(key, viewer)
    known = [entry] if entry is not None and not entry.about else []
    for entry, files in open_files(known):
        if digest in files:
            numbers = FilePage.objects.filter(file=digest).order_by("number").values_list("number", flat=True)
            return ReadFile(entry, files[digest], list(numbers))
    return None


def _absent(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if gone := find_gone(CatalogueEntry.objects.filter(uuid=key)):
        return render(request, "410.html", {"gone": gone}, status=410)
    raise Http404
