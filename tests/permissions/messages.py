"""Trying to ask another body, to read and answer its messages, and to send one as another instance."""

from __future__ import annotations

from typing import Any

from content.models import QuestionPage
from hub.catalogue.models import CatalogueEntry
from hub.documents import canonical
from hub.messages.models import Message, MessageType
from tests.factories.messages import add_answer, add_request, prove, write_letter
from tests.permissions.callers import _forge
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World
from tests.wire.foreign import KOBLENZ

WORDS = {"text": "Wie lange hat es gedauert?", "role": "Amt 15", "reply_to": "amt15@hub.demo.invalid"}


def _entry(world: World, place: str) -> CatalogueEntry:
    return CatalogueEntry.objects.get(uuid=world.items["Bericht", place, "öffentlich"].uuid)


def _asked(world: World, case: Case) -> Message:
    """What the peer's body has asked one of the bodies here."""
    return add_request(_entry(world, case.place), KOBLENZ, origin=world.peer.origin)


@probe("Frage zu einem Beitrag öffnen")
def open_form(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(f"/interesse/{world.item(case).uuid}/")
    return refusal(response) or granted(really=response.status_code == 200)


@probe("für A nach einem Beitrag fragen")
def ask(world: World, caller: str, case: Case) -> str:
    entry, own = _entry(world, case.place), world.bodies["A"]
    response = world.people[caller].post(f"/interesse/{entry.uuid}/", {"body": own.pk, **WORDS})
    return _effect(response, done=Message.objects.filter(sender=own.pk).exists())


@probe("für A der Community eine Frage stellen")
def ask_community(world: World, caller: str, case: Case) -> str:
    """The page of another body, which is there for all, is asked in the name of A."""
    own, page = world.bodies["A"], world.items["Kommune", case.place, "öffentlich"]
    data = {**WORDS, "question": "Wie lange hat es gedauert?", "to": page.uuid, "body": own.pk}
    response = world.people[caller].post("/fragen/an-die-community/", {**data, "action": "send"})
    return _effect(response, done=Message.objects.filter(sender=own.pk, type=MessageType.QUESTION).exists())


@probe("aus einer beantworteten Frage einen Entwurf anlegen")
def draft_answer(world: World, caller: str, case: Case) -> str:
    first = _asked(world, case)
    Message.objects.filter(pk=first.pk).update(type=MessageType.QUESTION)
    add_answer(first)
    response = world.people[caller].post(f"/nachrichten/{first.pk}/beitrag/")
    return _effect(response, done=QuestionPage.objects.filter(asked_in=first.pk).exists())


@probe("Nachricht in der Liste sehen")
def see(world: World, caller: str, case: Case) -> str:
    key = str(_asked(world, case).pk)
    response = world.people[caller].get("/nachrichten/")
    return refusal(response) or granted(really=key in response.content.decode())


@probe("Nachricht lesen")
def read(world: World, caller: str, case: Case) -> str:
    first = _asked(world, case)
    response = world.people[caller].get(f"/nachrichten/{first.pk}/")
    told = first.text in response.content.decode()
    assert not (refusal(response) and told)
    return refusal(response) or granted(really=told)


@probe("auf eine Nachricht antworten")
def answer(world: World, caller: str, case: Case) -> str:
    first = _asked(world, case)
    response = world.people[caller].post(f"/nachrichten/{first.pk}/", {"action": "answer", **WORDS})
    done = Message.objects.filter(thread=first.pk, type=MessageType.ANSWER).exists()
    return _effect(response, done=done)


@probe("eine Anfrage abschließen")
def close(world: World, caller: str, case: Case) -> str:
    first = _asked(world, case)
    add_answer(first)
    response = world.people[caller].post(f"/nachrichten/{first.pk}/", {"action": "close", **WORDS})
    done = Message.objects.filter(thread=first.pk, type=MessageType.CLOSING).exists()
    return _effect(response, done=done)


@probe("Nachricht senden")
def post(world: World, caller: str, case: Case) -> str:
    """A letter of the sender, for a body it was approved for, about a contribution of A."""
    return _post(world, caller, KOBLENZ)


@probe("Nachricht einer fremden Kommune senden")
def post_foreign(world: World, caller: str, case: Case) -> str:
    return _post(world, caller, world.bodies["B"].pk)


def _post(world: World, caller: str, sender: str) -> str:
    knocking = world.hubs[caller]
    hub = knocking.hub or world.peer
    body = canonical(prove(hub, write_letter(hub, _entry(world, "A"), sender=sender)))
    headers = knocking.hub.sign("POST", "/federation/messages", body) if knocking.hub else {}
    response = knocking.client.post(
        "/federation/messages",
        data=body,
        content_type="application/json",
        headers=_forge(headers) if knocking.forged else headers,
    )
    held = Message.objects.filter(sender=sender).exists()
    assert not (refusal(response) and held)
    return refusal(response) or granted(really=held)


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    form = response.context.get("form") if response.context is not None else None
    # A form that lacks something would pass for a refusal; a body that is not theirs to choose is one.
    assert not getattr(form, "errors", None) or set(form.errors) == {"body"}, form.errors
    return "ja" if done else refused or "nein"
