"""Leaving for another site in the middle of a sign-in.

The content security policy allows forms to go nowhere but here, and browsers apply that to redirects
that follow a form too. A page that passes the browser on by itself needs no exception from it, works
without JavaScript, and tells people where they are going.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.env import env

REDIRECTS = (301, 302, 303, 307, 308)


def hand_over(request: HttpRequest, address: str, name: str = "") -> HttpResponse:
    """A page that passes the browser on to ``address`` at once; kept by no cache, told to no third.

    ``name`` is what people call the other site; its host if there is none.
    """
    context = {"address": address, "host": name or urlsplit(address).netloc}
    response = render(request, "accounts/handover.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def instead_of_redirect(request: HttpRequest, response: HttpResponse, name: str = "") -> HttpResponse:
    """``response``, or the page that passes on where it redirects to another site."""
    address = str(response.get("Location", ""))
    parts = urlsplit(address)
    if response.status_code not in REDIRECTS or parts.scheme not in {"http", "https"}:
        return response
    if f"{parts.scheme}://{parts.netloc}" == env.origin:
        return response
    return hand_over(request, address, name)
