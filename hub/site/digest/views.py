"""Subscribing to the digest, confirming, changing and ending it. No account is needed for any of it."""

from __future__ import annotations

from allauth.core.internal.ratelimit import consume
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from hub.municipalities.models import Body
from hub.site.digest import links, services
from hub.site.digest.forms import SubscribeForm, WishForm, initial_of_list, initial_of_wish
from hub.site.digest.models import Subscription
from hub.site.digest.wishes import Selection, Wish, put_in_words
from theme.topics import vocabulary_of

LIMITS = {"digest": "20/h/ip", "digest_address": "3/d/key"}
"""Requests by sender, and mails by address: a town hall has one address to the outside, a mailbox one
owner."""

ONE_CLICK = "List-Unsubscribe"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """The form. ``action`` ``search`` looks for bodies and keeps everything typed.

    The parameters of the list of contributions tick what it was filtered by.
    """
    if request.method != "POST":
        form = SubscribeForm(initial=initial_of_list(request.GET))
    elif _is_search(request):
        form = SubscribeForm(initial=_typed(request))
    else:
        form = SubscribeForm(request.POST)
        if form.is_valid():
            return _ask(request, form)
    return render(request, "site/digest/subscribe.html", {"form": form})


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next; the same for every address, known or not."""
    return render(request, "site/digest/sent.html", {"days": links.KEPT_FOR.days})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What is confirmed, and the button: opening the link changes nothing, since mail filters do."""
    try:
        asked = links.read_request(token)
    except links.Expired:
        return _gone(request, "expired", status=410)
    if asked is None:
        return _gone(request, "unknown", status=404)
    if request.method == "POST":
        held = services.confirm(asked, timezone.now())
        if held is None:
            return _gone(request, "ended")
        with translation.override(held.language):
            messages.success(request, _("Thank you, the digest is confirmed."))
        return redirect("site:digest-manage", links.manage_token(held))
    held = Subscription.objects.filter(key=asked.key).first()
    if held is None:
        return _gone(request, "ended")
    context = {"selection": _words(request, asked.wish), "held": held.confirmed is not None}
    if services.is_used(asked, held):
        context |= {"used": True, "token": links.manage_token(held)}
    return render(request, "site/digest/confirm.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """Other topics, regions, kinds, rhythm or language, by the link of each mail."""
    key = links.read_managed(token)
    if key is None:
        return _gone(request, "unknown", status=404)
    held = Subscription.objects.filter(key=key, confirmed__isnull=False).first()
    if held is None:
        return _gone(request, "ended")
    if request.method != "POST":
        form = WishForm(initial=initial_of_wish(Wish.of(held)))
    elif _is_search(request):
        form = WishForm(initial=_typed(request))
    else:
        form = WishForm(request.POST)
        if form.is_valid():
            if not services.change(key, form.wish):
                return _gone(request, "ended")
            messages.success(request, _("Your selection is saved. It holds from the next digest on."))
            return redirect("site:digest-manage", token)
    context = {"form": form, "end": links.unsubscribe_token(held), "address": _hint(held.email)}
    return render(request, "site/digest/manage.html", context)


@csrf_exempt  # mail programs press the button without cookies; the signed link is the permission
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End the digest (RFC 8058). Opening the link changes nothing, since mail filters open links too.

    Mail programs get an answer without redirect (RFC 8058 section 3.1).
    """
    key = links.read_unsubscribed(token)
    if key is None:
        return _gone(request, "unknown", status=404)
    if request.method == "POST":
        services.unsubscribe(key)
        if ONE_CLICK not in request.POST:
            return redirect("site:digest-unsubscribe", token)
    if not Subscription.objects.filter(key=key).exists():
        return _gone(request, "ended")
    return render(request, "site/digest/unsubscribe.html")


def _ask(request: HttpRequest, form: SubscribeForm) -> HttpResponse:
    """Send the mail that asks, unless too many were asked for; the answer is the same for every address."""
    address = form.cleaned_data["email"].strip().lower()
    if not consume(request, app="site", action="digest", config=LIMITS):
        form.add_error(None, _("Too many requests from your network. Please wait an hour and send it again."))
        return render(request, "site/digest/subscribe.html", {"form": form}, status=429)
    usage = consume(request, app="site", action="digest_address", config=LIMITS, key=address)
    if usage:
        try:
            services.ask(address, form.wish, timezone.now())
        except services.AddressRefused:
            form.add_error("email", _("The mail server takes no mail for this address. Is it spelt right?"))
        except services.NotSent:
            usage.rollback()
            words = _("The mail could not be sent just now. Please try again in a few minutes.")
            form.add_error(None, words)
        if form.errors:
            return render(request, "site/digest/subscribe.html", {"form": form})
    return redirect("site:digest-sent")


def _is_search(request: HttpRequest) -> bool:
    """Whether bodies are looked for. The return key presses this button even with nothing to look for."""
    return request.POST.get("action") == "search" and bool(request.POST.get("search", "").strip())


def _typed(request: HttpRequest) -> dict[str, object]:
    """Everything that was typed so far, for a form that is shown again without being checked."""
    data = request.POST
    lists = {name: data.getlist(name) for name in ("topics", "kinds", "regions", "bodies")}
    return {**lists, **{name: data.get(name, "") for name in ("email", "search", "rhythm", "language")}}


def _words(request: HttpRequest, wish: Wish) -> Selection:
    names = dict(Body.objects.filter(pk__in=wish.regions).values_list("key", "name"))
    return put_in_words(wish, vocabulary_of(request), names)


def _hint(email: str) -> str:
    """An address as its owner knows it again, and nobody else learns it from a forwarded mail."""
    local, _at, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"


def _gone(request: HttpRequest, why: str, status: int = 200) -> HttpResponse:
    """There is nothing behind the link: ``ended``, ``expired`` or ``unknown``."""
    return render(request, "site/digest/gone.html", {"why": why, "days": links.KEPT_FOR.days}, status=status)
