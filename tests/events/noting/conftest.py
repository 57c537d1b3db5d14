"""A session with a note, and people who write in it."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import Person
from events.noting import services
from events.noting.services import Author, Merged, open_note
from hub.catalogue.settling import settle
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_seat,
    add_session,
)
from tests.permissions.callers import add_account


@pytest.fixture
def desk(section):
    desk = add_desk(add_event(section))
    settle()
    return desk


@pytest.fixture
def plan(desk):
    return add_plan(desk)


@pytest.fixture
def session(plan):
    return add_session(plan, "KI im Bürgerbüro")


@pytest.fixture
def note(session):
    return open_note(session=session)


def add_writer(desk, name: str) -> Person:
    """Somebody with an account and a seat."""
    user = add_account(f"{name.lower()}@stadt.demo.invalid", first_name=name, last_name="Beispiel")
    person = add_participant(desk, name, user=user)
    add_seat(person)
    return person


@pytest.fixture
def kim(desk):
    return add_writer(desk, "Kim")


@pytest.fixture
def lou(desk):
    return add_writer(desk, "Lou")


@pytest.fixture
def host(desk, plan, session):
    """Who runs the session, without a seat."""
    user = add_account("alex@stadt.demo.invalid", first_name="Alex", last_name="Beispiel")
    person = add_participant(desk, "Alex", user=user)
    session.hosts.add(add_host(plan, "Alex Beispiel", person=person))
    return person


@pytest.fixture
def organiser(db):
    return add_account("orga@stadt.demo.invalid", is_superuser=True, is_staff=True)


def author(person: Person) -> Author:
    return Author(person.name, person.pk, person.user_id)


def write(note, person: Person, base: int, text: str, *, key: uuid.UUID | None = None, now=None) -> Merged:
    return services.write(note.pk, author(person), base, text, key or uuid.uuid4(), now or timezone.now())


def sign_in(who) -> Client:
    """A browser of its own in which somebody is signed in; a person or an account."""
    client = Client()
    client.force_login(getattr(who, "user", who), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def url(desk, session):
    def build(name: str = "note") -> str:
        return reverse(f"events:{name}", args=[desk.event.translation_key, session.pk])

    return build
