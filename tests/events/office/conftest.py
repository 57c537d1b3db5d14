"""An event of a body, its desk, and those who may and may not organise it."""

from __future__ import annotations

import html
import re

import pytest
from django.core.cache import cache
from django.test import Client

from content.services import open_section
from events.models import EventDesk
from hub.accounts.models import Role, User
from hub.accounts.roles import set_role
from hub.catalogue.settling import settle
from tests.factories.events import add_desk, add_event


@pytest.fixture(autouse=True)
def nothing_kept(db, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    cache.clear()


@pytest.fixture
def event(section):
    open_section(section)
    page = add_event(section, "Barcamp 2026")
    settle()
    return page


@pytest.fixture
def desk(event):
    return add_desk(event)


@pytest.fixture
def organiser(event, section):
    user = User.objects.create_user("redaktion@mainz.demo.invalid", "geheim-und-lang", first_name="Robin")
    set_role(user, section.body, Role.EDITOR)
    return user


@pytest.fixture
def browser(organiser):
    client = Client(headers={"accept-language": "de"})
    client.force_login(organiser)
    return client


def address(desk: EventDesk, tail: str = "") -> str:
    return f"/veranstaltungen/{desk.event.translation_key}/tagung/{tail}"


def text_of(response) -> str:
    """What the page says, its spaces made one and its tags left out."""
    assert response.status_code == 200, response
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(plain))
