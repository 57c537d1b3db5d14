"""Publishes one report again and again in the hub of its environment: one title a line in, one answer out.

The answer is JSON: when publishing began (Unix seconds) and how long the editor's own request took.
"""

from __future__ import annotations

import json
import sys
import time

import django


def main() -> None:
    """Publish each title read from standard input until it ends."""
    django.setup()

    from content.models import BodyPage, CaseReportPage

    section = BodyPage.objects.filter(live=True).first()
    if section is None:
        raise SystemExit("no section to publish in: load the demo content first")
    page = CaseReportPage(
        title="Messung",
        slug="messung-der-ausbreitung",
        summary="Ein Bericht, der nur zum Messen da ist.",
        topics=["ki"],
        demo=True,
        live=False,
        pitfalls=[("paragraph", "<p>Die Uhr musste auf allen Hubs dieselbe sein.</p>")],
    )
    section.add_child(instance=page)
    for line in sys.stdin:
        page.title = line.strip()
        began, counted = time.time(), time.perf_counter()
        page.save_revision().publish()
        print(json.dumps({"began": began, "took": time.perf_counter() - counted}), flush=True)
    page.delete()


if __name__ == "__main__":
    main()
