"""A barcamp that is going on: its plan, its people, its helper at the wall, its organiser."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.helping import KNOWN, write_helper_link
from events.models import EventPage, Helper, Room, Session
from hub.catalogue.settling import settle
from tests.content.kinds import editor_of
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_seat
from tests.factories.people import add_person

NOW = dt.datetime(2027, 3, 12, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def desk(section):
    desk = add_desk(add_event(section))
    settle()
    return desk


@pytest.fixture
def plan(desk):
    return add_plan(desk)


@pytest.fixture
def rooms(plan):
    return list(Room.objects.filter(plan=plan))


@pytest.fixture
def going_on(desk):
    """The event began an hour ago and goes on for a day."""
    now = timezone.now()
    times = {"starts": now - dt.timedelta(hours=1), "ends": now + dt.timedelta(days=1)}
    EventPage.objects.filter(pk=desk.event_id).update(**times)
    desk.event.refresh_from_db()
    return desk


@pytest.fixture
def guest():
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def organiser(section):
    return editor_of(section)


@pytest.fixture
def member(desk):
    """The browser of somebody with an account and a seat."""
    account = add_person("kim@stadt.demo.invalid")
    add_seat(add_participant(desk, "Kim", user=account))
    client = Client(headers={"accept-language": "de"})
    client.force_login(account)
    return client


@pytest.fixture
def stranger(db):
    client = Client(headers={"accept-language": "de"})
    client.force_login(add_person("fremd@stadt.demo.invalid"))
    return client


@pytest.fixture
def helper(desk):
    """The phone of a helper at the wall, without an account."""
    return phone_of(add_helper(desk))


@pytest.fixture
def url(desk):
    def build(name: str, *args: object) -> str:
        return reverse(f"events:{name}", args=[desk.event.translation_key, *args])

    return build


def add_helper(desk, task=Helper.Task.WALL, **fields):
    values = {"name": f"Wand {task}", "until": timezone.now() + dt.timedelta(days=60), **fields}
    return Helper.objects.create(desk=desk, task=task, **values)


def phone_of(helper):
    """A browser that is that helper."""
    client = Client(headers={"accept-language": "de"})
    session = client.session
    session[KNOWN] = write_helper_link(helper).rstrip("/").rpartition("/")[2]
    session.save()
    return client


def propose(plan, title, person=None, **fields):
    """A proposal that nobody decided on yet."""
    return Session.objects.create(
        plan=plan, title=title, proposer=person, **{"state": Session.State.PROPOSED, **fields}
    )


def new_key():
    return uuid.uuid4()
