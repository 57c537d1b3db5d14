"""A barcamp with a plan, its organiser, and orders given over HTTP."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from events.models import Room, Session
from events.planning import services
from events.planning.orders import Place, Remove, Swap, Undo
from tests.factories.events import add_desk, add_event, add_plan, at


@pytest.fixture
def desk(section):
    return add_desk(add_event(section))


@pytest.fixture
def plan(desk):
    return add_plan(desk)


@pytest.fixture
def rooms(plan):
    return list(Room.objects.filter(plan=plan))


@pytest.fixture
def organiser(db):
    return get_user_model().objects.create_superuser(
        "orga@mainz.demo.invalid", "ein-langes-passwort", first_name="Robin", last_name="Orga"
    )


@pytest.fixture
def give(plan, organiser):
    """Gives orders to the services; sessions are named as they are in the database now."""
    return Orders(plan, organiser)


class Orders:
    """Orders for a plan, each with a key of its own and what is seen now."""

    def __init__(self, plan, user):
        self.plan, self.user = plan, user

    def seen(self, session):
        return Session.objects.get(pk=session.pk).version

    def place(self, session, room, hour, minute=0, **changes: Any):
        fields = {"key": uuid.uuid4(), "seen": self.seen(session), "starts": at(hour, minute), **changes}
        order = Place(session=session.pk, room=room.pk, **fields)
        return services.place(self.plan.pk, order, self.user, timezone.now())

    def remove(self, session, **changes: Any):
        fields = {"key": uuid.uuid4(), "seen": self.seen(session), **changes}
        return services.remove(self.plan.pk, Remove(session=session.pk, **fields), self.user, timezone.now())

    def swap(self, session, other, **changes: Any):
        fields = {
            "key": uuid.uuid4(),
            "seen": self.seen(session),
            "seen_other": self.seen(other),
            **changes,
        }
        order = Swap(session=session.pk, other=other.pk, **fields)
        return services.swap(self.plan.pk, order, self.user, timezone.now())

    def undo(self, number, **changes: Any):
        order = Undo(**{"key": uuid.uuid4(), "number": number, **changes})
        return services.undo(self.plan.pk, order, self.user, timezone.now())


@pytest.fixture
def browser(client, organiser):
    client.force_login(organiser)
    return client


@pytest.fixture
def order(browser, desk):
    """Posts an order and gives status and answer."""

    def post(**data: Any) -> tuple[int, dict[str, Any]]:
        body = json.dumps({"key": str(uuid.uuid4()), **data}, default=str)
        response = browser.post(address(desk, "befehle/"), body, content_type="application/json")
        return response.status_code, response.json()

    return post


def address(desk, name):
    return f"/veranstaltungen/{desk.event.translation_key}/programm/{name}"
