"""What pages of signing in say: where it goes on, what is told, whom to write to."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import parse_qs, urlsplit

from allauth.idp.oidc.models import Client
from django import forms, template
from django.conf import settings
from django.template import Context

from hub.accounts.authorization import AUTHORIZE
from hub.accounts.identity_provider import SCOPE

register = template.Library()

ORDER = ("profile", "email", SCOPE, "openid")


@register.simple_tag(takes_context=True)
def going_on_at(context: Context) -> str:
    """The name of the hub for which somebody signs in here, empty if for none; one query if there is one."""
    request = context["request"]
    parts = urlsplit(request.POST.get("next") or request.GET.get("next") or "")
    if parts.path != AUTHORIZE:
        return ""
    asking = parse_qs(parts.query).get("client_id", [""])[0]
    return str(Client.objects.filter(pk=asking).values_list("name", flat=True).first() or "")


@register.filter
def asked_scopes(form: forms.Form) -> list[tuple[str, str]]:
    """What another hub asks to be told, as (scope, words): the person first, the number last."""
    choices: Iterable[tuple[str, str]] = form.fields["scopes"].choices  # type: ignore[attr-defined]  # has them
    pairs = [(scope, str(words)) for scope, words in choices]
    return sorted(pairs, key=lambda pair: ORDER.index(pair[0]) if pair[0] in ORDER else len(ORDER))


@register.filter
def grouped(text: str) -> str:
    """A key or code in groups of four, as it is read and typed."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


@register.simple_tag
def operators_address() -> str:
    """The address to write to the operators of this hub."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
