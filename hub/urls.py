"""All addresses, as the apps bring them."""

from __future__ import annotations

from django.http import Http404
from django.urls import include, path, re_path
from django.views.defaults import page_not_found
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from content.editorial.views import decide
from federation.activitypub.urls import fixed as fediverse
from hub.site import health
from hub.site.exports.urls import page_forms
from hub.site.languages import serve_page
from hub.site.views import entrance

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    # Wagtail's own sign-in pages would be a second door, past mail confirmation and rate limits.
    path("admin/login/", entrance),
    path("_util/login/", entrance),
    # Wagtail's statistics of page types name the newest draft of each, whosever it is.
    re_path(r"^admin/reports/page-types-usage/", page_not_found, {"exception": Http404()}),
    # Wagtail's own answers with a fault where an answer is missing.
    path("admin/pages/workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/", decide),
    path("admin/", include(wagtailadmin_urls)),
    path("konto/", include("hub.accounts.urls")),
    path("konto/", include("federation.members.urls")),
    path("konto/", include("allauth.urls")),
    path("", include("allauth.idp.urls")),
    path("federation/", include("federation.urls")),
    *fediverse,
    path("", include("hub.site.urls")),
    path("", include("hub.site.files")),
    path("", include("hub.site.uploads")),
    path("", include("search.urls")),
    path("", include("events.urls")),
    path("", include("content.urls")),
    *page_forms,
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
]

handler404 = "hub.site.errors.not_found"
