"""An event that takes proposals, and people with and without a seat."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from django.urls import reverse

from hub.catalogue.settling import settle
from tests.factories.events import add_desk, add_event, add_participant, add_plan, add_seat
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
def account(db):
    return add_account("kim@stadt.demo.invalid", first_name="Kim", last_name="Beispiel")


@pytest.fixture
def person(desk, account):
    """Somebody with an account and a seat."""
    person = add_participant(desk, user=account, affiliation="Stadt Trier")
    add_seat(person)
    return person


@pytest.fixture
def member(client, person):
    client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def organiser(client, db):
    user = add_account("orga@stadt.demo.invalid", is_superuser=True, is_staff=True)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def url(desk):
    def build(name: str, *args: object) -> str:
        return reverse(f"events:{name}", args=[desk.event.translation_key, *args])

    return build


def count(model, plan):
    """How many rows of it each session has; those with none are not in it."""
    return dict(Counter(model.objects.filter(session__plan=plan).values_list("session", flat=True)))


def typed(**changes: object) -> dict[str, object]:
    """What a guest fills in."""
    return {
        "key": str(uuid.uuid4()),
        "title": "Der digitale Bauantrag",
        "summary": "Was wir gelernt haben.",
        "minutes": "45",
        "co_hosts": "",
        "remark": "",
        "given_name": "Robin",
        "family_name": "Beispiel",
        "email": "robin@stadt.demo.invalid",
        "affiliation": "Stadt Worms",
        **changes,
    }
