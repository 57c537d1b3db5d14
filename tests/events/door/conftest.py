"""An event on its day, a helper at its door, and people with and without a seat."""

from __future__ import annotations

import datetime as dt
import uuid
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from content.services import open_section
from events.door.scans import Scan
from events.door.services import Doorkeeper
from events.helping import write_helper_link
from events.models import Helper
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.settling import settle
from tests.factories.events import add_desk, add_event, add_participant, add_seat

NOON = dt.datetime(2027, 3, 12, 11, 0, tzinfo=dt.UTC)
"""Noon in Berlin on the day of the event, for services, which take their time as an argument."""


@pytest.fixture
def event(section, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    open_section(section)
    # All of today: an event of two days says the day with the clock.
    starts = timezone.localtime(timezone=ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0, second=0)
    page = add_event(section, starts=starts, ends=starts.replace(hour=23, minute=59, second=59))
    settle()
    return page


@pytest.fixture
def desk(event):
    return add_desk(event)


@pytest.fixture
def helper(desk):
    until = timezone.now() + dt.timedelta(hours=8)
    return Helper.objects.create(desk=desk, task=Helper.Task.DOOR, name="Eingang 1", until=until)


@pytest.fixture
def phone(helper):
    """A phone on which the link of the helper was opened."""
    return open_link(helper)


@pytest.fixture
def organiser(event, section):
    user = User.objects.create_user("redaktion@mainz.demo.invalid", "geheim-und-lang", first_name="Robin")
    set_role(user, section.body, Role.EDITOR)
    return user


@pytest.fixture
def office(organiser):
    client = Client(headers={"accept-language": "de"})
    client.force_login(organiser)
    return client


def open_link(helper):
    client = Client(headers={"accept-language": "de"})
    client.post(urlsplit(write_helper_link(helper)).path)
    return client


def address(desk, tail=""):
    return f"/veranstaltungen/{desk.event.translation_key}/einlass/{tail}"


def add_guest(desk, name="Kim", state="confirmed", **fields):
    """Somebody registered."""
    return add_seat(add_participant(desk, name, **fields), state)


def scan(registration, at=NOON, key=None):
    """A scan as the server reads it; ``registration`` may be text as well."""
    found = key or uuid.uuid4()
    badge = registration if isinstance(registration, str) else registration.badge
    return Scan(str(found), found, badge, at)


def at_entrance(helper):
    return Doorkeeper(helper)
