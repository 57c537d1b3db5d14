"""A barcamp that was held: two sessions side by side, their hosts, and who organises it."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from content.services import open_section
from events.models import Room, SessionHost
from events.noting.services import Author, open_note, write
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.settling import settle
from tests.factories.events import add_desk, add_event, add_host, add_participant, add_plan, add_session, at

YESTERDAY = -1


def then(hour: int, minute: int = 0) -> dt.datetime:
    """That time of the day before today, on which the event was."""
    return at(hour, minute, days=YESTERDAY)


@pytest.fixture(autouse=True)
def quiet(db, settings):
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def desk(section):
    open_section(section)
    event = add_event(section, "Barcamp Rheinland-Pfalz", starts=then(9), ends=then(17))
    settle()
    return add_desk(event)


@pytest.fixture
def plan(desk):
    plan = add_plan(desk)
    plan.bands.all().delete()
    return plan


@pytest.fixture
def rooms(plan):
    return list(Room.objects.filter(plan=plan))


@pytest.fixture
def session(plan, rooms):
    """Held by Alex, who has an address, in the first room from nine to ten."""
    host = add_host(plan, "Alex Beispiel", affiliation="Trier", email="alex@trier.demo.invalid")
    return place(add_session(plan, "KI im Bürgerbüro", host, summary="Was sie kann."), rooms[0], 9)


def place(session, room, hour):
    from events.models import Placement

    Placement.objects.create(session=session, room=room, during=(then(hour), then(hour + 1)))
    return session


def join_as_host(session, desk, name="Kim"):
    """Somebody who takes part, as a host of the session too."""
    person = add_participant(desk, name)
    host = session.plan.hosts.create(name=person.name, person=person)
    SessionHost.objects.create(session=session, host=host, position=9)
    return person


@pytest.fixture
def organiser(section, desk):
    user = User.objects.create_user("redaktion@mainz.demo.invalid", "geheim-und-lang", first_name="Robin")
    set_role(user, section.body, Role.EDITOR)
    return user


@pytest.fixture
def browser(organiser):
    client = Client(headers={"accept-language": "de"})
    client.force_login(organiser)
    return client


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def now():
    return timezone.now()


def note_down(session, author: Author, text: str, base: int | None = None):
    """Somebody writes the whole note anew."""
    note = open_note(session=session)
    write(note.pk, author, note.version if base is None else base, text, uuid.uuid4(), timezone.now())
    note.refresh_from_db()
    return note


def address(desk, tail: str = "") -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/{tail}"


def text_of(response, status: int = 200) -> str:
    """What the page says, its spaces made one and its tags left out."""
    assert response.status_code == status, response
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(plain))
