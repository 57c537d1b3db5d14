"""What somebody with a seat in a series is told of when it is."""

from __future__ import annotations

import json

from django.urls import reverse

from events.people import write_token
from tests.factories.events import add_participant, add_seat


def test_it_says_the_next_date_that_takes_place(client, desk, dates):
    person = add_participant(desk)
    add_seat(person)
    address = reverse("events:participation", args=[write_token(person)])
    assert f"Nächster Termin: {dates[3].when}" in client.get(address).content.decode()
    cancelled = {"type": "cancelled", "value": {"day": dates[3].day.isoformat()}}
    desk.event.recurrence_exceptions = json.dumps([cancelled])
    desk.event.save()
    assert f"Nächster Termin: {dates[4].when}" in client.get(address).content.decode()
