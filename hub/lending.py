"""The outbound door in the shape of a ``requests`` session, for libraries that want to be handed one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict

from hub.fetching import fetch


class LentSession:
    """The part of a ``requests`` session that libraries use, with every request going through :func:`fetch`.

    It sends nothing itself: caps, deadline and pinned addresses are those of :func:`fetch`, and so is
    what it raises, :class:`~hub.errors.FetchFailed`.
    """

    def __enter__(self) -> LentSession:
        return self

    def __exit__(self, *exception: object) -> None:
        """Connections are kept for the process."""

    def get(self, url: str, **options: Any) -> requests.Response:
        """A GET; options as :meth:`request` takes them."""
        return self.request("GET", url, **options)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
    ) -> requests.Response:
        """Send one request; the answer has been read to its end."""
        ready = requests.Request(
            method, url, params=params, data=data, headers=dict(headers or {}), auth=auth
        ).prepare()
        body = ready.body.encode() if isinstance(ready.body, str) else ready.body
        sent = {str(name): str(value) for name, value in ready.headers.items() if name != "Content-Length"}
        reply = fetch(method, str(ready.url), headers=sent, body=body)
        response = requests.Response()
        response.status_code, response.url = reply.status, str(ready.url)
        response.headers = CaseInsensitiveDict(reply.headers)
        response._content = reply.body
        return response
