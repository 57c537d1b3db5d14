"""Addresses of the site's own pages."""

from __future__ import annotations

from django.urls import include, path

from hub.site import views
from hub.site.adapting.views import adapt_document
from hub.site.api.urls import urlpatterns as api
from hub.site.bodies import views as bodies
from hub.site.collecting.urls import urlpatterns as collecting
from hub.site.digest.urls import urlpatterns as digest
from hub.site.exports.urls import urlpatterns as exports
from hub.site.feeds.urls import urlpatterns as feeds
from hub.site.languages import choose_language
from hub.site.mcp.views import serve
from hub.site.messages.urls import urlpatterns as messages
from hub.site.personal.urls import urlpatterns as personal
from hub.site.questions.urls import urlpatterns as questions
from hub.site.reports.urls import urlpatterns as reports
from hub.site.searches.urls import urlpatterns as searches
from hub.site.similar.urls import urlpatterns as similar
from hub.site.statements.urls import urlpatterns as statements
from hub.site.tokens.urls import urlpatterns as tokens
from hub.site.webhooks.urls import urlpatterns as webhooks

app_name = "site"

urlpatterns = [
    path("wissen/", views.knowledge, name="knowledge"),
    path("termine/", views.events, name="events"),
    path("kommunen/", bodies.municipalities, name="municipalities"),
    path("kommunen/<str:key>/", bodies.body, name="body"),
    path("mein/", include(personal)),
    path("", include(statements)),
    path("", include(messages)),
    path("", include(questions)),
    path("aehnlich/", include(similar)),
    path("mein/", include(webhooks)),
    path("mein/", include(tokens)),
    path("", include(searches)),
    path("sammlung/", include(collecting)),
    path("rundbrief/", include(digest)),
    path("berichte/", include(reports)),
    path("api/", include(api)),
    path("mcp", serve, name="mcp"),
    path("", include(feeds)),
    path("", include(exports)),
    path("von/<str:source>/<uuid:key>/", views.received),
    path("von/<str:source>/<uuid:key>/<str:slug>/", views.received, name="received"),
    path("id/<uuid:key>", views.by_id, name="by-id"),
    path("uebernehmen/<uuid:key>/", adapt_document, name="adapt"),
    path("sprache/", choose_language, name="language"),
    path("impressum/", views.legal_notice, name="legal-notice"),
    path("datenschutz/", views.privacy, name="privacy"),
    path("barrierefreiheit/", views.accessibility, name="accessibility"),
]
