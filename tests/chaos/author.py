"""Writes in one hub as an editor would: an order a line in, as JSON, and the same back once it is committed.

An order is ``{"number", "do", "page", "title"}``; ``do`` is ``publish`` (the page is made if it is not there)
or ``withdraw``. A page is known by its summary, which comes back when its hub is restored. Run as
``python -m tests.chaos.author`` in the environment of a hub.
"""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    """Follow orders until the input ends."""
    django.setup()

    from content.models import BodyPage, CaseReportPage

    section = BodyPage.objects.filter(live=True).order_by("pk").first()
    if section is None:
        raise SystemExit("no section to publish in")
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        page = CaseReportPage.objects.filter(summary=order["page"]).first()
        if order["do"] == "withdraw":
            if page and page.live:
                page.unpublish()
        else:
            if page is None:
                page = CaseReportPage(title=order["title"], topics=["ki"], live=False)
                page.summary = order["page"]
                page.pitfalls = [("paragraph", "<p>Mitten im Satz fiel der Strom aus.</p>")]
                section.add_child(instance=page)
            page.title = page.draft_title = order["title"]
            page.save_revision().publish()
        print(json.dumps(order), flush=True)


if __name__ == "__main__":
    main()
