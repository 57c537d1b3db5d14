"""Addresses of events: calendars, and what their visitors and organisers do; mounted at the root."""

from __future__ import annotations

from django.urls import include, path

from events.calendars.urls import urlpatterns as calendars
from events.grid.urls import urlpatterns as grid
from events.office.urls import urlpatterns as office
from events.planning.urls import urlpatterns as planning
from events.printing.urls import urlpatterns as printing
from events.proposing.urls import urlpatterns as proposing
from events.registering.urls import urlpatterns as registering

app_name = "events"
urlpatterns = [
    *calendars,
    path("veranstaltungen/", include([*registering, *proposing, *planning, *grid, *office, *printing])),
]
