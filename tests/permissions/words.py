"""Trying to see and change words and synonyms of the search."""

from __future__ import annotations

from search.models import LexiconWord, SynonymGroup
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

PAGES = "/admin/suche/woerter"
WORD = {"word": "Bürgerkoffer", "parts": "Bürger|koffer", "note": ""}
GROUP = {"spellings": "Bürgerkoffer\nmobiles Bürgerbüro", "note": ""}


@probe("ausprobieren, wie die Suche etwas versteht")
def try_out(world: World, caller: str, case: Case) -> str:
    response = world.look(caller, f"{PAGES}/?q=Kitaplatzvergabe")
    return refusal(response) or granted(really="kita · platz · vergab" in response.content.decode())


@probe("Wort der Suche ergänzen")
def add_word(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post(f"{PAGES}/liste/new/", WORD)
    return _effect(response, done=LexiconWord.objects.exists())


@probe("Wort der Suche ändern")
def change_word(world: World, caller: str, case: Case) -> str:
    word = LexiconWord.objects.create(word="Bürgerkoffer")
    response = world.people[caller].post(f"{PAGES}/liste/edit/{word.pk}/", WORD)
    return _effect(response, done=LexiconWord.objects.get().parts == "Bürger|koffer")


@probe("Wort der Suche löschen")
def delete_word(world: World, caller: str, case: Case) -> str:
    word = LexiconWord.objects.create(word="Bürgerkoffer")
    response = world.people[caller].post(f"{PAGES}/liste/delete/{word.pk}/")
    return _effect(response, done=not LexiconWord.objects.exists())


@probe("Synonyme ergänzen")
def add_group(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post(f"{PAGES}/synonyme/new/", GROUP)
    return _effect(response, done=SynonymGroup.objects.exists())


@probe("Synonyme ändern")
def change_group(world: World, caller: str, case: Case) -> str:
    group = SynonymGroup.objects.create(spellings="Bürgerkoffer\nRathauskoffer")
    response = world.people[caller].post(f"{PAGES}/synonyme/edit/{group.pk}/", GROUP)
    return _effect(response, done=SynonymGroup.objects.get().spellings == GROUP["spellings"])


@probe("Synonyme löschen")
def delete_group(world: World, caller: str, case: Case) -> str:
    group = SynonymGroup.objects.create(spellings=GROUP["spellings"])
    response = world.people[caller].post(f"{PAGES}/synonyme/delete/{group.pk}/")
    return _effect(response, done=not SynonymGroup.objects.exists())


@probe("Wörter und Synonyme herunterladen")
def write_out(world: World, caller: str, case: Case) -> str:
    LexiconWord.objects.create(word="Bürgerkoffer")
    response = world.look(caller, f"{PAGES}.txt")
    return refusal(response) or granted(really="Bürgerkoffer" in response.content.decode())


@probe("Wörter und Synonyme einlesen")
def read_in(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].post(f"{PAGES}/einlesen/", {"text": "Bürger|koffer"})
    return _effect(response, done=LexiconWord.objects.exists())


def _effect(response: object, *, done: bool) -> str:
    refused = refusal(response)
    assert not (refused and done), "it was refused and done all the same"
    return refused or granted(really=done)
