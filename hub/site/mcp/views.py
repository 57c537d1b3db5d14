"""``/mcp``: the address that assistants are given."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from hub.env import env
from hub.site.api.answering import interface_language
from hub.site.tokens.callers import KeyRefused, TooManyWrong, caller_of
from search.answers.limiting import WAIT_SECONDS


@csrf_exempt  # no cookie is read here: who asks is said by a key alone
def serve(request: HttpRequest) -> HttpResponse:
    """One message of the Model Context Protocol. Without sessions there is nothing to stream or to end."""
    with translation.override(interface_language(request)):
        response = _answer(request)
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        told = _("Here assistants ask (Model Context Protocol). How: %(page)s")
        return _refuse(told % {"page": f"{env.origin}/api/#fragen"}, 405, Allow="POST")
    try:
        caller = caller_of(request)
    except KeyRefused:
        told = _("Ask without the key for what is public, or make a new one under /mein/schluessel/.")
        return _refuse(told, 401, **{"WWW-Authenticate": 'Bearer realm="wissenshub", error="invalid_token"'})
    except TooManyWrong:
        return _refuse(_("Wait a minute, then ask again."), 429, **{"Retry-After": str(WAIT_SECONDS)})
    # The package takes 50 MB and a second, which only hubs that are asked so are to pay.
    from hub.site.mcp.bridge import answer
    from hub.site.mcp.server import Desk

    return answer(Desk(request, caller))


def _refuse(told: str, status: int, **headers: str) -> HttpResponse:
    """A JSON-RPC error that belongs to no message."""
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": told}}
    return JsonResponse(error, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})
