"""``/mein/webhooks/``: what the coordination of a body sets up, and what became of each message."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hub.accounts.models import Role, User
from hub.accounts.roles import roles_of
from hub.accounts.views.people import for_people
from hub.municipalities.models import Body
from hub.site.webhooks import services
from hub.site.webhooks.forms import WebhookForm
from hub.site.webhooks.models import Delivery, Webhook

PER_PAGE = 50


@for_people
def webhooks(request: HttpRequest, user: User) -> HttpResponse:
    """All webhooks of the bodies somebody coordinates."""
    bodies = _bodies_of(user)
    found = Webhook.objects.filter(body__in=bodies).select_related("body")
    return render(request, "site/webhooks/list.html", {"webhooks": found, "bodies": bodies})


@for_people
def new_webhook(request: HttpRequest, user: User) -> HttpResponse:
    """Set one up."""
    form = WebhookForm(request.POST or None, bodies=_bodies_of(user))
    if request.method == "POST" and form.is_valid():
        webhook = form.save(commit=False)
        services.begin(webhook)
        messages.success(request, _("The webhook is set up. Send a trial message to see whether it arrives."))
        return redirect("site:webhook", webhook.pk)
    return render(request, "site/webhooks/form.html", {"form": form})


@for_people
def webhook(request: HttpRequest, user: User, key: uuid.UUID) -> HttpResponse:
    """One webhook: how it stands, its secret, and the log of its messages."""
    found = _find(user, key)
    page = Paginator(found.deliveries.order_by("-created", "pk"), PER_PAGE).get_page(request.GET.get("seite"))
    return render(request, "site/webhooks/webhook.html", {"webhook": found, "page": page})


@for_people
def edit_webhook(request: HttpRequest, user: User, key: uuid.UUID) -> HttpResponse:
    """Change where it goes and of what it tells."""
    found = _find(user, key)
    form = WebhookForm(request.POST or None, instance=found, bodies=_bodies_of(user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your changes are saved."))
        return redirect("site:webhook", found.pk)
    return render(request, "site/webhooks/form.html", {"form": form, "webhook": found})


@require_POST
@for_people
def press(request: HttpRequest, user: User, key: uuid.UUID, action: str) -> HttpResponse:
    """What the buttons of a webhook do."""
    found = _find(user, key)
    if action not in ACTIONS:
        raise Http404
    verb, done = ACTIONS[action]
    verb(found)
    messages.success(request, done())
    return redirect("site:webhook", found.pk)


@for_people
def delete_webhook(request: HttpRequest, user: User, key: uuid.UUID) -> HttpResponse:
    """Ask, then delete it with its log."""
    found = _find(user, key)
    if request.method == "POST":
        found.delete()
        messages.success(request, _("The webhook is deleted."))
        return redirect("site:webhooks")
    return render(request, "site/webhooks/delete.html", {"webhook": found})


@require_POST
@for_people
def send_again(request: HttpRequest, user: User, key: uuid.UUID, message: uuid.UUID) -> HttpResponse:
    """Send one message once more."""
    services.send_again(get_object_or_404(Delivery, pk=message, webhook=_find(user, key)))
    messages.success(request, _("The message is sent again."))
    return redirect("site:webhook", key)


ACTIONS: dict[str, tuple[Callable[[Webhook], object], Callable[[], str]]] = {
    "probe": (services.try_out, lambda: _("A trial message is on its way. Reload this page in a moment.")),
    "ein": (services.switch_on, lambda: _("The webhook is switched on.")),
    "aus": (services.switch_off, lambda: _("The webhook is switched off.")),
    "schluessel": (
        services.renew_secret,
        lambda: _("There is a new secret. Enter it in the other system: the old one is no longer used."),
    ),
}


def _bodies_of(user: User) -> list[Body]:
    """The bodies somebody coordinates, all that have roles for the operators; 404 without any."""
    if user.is_superuser:
        bodies = list(Body.objects.filter(roles__isnull=False).distinct().order_by("name"))
    else:
        bodies = [row.body for row in roles_of(user) if row.role == Role.COORDINATOR]
    if not bodies:
        raise Http404
    return bodies


def _find(user: User, key: uuid.UUID) -> Webhook:
    return get_object_or_404(Webhook.objects.select_related("body"), pk=key, body__in=_bodies_of(user))
