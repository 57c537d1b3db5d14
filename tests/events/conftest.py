"""A body's section and an event with a programme in it."""

from __future__ import annotations

import json

import pytest
from django.utils.dateparse import parse_datetime
from wagtail.models import Locale, Page, Site

from content.models import BodyPage
from events.models import EventPage
from hub.municipalities.models import Body
from hub.site.models import HomePage

SLOT = "7d2f1c1e-58a5-4a51-9a43-7a3f1a2f9b10"


@pytest.fixture
def section(db):
    german, _ = Locale.objects.get_or_create(language_code="de")
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Start", slug="start", locale=german))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    body, _ = Body.objects.get_or_create(key="07315000", defaults={"name": "Mainz", "kind": "city"})
    return home.add_child(instance=BodyPage(title="Mainz", slug="mainz", body=body, summary="Mainz."))


def slots(**changes: str) -> str:
    value = {
        "title": "Auftakt",
        "starts": "2027-03-12T09:00:00+01:00",
        "ends": "2027-03-12T10:00:00+01:00",
        "room": "Saal",
        "hosts": "Geschäftsstelle, Mainz\nTeam, Trier",
        "summary": "Regeln; dann, los.",
    }
    return json.dumps([{"type": "slot", "value": {**value, **changes}, "id": SLOT}])


@pytest.fixture
def event(section):
    page = EventPage(
        title="Barcamp",
        summary="Ein Tag Austausch.",
        starts=parse_datetime("2027-03-12T08:15:00+01:00"),
        ends=parse_datetime("2027-03-12T17:00:00+01:00"),
        location="Digital Hub",
        address="Taunusstraße 59, 55118 Mainz",
        topics=["ikz"],
        slots=slots(),
        live=False,
    )
    section.add_child(instance=page)
    page.save_revision().publish()
    return EventPage.objects.get(pk=page.pk)
