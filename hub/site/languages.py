"""Languages at the site's door: pages are found in one tree, and readers choose what they read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language
from wagtail.models import Page
from wagtail.views import serve

ROUTE = "_wagtail_route_for_request"
"""Where Wagtail keeps the page it has found for a request."""


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page, found by its address among the German ones, then among the translations.

    Wagtail alone looks in the tree of the reader's language, where what is not translated is missing.
    """
    for tag, _ in settings.LANGUAGES:
        vars(request).pop(ROUTE, None)
        with translation.override(tag):
            if Page.route_for_request(request, path) is not None:
                break
    response: HttpResponse = serve(request, path)
    return response


# A token would set a cookie for each visitor and make each copy of a page another. What is sent here
# changes nothing but the language this browser is shown.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep a language of the interface, or of texts alone such as ``de-simple``, and lead back."""
    response: HttpResponse = set_language(request)
    return response
