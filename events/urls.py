"""Addresses of events: calendars, and what their visitors and organisers do; mounted at the root."""

from __future__ import annotations

from django.urls import include, path

from events.calendars.urls import urlpatterns as calendars
from events.circles.urls import urlpatterns as circles
from events.door.urls import urlpatterns as door
from events.formats.urls import public as formats
from events.formats.urls import urlpatterns as formats_of_events
from events.grid.urls import urlpatterns as grid
from events.live.urls import urlpatterns as live
from events.noting.urls import urlpatterns as noting
from events.office.urls import urlpatterns as office
from events.planning.urls import urlpatterns as planning
from events.printing.urls import urlpatterns as printing
from events.proposing.urls import urlpatterns as proposing
from events.registering.urls import urlpatterns as registering
from events.results.urls import urlpatterns as results
from events.stage.urls import urlpatterns as stage

app_name = "events"
urlpatterns = [
    *calendars,
    *circles,
    *formats,
    path(
        "veranstaltungen/",
        include(
            [
                *registering,
                *proposing,
                *planning,
                *grid,
                *live,
                *noting,
                *office,
                *printing,
                *stage,
                *results,
                *door,
                *formats_of_events,
            ]
        ),
    ),
]
