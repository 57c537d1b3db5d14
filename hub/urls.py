"""All addresses, as the apps bring them."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from hub.site import health

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    # Wagtail's own sign-in pages would be a second door, past mail confirmation and rate limits.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/", include(wagtailadmin_urls)),
    path("konto/", include("hub.accounts.urls")),
    path("konto/", include("allauth.urls")),
    path("", include("allauth.idp.urls")),
    path("federation/", include("federation.urls")),
    path("", include("hub.site.urls")),
    path("", include("hub.site.files")),
    path("", include("hub.site.uploads")),
    path("", include("search.urls")),
    path("", include("events.urls")),
    path("", include(wagtail_urls)),
]

handler404 = "hub.site.errors.not_found"
