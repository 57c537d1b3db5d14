"""An event in thirty days that people register for, and how they do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from content.models import BodyPage
from events.models import EventDesk, Letter, Person, Registration
from events.registering import services
from events.registering.services import Entry
from hub.accounts.models import User
from hub.catalogue import settling
from tests.factories.events import add_desk, add_event
from tests.factories.people import add_person


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    cache.clear()


@pytest.fixture
def client(settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def open_desk(section: BodyPage) -> Callable[..., EventDesk]:
    """An event that everybody may read, with its desk."""

    def make(**fields: Any) -> EventDesk:
        event = {name: fields.pop(name) for name in ("starts", "ends", "status") if name in fields}
        desk = add_desk(add_event(section, **event), **fields)
        settling.settle()
        return desk

    return make


@pytest.fixture
def desk(open_desk: Callable[..., EventDesk]) -> EventDesk:
    """Two seats, a waiting list, offers kept for 48 hours."""
    return open_desk(seats=2)


def account(name: str) -> User:
    return add_person(f"{name.lower()}@stadt.demo.invalid", first_name=name, last_name="Beispiel")


def sign_up(desk: EventDesk, name: str, **fields: Any) -> Registration:
    """Register an account of that name."""
    user = User.objects.filter(first_name=name).first() or account(name)
    person = services.register_account(desk.pk, user, Entry(name, "Beispiel", **fields), timezone.now())
    assert person is not None
    return Registration.objects.get(person=person)


def letters(person: Person | str) -> list[str]:
    """Names of the letters to somebody, in their order."""
    address = person if isinstance(person, str) else person.email
    return list(
        Letter.objects.filter(address=address).order_by("created", "pk").values_list("name", flat=True)
    )


def states(desk: EventDesk) -> dict[str, str]:
    """Where everybody stands, by given name, in the order of the line."""
    found = Registration.objects.filter(person__desk=desk).order_by("place", "pk")
    return dict(found.values_list("person__given_name", "state"))


def page(response: Any) -> str:
    """The text of a page, its spaces made one."""
    return re.sub(r"\s+", " ", response.content.decode())
