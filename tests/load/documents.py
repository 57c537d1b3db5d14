"""How long a PDF of ten pages takes beside the HTML page of the same report, made and handed out again."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable

from fixtures.network.running import Network
from tests.load.pages import ask_hub
from tests.load.table import Row, percentile

PAGES = 10
TIMES = 9
HTML = "HTML page of the same report, p50"


def measure_documents(network: Network) -> list[Row]:
    """Milliseconds for the page, the PDF made anew, the PDF handed out again, and Markdown, in one run."""
    told = ask_hub(network, network.hubs["mainz"], "tests.load.documents")
    base = told.pop("html")
    names = {
        "pdf": f"PDF of {told.pop('pages')} pages, made warm, p50",
        "kept": "PDF handed out again, p50",
        "markdown": "Markdown of it, p50",
    }
    rows = [Row(name, told[key], "ms", HTML, told[key] / base) for key, name in names.items()]
    return [Row(HTML, base, "ms"), *rows]


def median_ms(work: Callable[[], object]) -> float:
    """The median of several runs after one that warms up, in milliseconds."""
    work()
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return percentile(times, 0.5) * 1000


def main() -> None:
    """Measure in this hub's own process and print the figures as JSON."""
    import django

    django.setup()
    from django.contrib.auth.models import AnonymousUser
    from django.core.cache import caches
    from django.test import RequestFactory
    from pypdf import PdfReader

    from hub.catalogue.models import CatalogueEntry
    from hub.catalogue.rendering import render_entry
    from hub.documents import Viewer
    from hub.env import env
    from hub.site.exports.printing import PaperCopy
    from hub.site.exports.rendering import as_markdown

    viewer = Viewer.anonymous()
    entry = CatalogueEntry.objects.filter(kind="case_report", source="", state="live").first()
    assert entry is not None
    document = entry.document
    first = document.text()
    sections = first.sections

    def press() -> bytes:
        """The PDF as it is handed out, with nothing kept from before."""
        caches["rendered"].clear()
        return PaperCopy(entry, viewer, "de").print()

    while len(PdfReader(io.BytesIO(press())).pages) < PAGES:
        sections += first.sections
        longer = document.model_copy(
            update={"texts": {"de": first.model_copy(update={"sections": sections})}}
        )
        vars(entry)["document"] = longer
    pages = len(PdfReader(io.BytesIO(press())).pages)

    def show() -> object:
        request = RequestFactory().get(entry.get_absolute_url(), headers={"host": env.host})
        request.user = AnonymousUser()
        return render_entry(request, entry, viewer).render()  # type: ignore[attr-defined]  # a template's

    def fresh(work: Callable[[], object]) -> Callable[[], object]:
        """Nothing that one run has read of the document's line is there for the next."""
        return lambda: (vars(entry).pop("lineage", None), work())

    figures = {
        "pages": pages,
        "html": median_ms(fresh(show)),
        "pdf": median_ms(fresh(press)),
        "kept": median_ms(fresh(lambda: PaperCopy(entry, viewer, "de").print())),
        "markdown": median_ms(fresh(lambda: as_markdown(entry, viewer))),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
