"""Mails from the organisers to many."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.mailing.writing import write_letter
from events.models import EventDesk, Host, Person, Registration, Session

State = Registration.State
TEMPLATE = "organiser_news"

SEATED, WAITING, EVERYBODY, HOSTS = "seated", "waiting", "everybody", "hosts"
AUDIENCES: Mapping[str, str | Promise] = {
    SEATED: _("Everybody who has a seat"),
    WAITING: _("The waiting list"),
    EVERYBODY: _("Everybody who has a seat or waits for one"),
    HOSTS: _("Hosts of accepted sessions"),
}
_STATES = {
    SEATED: (State.CONFIRMED,),
    WAITING: (State.WAITING, State.OFFERED),
    EVERYBODY: (State.CONFIRMED, State.WAITING, State.OFFERED),
}


@dataclass(frozen=True)
class News:
    """A mail to many: the same ``key`` a second time is the same mail, and goes to nobody twice."""

    key: uuid.UUID
    audience: str
    subject: str
    text: str


def list_recipients(desk: EventDesk, audience: str) -> list[Person | str]:
    """Participants, and addresses of hosts who are none; nobody twice, and none that refused a mail."""
    if audience != HOSTS:
        people = desk.people.filter(unreachable="", registration__state__in=_STATES[audience])
        return list(people.order_by("family_name", "given_name", "pk"))
    hosts = Host.objects.filter(plan__desk=desk, sessions__state=Session.State.ACCEPTED)
    found: dict[str, Person | str] = {}
    for host in hosts.distinct().select_related("person").order_by("name", "pk"):
        if host.person is not None and not host.person.unreachable:
            found.setdefault(host.person.email.lower(), host.person)
        elif host.person is None and host.email:
            found.setdefault(host.email.lower(), host.email)
    return list(found.values())


def count_recipients(desk: EventDesk) -> dict[str, int]:
    """How many each audience has; one query each."""
    return {audience: len(list_recipients(desk, audience)) for audience in AUDIENCES}


def send_news(desk: EventDesk, news: News) -> int:
    """Write the letters; how many people get one."""
    with transaction.atomic():
        recipients = list_recipients(desk, news.audience)
        for recipient in recipients:
            write_letter(
                desk, recipient, TEMPLATE, news.key.hex, news_subject=news.subject, news_text=news.text
            )
    return len(recipients)
