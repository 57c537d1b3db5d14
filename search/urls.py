"""Addresses of site search and answers."""

from __future__ import annotations

from django.urls import path

from search import views
from search.answers import file_views, how
from search.answers import views as answers

urlpatterns = [
    path("suche/", views.results, name="search"),
    path("suche/vorschlaege", views.suggestions, name="search-suggestions"),
    path("fragen/", answers.answers, name="answers"),
    path("fragen/antwort", answers.phrased, name="answers-phrased"),
    path("fragen/rueckmeldung", answers.feedback, name="answers-feedback"),
    path("fragen/so-funktioniert-es/", how.how_it_works, name="answers-how"),
    path("fragen/verzeichnis.json", how.register_entry, name="answers-register"),
    path(
        "fragen/datei/<uuid:key>/<str:hexadecimal>/<int:number>/", file_views.file_page, name="answers-file"
    ),
]
