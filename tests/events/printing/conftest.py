"""An event with a released programme, and people who come."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from events.models import Release
from hub.accounts.models import User
from hub.catalogue.settling import settle
from tests.factories.events import (
    add_desk,
    add_event,
    add_host,
    add_participant,
    add_plan,
    add_seat,
    add_session,
    at,
    put,
)


@pytest.fixture
def event(section):
    return add_event(section, "Barcamp Rheinland-Pfalz", online_url="https://meet.demo.invalid/raum")


@pytest.fixture
def desk(event):
    return add_desk(event)


@pytest.fixture
def plan(desk):
    plan = add_plan(desk)
    one, two = plan.rooms.order_by("position")
    put(
        add_session(plan, "KI im Bürgerbüro", add_host(plan, "Alex Beispiel", affiliation="Trier")),
        one,
        9,
        10,
    )
    put(add_session(plan, "Offene Daten", add_host(plan, "Robin Muster")), two, 9, 10)
    put(add_session(plan, "Wärmeplanung & <Fernwärme>"), one, 10, 11)
    put(add_session(plan, "Abschluss"), one, 15, 16)
    return plan


def slots_of(plan):
    """Slots as releases hold them."""
    found = plan.sessions.filter(placement__isnull=False).select_related("placement__room")
    return [
        {
            "uid": str(session.pk),
            "title": session.title,
            "starts": session.placement.during.lower.isoformat(),
            "ends": session.placement.during.upper.isoformat(),
            "room": session.placement.room.name,
            "hosts": [str(host) for host in session.hosts.all()],
            "summary": session.summary,
        }
        for session in found
    ]


def release_plan(plan, name="1", slots=None, number=1):
    return Release.objects.create(
        plan=plan,
        number=number,
        name=name,
        at=at(8, days=1),
        version=plan.version,
        slots=slots or slots_of(plan),
    )


@pytest.fixture
def release(plan):
    found = release_plan(plan)
    settle()
    return found


@pytest.fixture
def organiser(client, event):
    user = User.objects.create_superuser("leitung@mainz.demo.invalid", "x")
    client.force_login(user)
    return client


@pytest.fixture
def url(event):
    return f"/veranstaltungen/{event.translation_key}/"


def add_people(desk, count):
    return [
        add_seat(
            add_participant(
                desk, f"Kim{number}", family_name=f"Beispiel{number:03}", affiliation="Stadt Musterhausen"
            )
        )
        for number in range(count)
    ]


def read(response) -> PdfReader:
    assert response.status_code == 200, response.status_code
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text_of(pdf: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)
