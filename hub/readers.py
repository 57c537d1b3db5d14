"""Who does not count as a reader: machines that say so themselves.

The lists are short on purpose. Whoever wants to push up a number can do so anyway; what is left out here
are those that would otherwise make up most of it without meaning to.
"""

from __future__ import annotations

import re

from django.http import HttpRequest

CRAWLERS = re.compile(
    r"(?<!cu)bot\b|bot_|crawl|spider|slurp"  # search engines name themselves so; Cubot is a telephone
    r"|preview|embed|facebookexternalhit|whatsapp|skypeuri|mastodon|pleroma|misskey|lemmy"  # link previews
    r"|monitor|uptime|pingdom|check_http|lighthouse|headless"  # supervision, tests of pages
    r"|wissenshub",  # other hubs, which federate
    re.IGNORECASE,
)
"""Parts of the names of programs that read pages by themselves."""

TOOLS = re.compile(
    r"curl|wget|python|java/|okhttp|go-http-client|libwww|httpclient|axios|node-fetch|undici|ruby|perl|php",
    re.IGNORECASE,
)
"""Programs somebody wrote or called. A download by one is a download; a page it loads nobody reads."""

AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which browsers say that they load a page before anybody has asked for it."""


def is_reader(request: HttpRequest) -> bool:
    """Whether somebody probably reads the page: a browser, of its user's own accord."""
    agent = request.headers.get("User-Agent", "")
    return takes_file(request) and bool(agent) and TOOLS.search(agent) is None


def takes_file(request: HttpRequest) -> bool:
    """Whether somebody, or a program of theirs, probably wants to have what is asked for."""
    if request.method != "GET" or any(_is_ahead(request.headers.get(name, "")) for name in AHEAD):
        return False
    return CRAWLERS.search(request.headers.get("User-Agent", "")) is None


def _is_ahead(purpose: str) -> bool:
    return any(word in purpose.lower() for word in ("prefetch", "prerender", "preview"))
