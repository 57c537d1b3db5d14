"""Addresses of the measured pages and their exact query counts, printed as JSON from inside a hub."""

from __future__ import annotations

import json

import django


def main() -> None:
    """Count the queries of each page, warm."""
    django.setup()

    from django.db import connection
    from django.templatetags.static import static
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hub.catalogue.queries import entries
    from hub.documents import Viewer
    from hub.env import env

    report = (
        entries(Viewer.anonymous()).filter(kind="case_report").exclude(source="").order_by("object_id")[0]
    )
    pages = {
        "home": "/",
        "list": "/wissen/",
        "report page": report.get_absolute_url(),
        "directory of bodies": "/kommunen/",
        "page of a body": f"/kommunen/{env.body}/",
        "sign-in page": "/konto/login/",
    }
    client = Client(HTTP_HOST=env.host, HTTP_ACCEPT_LANGUAGE="de")
    queries = {}
    for name, path in pages.items():
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = client.get(path)
        if response.status_code != 200:
            raise SystemExit(f"{path} answers {response.status_code}")
        queries[name] = len(captured)
    print(json.dumps({"static": static("theme/site.css"), "pages": pages, "queries": queries}))


if __name__ == "__main__":
    main()
