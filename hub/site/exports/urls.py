"""Addresses of documents in other forms.

Those of pages could be any address at all, so they are asked last: see ``page_forms`` in ``hub/urls.py``.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from hub.site.exports import views


class FormConverter(StringConverter):
    """The ending of an address: a form there is."""

    regex = "md|json|pdf"


class PageConverter(StringConverter):
    """The address of a page without its last slash; the signs are those of Wagtail's slugs."""

    regex = r"[\w-]+(?:/[\w-]+)*"


register_converter(FormConverter, "form")
register_converter(PageConverter, "page")

urlpatterns: list[URLPattern | URLResolver] = [
    path("id/<uuid:key>.<form:form>", views.form_by_id),
    path("id/<uuid:key>.ris", views.citation, name="citation"),
    path("von/<str:source>/<uuid:key>.<form:form>", views.form_of_received),
    path("von/<str:source>/<uuid:key>/<str:slug>.<form:form>", views.form_of_received),
]
page_forms = [path("<page:path>.<form:form>", views.form_of_page)]
