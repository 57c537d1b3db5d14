"""Addresses of statements, in the site's namespace."""

from __future__ import annotations

from django.urls import path

from hub.site.statements import own_views, views

urlpatterns = [
    path("nachnutzung/<uuid:key>/", views.adopters, name="adopters"),
    path("nachnutzung/<uuid:key>/erklaeren/", views.adopt, name="adopt"),
    path("gegenlesen/<uuid:key>/", views.check, name="check"),
    path("mitherausgabe/<uuid:key>/", views.co_publish, name="co-publish"),
    path("erklaerungen/", own_views.statements, name="statements"),
    path("erklaerungen/<uuid:key>/<str:action>/", own_views.act, name="statement"),
]
