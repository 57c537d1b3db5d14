"""The one door to WeasyPrint: a page of HTML becomes a tagged PDF (PDF/UA-1, ISO 14289-1).

It works within the process that asks. A process of its own could be stopped after a time, but each PDF would
wait for it to load fonts and styles, or one had to be kept alive and watched beside each web process. What
takes long is bounded before instead: the length of the page and the pixels, bytes and repetitions of its
pictures by those who call, and here that a process makes one PDF at a time.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML, __version__
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from hub.errors import Overloaded

Pictures = Callable[[str], tuple[bytes, str] | None]
"""From an address in the page to the bytes and media type of a picture; None leaves it out."""

STYLES = "theme/print.css"
FONTS = "kern/fonts/fira-sans"
FACES = (("Regular", 400, "normal"), ("Italic", 400, "italic"), ("SemiBold", 600, "normal"))
DOTS_PER_INCH = 200
JPEG_QUALITY = 85

ADMITTED = 3
"""How many requests of a process may wait for a PDF or make one; they hold its threads meanwhile."""

PATIENCE_SECONDS = 10.0
LARGEST_PAGE = 1_500_000
"""Characters of a page beyond which nobody is let wait for it: some two hundred sheets."""

_admitted = threading.BoundedSemaphore(ADMITTED)
_press = threading.RLock()


def no_pictures(address: str) -> None:
    """For pages without pictures."""


@contextmanager
def in_turn() -> Iterator[None]:
    """The turn of a request to make a PDF. Raises :class:`Overloaded` when others are waiting already."""
    if not _admitted.acquire(blocking=False):
        raise Overloaded("too many are waiting for a PDF")
    try:
        if not _press.acquire(timeout=PATIENCE_SECONDS):
            raise Overloaded("others are being printed")
        try:
            yield
        finally:
            _press.release()
    finally:
        _admitted.release()


def make_pdf(html: str, pictures: Pictures = no_pictures, *, more_styles: str = "") -> bytes:
    """The PDF of a whole page; it gets nothing from anywhere but from ``pictures``.

    The page brings its language, title, author, description and keywords in its head. It is styled by
    ``theme/print.css``, and by ``more_styles`` after it, a style sheet of the site named by its place among
    the static files. Of the PDFs of a process one is made at a time: requests, which must not wait for ever,
    ask for their turn first.
    """
    with _press:
        styles, fonts = _style(more_styles)
        page = HTML(string=html, base_url="https://print.invalid/", url_fetcher=_Fetcher(pictures))
        written = page.write_pdf(
            pdf_variant="pdf/ua-1",
            stylesheets=[styles],
            font_config=fonts,
            dpi=DOTS_PER_INCH,
            jpeg_quality=JPEG_QUALITY,
        )
    return bytes(written)


class _Fetcher(URLFetcher):
    """Hands out what ``pictures`` finds, and refuses everything else."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self.pictures = pictures

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        found = self.pictures(url)
        if found is None:
            raise ValueError(url)
        content, media_type = found
        return URLFetcherResponse(url, content, {"Content-Type": media_type})


class _OwnFiles(URLFetcher):
    """Hands out the fonts, which are named by their place among the static files."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        content = static_file(url.partition("static:")[2]).read_bytes()
        return URLFetcherResponse(url, content, {"Content-Type": "font/woff2"})


@cache
def style_version(more_styles: str = "") -> str:
    """Tells PDFs apart that the same page would give in another style or by another WeasyPrint."""
    styles = b"".join(static_file(name).read_bytes() for name in (STYLES, more_styles) if name)
    return f"{__version__} {hashlib.sha256(styles).hexdigest()}"


@cache
def _style(more_styles: str) -> tuple[CSS, FontConfiguration]:
    """The style sheets and their fonts, read once for a process."""
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "Fira Sans"; font-weight: {weight}; font-style: {style}; '
        f'src: url("static:{FONTS}/FiraSans-{name}.woff2") format("woff2") }}\n'
        for name, weight, style in FACES
    )
    sheets = (static_file(name).read_text(encoding="utf-8") for name in (STYLES, more_styles) if name)
    text = faces + "\n".join(sheets)
    return CSS(string=text, font_config=fonts, url_fetcher=_OwnFiles()), fonts


def static_file(name: str) -> Path:
    """Where a static file lies: at its source, else where they were collected."""
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else Path(settings.STATIC_ROOT) / name
