"""A barcamp with a plan of two rooms, and the browser of one who organises it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from events.models import Room
from hub.catalogue.settling import settle
from tests.content.kinds import editor_of
from tests.factories.events import add_desk, add_event, add_plan
from tests.factories.people import add_person


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
def organiser(section) -> Client:
    return editor_of(section)


@pytest.fixture
def stranger(db) -> Client:
    """Somebody with an account and no role."""
    client = Client(headers={"accept-language": "de"})
    client.force_login(add_person("fremd@mainz.demo.invalid"))
    return client


@pytest.fixture
def guest() -> Client:
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def base(desk) -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/programm/"


def text_of(response: Any) -> str:
    """The page; its status must be one that shows something."""
    assert response.status_code in (200, 409, 422), response.status_code
    return str(response.content.decode())
