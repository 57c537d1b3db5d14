"""Erasing: nothing of an item stays here, and it never comes back."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Comment, Locale, Page, Revision

from hub.accounts.models import User
from hub.catalogue.erasing import erase, find_erasable
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, Mark, State
from hub.catalogue.settling import settle
from hub.env import env
from hub.errors import CannotErase
from tests.factories.pages import add_report, add_section
from tests.theme.entries import add_entry

pytestmark = pytest.mark.django_db
WORD = "Quittenmarmelade"


@pytest.fixture
def section():
    return add_section("mainz")


@pytest.fixture
def report(section):
    page = add_report(section, f"Bericht über {WORD}", goal=[("paragraph", f"<p>Mehr {WORD} für alle.</p>")])
    settle()
    return page


def object_id(page: Page) -> str:
    return f"{env.origin}/id/{page.translation_key}"


def everywhere(word: str) -> list[str]:
    """The tables in which a word stands, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return sorted(found)


def test_no_table_holds_a_word_of_it_afterwards(report):
    user = User.objects.create_user("a@b.example", "x")
    Comment.objects.create(page=report, user=user, text=WORD, contentpath="title")
    report.title = f"Neue {WORD}"
    report.save_revision(log_action=True).publish()
    locale, _created = Locale.objects.get_or_create(language_code="en")
    english = report.copy_for_translation(locale, copy_parents=True)
    english.title = f"{WORD} in English"
    english.save_revision().publish()
    settle()
    assert "catalogue_catalogueentry" in everywhere(WORD)
    erase(object_id(report))
    assert everywhere(WORD) == []
    assert not Page.objects.filter(translation_key=report.translation_key).exists()
    assert not Revision.objects.filter(object_id__in=[str(report.pk), str(english.pk)]).exists()


def test_entry_and_log_keep_that_it_was_there_and_no_more(report):
    before = Change.objects.get(object_id=object_id(report))
    change = erase(object_id(report))
    assert change is not None
    assert (change.type, change.revision, change.object_digest) == (ChangeType.ERASE, 2, "")
    assert (change.seq, change.prev_hash) == (before.seq + 1, before.hash)
    entry = CatalogueEntry.objects.get(object_id=object_id(report))
    assert (entry.state, entry.revision, entry.position) == (State.ERASED, 2, change.position)
    said = (entry.title, entry.summary, entry.body, entry.salt, entry.digest, entry.path, entry.card)
    assert json.dumps(said) == json.dumps(("", "", "", "", "", "", {}))


def test_what_peers_never_had_is_erased_without_a_word_to_them(section):
    page = add_report(section, WORD, audience="instance")
    settle()
    assert erase(object_id(page)) is None
    assert Change.objects.filter(object_id=object_id(page)).count() == 0
    assert everywhere(WORD) == []


def test_an_erased_item_never_comes_back(report, section, client):
    key = report.translation_key
    erase(object_id(report))
    again = add_report(section, "Wiedergänger", translation_key=key)
    settle()
    assert CatalogueEntry.objects.get(uuid=key).state == State.ERASED
    assert client.get(again.url).status_code == 404
    assert client.get(f"/id/{key}").status_code == 410
    assert not Mark.objects.exists()
    assert erase(object_id(report)) is None
    assert not Page.objects.filter(translation_key=key).exists()
    assert Change.objects.filter(object_id=object_id(report)).count() == 2


def test_pages_of_others_below_are_in_the_way(section, report):
    settle()
    with pytest.raises(CannotErase, match="Unter „Mainz“ stehen"):
        erase(object_id(section))
    assert Page.objects.filter(pk=section.pk, live=True).exists()
    assert Change.objects.filter(type=ChangeType.ERASE).count() == 0


def test_what_came_from_elsewhere_is_not_ours_to_erase():
    entry = add_entry(source="koblenz")
    with pytest.raises(CannotErase, match="ausblenden"):
        erase(str(entry.uuid))


def test_an_item_is_found_by_whatever_names_it(report):
    entry = CatalogueEntry.objects.get(uuid=report.translation_key)
    address = env.origin + entry.path
    for named in (entry.object_id, str(entry.uuid), entry.path, address, address + "?sprache=en"):
        assert find_erasable(named) == entry


@pytest.mark.parametrize("named", ["", "/gibt/es/nicht/", "https://elsewhere.example/id/x", "🦆", "0" * 400])
def test_what_names_nothing_is_refused(named):
    with pytest.raises(CannotErase):
        find_erasable(named)


def test_the_command_asks_first(report, monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda _: "nein")
    with pytest.raises(CommandError, match="nichts gelöscht"):
        call_command("erase", object_id(report))
    assert CatalogueEntry.objects.get(uuid=report.translation_key).state == State.LIVE
    monkeypatch.setattr("builtins.input", lambda _: "Löschen")
    call_command("erase", object_id(report))
    assert "endgültig" in capsys.readouterr().out
    assert CatalogueEntry.objects.get(uuid=report.translation_key).state == State.ERASED


def test_the_command_says_what_it_cannot_do():
    with pytest.raises(CommandError, match="kein Beitrag dieser Instanz"):
        call_command("erase", "/gibt/es/nicht/", "--yes")
