"""Mails about accounts and roles. They leave after commit; one that fails is logged and loses no work.

A template ``accounts/mail/<name>.txt`` begins with the subject and an empty line; it is German, as the
site is.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.header import Header
from email.message import Message
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from hub.accounts.models import User
from hub.accounts.unsubscribing import MailKind, unsubscribe_headers, unsubscribe_url
from hub.env import env


class Mail(EmailMultiAlternatives):
    """A mail whose subject begins on the line of its name.

    Django folds a subject with umlauts without counting „Subject: “, so that it may begin on a line of its
    own, with a space that some programs show.
    """

    def message(self, **kwargs: Any) -> Any:
        """The mail as it is sent, with the subject folded by RFC 2047 section 2."""
        message = super().message(**kwargs)
        del message["Subject"]
        Message.__setitem__(message, "Subject", Header(str(self.subject), header_name="Subject"))
        return message


def whole_url(name: str, *args: object) -> str:
    """The address of a page with this instance's origin before it."""
    return env.origin + reverse(name, args=args)


def post(name: str, to: User | str, **context: Any) -> None:
    """Send one mail to an account or an address after commit; accounts without an address get none."""
    _post(name, to, context, {})


def post_to_deciders(name: str, deciders: QuerySet[User], **context: Any) -> None:
    """The same mail to each decider who wants such mails; if nobody does, to all: somebody has to know."""
    _post_to_all(name, list(_wanting(deciders)) or list(deciders), context)


def post_to_wanting(name: str, people: QuerySet[User], **context: Any) -> None:
    """The same mail to each of these people, except those who switched such mails off."""
    _post_to_all(name, list(_wanting(people)), context)


def _wanting(people: QuerySet[User]) -> QuerySet[User]:
    return people.exclude(preferences__mail_requests=False)


def _post_to_all(name: str, people: Iterable[User], context: dict[str, Any]) -> None:
    for person in people:
        stop = unsubscribe_url(person, MailKind.REQUESTS)
        headers = unsubscribe_headers(unsubscribe_url(person, MailKind.REQUESTS))
        _post(name, person, {**context, "unsubscribe": stop}, headers)


def _post(name: str, to: User | str, context: dict[str, Any], headers: dict[str, str]) -> None:
    address = to.email if isinstance(to, User) else to
    if not address:
        return
    message = _write(name, [address], {**context, "to": to}, headers)
    transaction.on_commit(message.send, robust=True)


def _write(name: str, to: Iterable[str], context: dict[str, Any], headers: dict[str, str]) -> Mail:
    facts = {"instance": env.name, "origin": env.origin, **context}
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(f"accounts/mail/{name}.txt", facts)
    subject, _, body = text.strip().partition("\n\n")
    return Mail(" ".join(subject.split()), body.strip() + "\n", to=list(to), headers=headers)
