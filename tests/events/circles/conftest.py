"""A focus group with its workspace, those who lead it, and members of this and another hub."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from content.models import FocusGroupPage
from content.services import open_section
from events.circles.members import accept, ask_to_join
from events.circles.series import Wish, begin_series
from events.models import Circle
from hub.accounts.models import HomeAccount, Role, User
from hub.catalogue.settling import settle
from hub.instants import zone_of
from tests.factories.people import add_person, add_town

NOW = dt.datetime(2029, 3, 1, 9, tzinfo=dt.UTC)
TITLE = "Fokusgruppe KI"


def berlin(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone_of("Europe/Berlin"))


WISH = Wish(
    "Austausch KI",
    berlin(2029, 3, 6, 10),
    berlin(2029, 3, 6, 11, 30),
    "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20290410T215959Z",
    "Rathaus",
)
"""Six Tuesdays, the last three in summer time."""


@pytest.fixture(autouse=True)
def clock(db, settings, monkeypatch):
    """Nothing kept, no second factor, and a time of the day that is always the same."""
    settings.SECOND_FACTOR_REQUIRED = False
    cache.clear()
    held = {"now": NOW}
    monkeypatch.setattr(timezone, "now", lambda: held["now"])
    return held


@pytest.fixture
def group(section):
    open_section(section)
    page = FocusGroupPage(
        title=TITLE,
        summary="Vier Städte, ein Testbestand.",
        topics=["ki"],
        contact_role="Leitung Fokusgruppe KI",
        contact_email="fokusgruppe@mainz.demo.invalid",
        seats=[("seat", {"body": section.body, "role": "Stabsstelle"})],
        live=False,
    )
    section.add_child(instance=page)
    page.save_revision().publish()
    settle()
    return FocusGroupPage.objects.get(pk=page.pk)


@pytest.fixture
def circle(group):
    return Circle.objects.create(group=group)


@pytest.fixture
def leader(section, group):
    return add_person("leitung@mainz.demo.invalid", section.body, Role.EDITOR, first_name="Robin")


@pytest.fixture
def colleague(section, group):
    return add_person("kollegium@mainz.demo.invalid", section.body, Role.MEMBER, first_name="Kim")


@pytest.fixture
def visitor(group):
    """A member of another hub, by home account, without an address."""
    add_town("07211000", "Trier")
    user = User.objects.create(first_name="Alex", last_name="Beispiel")
    HomeAccount.objects.create(
        user=user,
        issuer="https://wissen.trier.demo.invalid",
        subject="alex",
        body="07211000",
        role="author",
        asserted=NOW,
        checked=NOW,
        expires=NOW + dt.timedelta(days=400),
    )
    return user


@pytest.fixture
def member(circle, colleague):
    row = ask_to_join(circle, colleague, NOW)
    accept(row, NOW)
    row.refresh_from_db()
    return row


@pytest.fixture
def series(circle, leader, member):
    return begin_series(circle, WISH, leader, NOW)


def browser(user: User | None = None) -> Client:
    client = Client(headers={"accept-language": "de"})
    if user is not None:
        client.force_login(user)
    return client


def address(circle: Circle, tail: str = "") -> str:
    return f"/fokusgruppen/{circle.group.translation_key}/{tail}"
