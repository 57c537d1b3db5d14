"""Trying to see, set up, change and delete the webhooks of A."""

from __future__ import annotations

from hub.site.webhooks import services
from hub.site.webhooks.models import Webhook
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

URL = "https://intranet.example/hook"


@probe("Webhooks der eigenen Kommune sehen")
def see_all(world: World, caller: str, case: Case) -> str:
    response = world.look(caller, "/mein/webhooks/")
    return refusal(response) or granted(really=response.status_code == 200)


@probe("Webhook von A einrichten")
def set_up(world: World, caller: str, case: Case) -> str:
    data = {"body": world.bodies["A"].pk, "name": "Intranet", "url": URL, "scope": "all"}
    response = world.people[caller].post("/mein/webhooks/neu/", data)
    return _effect(response, done=Webhook.objects.exists())


@probe("Protokoll eines Webhooks von A sehen")
def see_log(world: World, caller: str, case: Case) -> str:
    response = world.look(caller, f"/mein/webhooks/{_webhook(world).pk}/")
    return refusal(response) or granted(really="whsec_" in response.content.decode())


@probe("Webhook von A ändern")
def change(world: World, caller: str, case: Case) -> str:
    webhook = _webhook(world)
    data = {"name": "Anders", "url": URL, "scope": "all"}
    response = world.people[caller].post(f"/mein/webhooks/{webhook.pk}/aendern/", data)
    return _effect(response, done=Webhook.objects.get().name == "Anders")


@probe("Webhook von A abschalten")
def switch_off(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post(f"/mein/webhooks/{_webhook(world).pk}/aus/")
    return _effect(response, done=bool(Webhook.objects.get().off))


@probe("Nachricht eines Webhooks von A erneut senden")
def send_again(world: World, caller: str, case: Case) -> str:
    message = services.try_out(_webhook(world))
    message.state, message.due = "failed", None
    message.save()
    response = world.people[caller].post(f"/mein/webhooks/{message.webhook_id}/nachricht/{message.pk}/")
    message.refresh_from_db()
    return _effect(response, done=message.state == "waiting")


@probe("Webhook von A löschen")
def delete(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post(f"/mein/webhooks/{_webhook(world).pk}/loeschen/")
    return _effect(response, done=not Webhook.objects.exists())


def _webhook(world: World) -> Webhook:
    webhook = Webhook(body=world.bodies["A"], name="Intranet", url=URL)
    services.begin(webhook)
    return webhook


def _effect(response: object, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)
