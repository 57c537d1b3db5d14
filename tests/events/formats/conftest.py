"""A weekly series of which three dates are over and two to come, with somebody who organises it."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from content.services import open_section
from events.dates import read_event_dates
from events.models import Consent, ConsentText, EventDesk, EventPage
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.settling import settle
from hub.documents.series import WEEKDAYS
from tests.factories.events import add_desk, add_event, add_participant, add_seat, at

TITLE = "Sprechstunde Geodaten"


@pytest.fixture(autouse=True)
def quiet(db, settings):
    settings.SECOND_FACTOR_REQUIRED = False


def add_series(section, title=TITLE, **fields) -> EventPage:
    """Weekly from ten to eleven, five times, the third of them yesterday."""
    starts = at(10, days=-15)
    rule = f"FREQ=WEEKLY;INTERVAL=1;BYDAY={WEEKDAYS[starts.weekday()]};COUNT=5"
    values = {
        "starts": starts,
        "ends": at(11, days=-15),
        "recurrence_rule": rule,
        "location": "Online",
        **fields,
    }
    return add_event(section, title, **values)


@pytest.fixture
def library(section):
    open_section(section)
    return section


@pytest.fixture
def event(library):
    page = add_series(library, online_url="https://konferenz.mainz.demo.invalid/geo")
    settle()
    return page


@pytest.fixture
def desk(event):
    return add_desk(event, reminder_hours=24, asks_feedback=True, registration_opens=at(9, days=-20))


@pytest.fixture
def dates(desk):
    return list(read_event_dates(desk.event.build_schedule()))


@pytest.fixture
def last(dates):
    """The newest one that is over: yesterday's."""
    return dates[2]


@pytest.fixture
def coming(dates):
    """The next one, in six days."""
    return dates[3]


@pytest.fixture
def now():
    return timezone.now()


def before(date, **span) -> dt.datetime:
    return date.date.starts - dt.timedelta(**span)


def after(date, **span) -> dt.datetime:
    return date.date.ends + dt.timedelta(**span)


def join(desk: EventDesk, name: str = "Kim", **fields):
    """Somebody with a seat."""
    person = add_participant(desk, name)
    add_seat(person, **fields)
    return person


def agree(person, purpose=ConsentText.Purpose.FOLLOW_UP):
    text, _ = ConsentText.objects.get_or_create(desk=person.desk, purpose=purpose, defaults={"text": purpose})
    return Consent.objects.create(person=person, text=text, given=timezone.now())


@pytest.fixture
def organiser(library):
    user = User.objects.create_user("redaktion@mainz.demo.invalid", "geheim-und-lang", first_name="Robin")
    set_role(user, library.body, Role.EDITOR)
    return user


@pytest.fixture
def browser(organiser):
    client = Client(headers={"accept-language": "de"})
    client.force_login(organiser)
    return client


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "de"})


def address(desk, tail: str = "") -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/{tail}"


def text_of(response, status: int = 200) -> str:
    """What the page says, its spaces made one and its tags left out."""
    assert response.status_code == status, response
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(plain))
