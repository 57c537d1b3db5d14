"""Addresses of reports, in the site's namespace."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from hub.site.digest.newsletter_views import newsletter
from hub.site.reports import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.start, name="reports"),
    path("newsletter/", newsletter, name="newsletter"),
    path("reichweite/", views.reach, name="report-reach"),
    path("reichweite.pdf", views.reach, {"form": views.PDF}, name="report-reach-pdf"),
    path("reichweite.csv", views.reach, {"form": views.CSV}, name="report-reach-csv"),
    path("fortschritt/", views.progress, name="report-progress"),
    path("fortschritt.pdf", views.progress, {"form": views.PDF}, name="report-progress-pdf"),
    path("fortschritt.csv", views.progress, {"form": views.CSV}, name="report-progress-csv"),
    path("verantwortung/", views.responsibilities, name="report-responsibilities"),
    path(
        "verantwortung.csv",
        views.responsibilities,
        {"form": views.CSV},
        name="report-responsibilities-csv",
    ),
]
