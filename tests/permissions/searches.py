"""Trying to read by saved searches and feeds of searches, and to get at those of others."""

from __future__ import annotations

import datetime as dt

from django.core import mail
from django.utils import timezone

from hub.accounts.models import User
from hub.site.searches.models import Rhythm, SavedSearch
from hub.site.searches.sending import send_found
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import CODES, COMMON, World


@probe("im Feed einer Suche finden")
def find_in_feed(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    found = [
        item.word in world.text(caller, f"/suche/feed.{form}?q={COMMON}&art={CODES[case.kind]}")
        for form in ("atom", "json")
    ]
    assert len(set(found)) == 1, "one form tells more than the other"
    return granted(really=found[0])


@probe("als neuen Treffer per Mail bekommen")
def get_by_mail(world: World, caller: str, case: Case) -> str:
    item, user = world.item(case), world.people[caller].user
    mail.outbox.clear()
    if user is not None:
        _save(user, f"q={item.word}")
        send_found(timezone.now())
    return granted(really=any(item.word in message.body.partition("http")[0] for message in mail.outbox))


@probe("eine Suche speichern")
def save(world: World, caller: str, case: Case) -> str:
    data = {"query": "q=Parken", "name": "Parken", "rhythm": "weekly"}
    response = world.people[caller].post("/mein/suchen/neu/", data)
    return _effect(response, done=SavedSearch.objects.exists())


@probe("die eigene gespeicherte Suche ändern")
def change_own(world: World, caller: str, case: Case) -> str:
    search = _save(world.people[caller].user or _somebody())
    data = {"name": "Anders", "rhythm": "none"}
    response = world.people[caller].post(f"/mein/suchen/{search.pk}/", data)
    return _effect(response, done=SavedSearch.objects.get().name == "Anders")


@probe("die eigene gespeicherte Suche löschen")
def delete_own(world: World, caller: str, case: Case) -> str:
    search = _save(world.people[caller].user or _somebody())
    response = world.people[caller].post(f"/mein/suchen/{search.pk}/loeschen/")
    return _effect(response, done=not SavedSearch.objects.exists())


@probe("das eigene Löschen zurücknehmen")
def restore_own(world: World, caller: str, case: Case) -> str:
    search = _save(world.people[caller].user or _somebody())
    world.people[caller].post(f"/mein/suchen/{search.pk}/loeschen/")
    SavedSearch.objects.all().delete()
    response = world.people[caller].post("/mein/suchen/zurueckholen/")
    return _effect(response, done=SavedSearch.objects.exists())


@probe("die gespeicherte Suche einer anderen Person ansehen")
def see_others(world: World, caller: str, case: Case) -> str:
    search = _save(_somebody())
    listed = world.people[caller].get("/mein/suchen/")
    assert "Geheimes" not in listed.content.decode(), "the list shows searches of others"
    response = world.look(caller, f"/mein/suchen/{search.pk}/")
    assert "Geheimes" not in response.content.decode()
    return refusal(response) or granted(really=True)


@probe("die gespeicherte Suche einer anderen Person löschen")
def delete_others(world: World, caller: str, case: Case) -> str:
    search = _save(_somebody())
    response = world.people[caller].post(f"/mein/suchen/{search.pk}/loeschen/")
    return _effect(response, done=not SavedSearch.objects.exists())


def _somebody() -> User:
    return User.objects.create_user("jemand@anderswo.example", "geheim-und-lang")


def _save(user: User, query: str = "q=Geheimes") -> SavedSearch:
    last_year = timezone.now() - dt.timedelta(days=365)
    return SavedSearch.objects.create(
        user=user, name="Geheimes", query=query, rhythm=Rhythm.DAILY, sent_until=last_year
    )


def _effect(response: object, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)
