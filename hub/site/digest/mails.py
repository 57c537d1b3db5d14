"""The mails: the one that asks for confirmation, and the digest, as text and as HTML.

Neither loads anything from elsewhere nor tells anybody that it was opened.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from hub.accounts.mails import Mail
from hub.accounts.unsubscribing import unsubscribe_headers
from hub.env import env
from hub.municipalities.models import Body
from hub.site.digest import links
from hub.site.digest.issue import Issue
from hub.site.digest.models import Subscription
from hub.site.digest.wishes import Selection, Wish, put_in_words
from theme.topics import read_vocabulary


def send_request(subscription: Subscription, request: links.Request) -> None:
    """Ask an address whether it wants the digest. Raises what the mail server raises. Two queries."""
    wish = request.wish
    with translation.override(wish.language):
        context = {
            **_common(),
            "selection": _words(wish),
            "confirm": links.confirm_url(request),
            "days": links.KEPT_FOR.days,
            "held": subscription.confirmed is not None,
        }
        subject = _subject(gettext("please confirm your subscription to the digest"))
        text = render_to_string("site/digest/mails/request.txt", context)
    Mail(subject, _tidy(text), to=[subscription.email]).send()


def write_digest(subscription: Subscription, issue: Issue, selection: Selection, day: dt.date) -> Mail:
    """The digest for one address, in the language that is active.

    Its id is the same whenever this day's digest is sent again to this address, so that mail programs
    can drop a second copy. No query.
    """
    context = {
        **_common(),
        "issue": issue,
        "selection": selection,
        "subject": issue.subject,
        "language": translation.get_language(),
        "manage": links.manage_url(subscription),
        "unsubscribe": links.unsubscribe_url(subscription),
    }
    text = render_to_string("site/digest/mails/digest.txt", context)
    headers = {
        **unsubscribe_headers(links.unsubscribe_url(subscription)),
        "Message-ID": f"<digest.{subscription.key.hex}.{day:%Y%m%d}@{env.host}>",
    }
    mail = Mail(_subject(issue.subject), _tidy(text), to=[subscription.email], headers=headers)
    mail.attach_alternative(render_to_string("site/digest/mails/digest.html", context), "text/html")
    return mail


def _words(wish: Wish) -> Selection:
    names = Body.objects.filter(pk__in=wish.regions).values_list("key", "name") if wish.regions else ()
    return put_in_words(wish, read_vocabulary(), dict(names))


def _common() -> dict[str, Any]:
    return {"name": env.name, "origin": env.origin}


def _subject(words: str) -> str:
    return f"Wissenshub {env.name}: {words}"


def _tidy(text: str) -> str:
    """No more than one empty line in a row, none at either end."""
    lines: list[str] = []
    for line in (each.rstrip() for each in text.strip().splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines) + "\n"
