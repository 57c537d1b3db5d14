"""A mail server that listens, and letters to send to it."""

from __future__ import annotations

import pytest

from events.mailing.writing import Invitation, write_letter
from events.models import Letter
from tests.factories.events import add_desk, add_event, add_participant
from tests.wire.mail_server import serve_mail


@pytest.fixture
def server(settings):
    with serve_mail() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 5
        yield running


@pytest.fixture
def desk(section):
    return add_desk(add_event(section))


@pytest.fixture
def write(desk):
    """Writes a letter to somebody, by name."""

    def write(name: str = "Kim", occasion: str = "1", **options) -> Letter:
        person = desk.people.filter(given_name=name).first() or add_participant(desk, name)
        return write_letter(desk, person, "event_cancelled", occasion, **options)

    return write


@pytest.fixture
def invitation():
    return Invitation("REQUEST", "BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n".encode())
