"""Mails of saved searches: what is new, for whom and when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from wagtail.users.models import UserProfile

from hub.accounts.models import Role, User
from hub.catalogue import overlay
from hub.catalogue.models import CatalogueEntry, Change, ChangeType, Cursor
from hub.documents import Audience
from hub.env import env
from hub.site.searches.models import Rhythm
from hub.site.searches.sending import send_found
from tests.factories.people import add_person
from tests.search.catalogue import KOBLENZ, let_follow, make_document, publish, store, withdraw
from tests.site.saved_searches import BEFORE, MONDAY, NEXT_MONDAY, TUESDAY, save, titles
from tests.theme.entries import add_bodies

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bodies() -> None:
    add_bodies()


@pytest.fixture
def user() -> User:
    return add_person("erika@koblenz.example")


def log_change(entry: CatalogueEntry, position: int) -> None:
    """A publication of the entry in the log, at that position."""
    Change.objects.create(
        position=position, origin=entry.origin, epoch=1, seq=position, hash="h", revision=1,
        object_id=entry.object_id, type=ChangeType.PUBLISH, object_digest="d", created=BEFORE,
    )  # fmt: skip


def test_a_mail_says_what_is_new_and_where_all_of_it_is(user: User) -> None:
    held = save(user)
    entry = publish(
        make_document(
            "Wallboxen am Rathaus", "Öffentliche Wallboxen.", summary="Kurz.", publishers=(KOBLENZ,)
        )
    )
    publish(make_document("Kitaplätze", "Zentral vergeben."))
    assert send_found(MONDAY) == 1
    (message,) = mail.outbox
    assert message.to == ["erika@koblenz.example"]
    assert message.subject == "Wissenshub Mainz: 1 neuer Treffer für „Wallboxen“"
    assert message.body.startswith("1 neuer Treffer für Ihre gespeicherte Suche „Wallboxen“ im Wissenshub:\n")
    assert (
        f"* Wallboxen am Rathaus\n  Erfahrungsbericht – Koblenz\n  Kurz.\n  {env.origin}/id/{entry.uuid}\n"
    ) in message.body
    assert f"{env.origin}/suche/?q=Wallbox&sortierung=neu" in message.body
    assert f"{env.origin}/mein/suchen/{held.pk}/" in message.body
    assert "\n\n\n" not in message.body
    held.refresh_from_db()
    assert (held.told, held.sent_until) == (Cursor.objects.get(consumer="search").position, MONDAY)


def test_nothing_new_sends_nothing_and_the_day_is_seen_to(user: User) -> None:
    entry = publish(make_document("Wallboxen"))
    held = save(user, told=entry.position)
    publish(make_document("Kitaplätze"))
    assert send_found(MONDAY) == 0
    held.refresh_from_db()
    assert held.sent_until == MONDAY
    assert held.told > entry.position


def test_each_day_or_week_brings_at_most_one_mail(user: User) -> None:
    save(user, "q=Wallbox", name="täglich")
    save(user, "q=Wallboxen", name="wöchentlich", rhythm=Rhythm.WEEKLY)
    save(user, "q=Wallbox&art=case_report", name="nie", rhythm=Rhythm.NONE)
    publish(make_document("Wallbox eins"))
    assert [send_found(now) for now in (BEFORE, MONDAY, MONDAY, TUESDAY)] == [0, 2, 0, 0]
    publish(make_document("Wallbox zwei"))
    assert send_found(TUESDAY + dt.timedelta(hours=1)) == 0
    assert send_found(TUESDAY + dt.timedelta(days=1)) == 1
    assert send_found(NEXT_MONDAY) == 1
    assert [message.subject.partition("„")[2] for message in mail.outbox] == [
        "täglich“", "wöchentlich“", "täglich“", "wöchentlich“",
    ]  # fmt: skip
    assert titles() == ["Wallbox eins", "Wallbox eins", "Wallbox zwei", "Wallbox zwei"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=Wallbox", ["Wallbox Koblenz", "Wallbox Mainz"]),
        ("q=Wallboxen", ["Wallbox Koblenz", "Wallbox Mainz"]),
        ("q=Wallbox&kommune=07111000", ["Wallbox Koblenz"]),
        ("kommune=07111000", ["Wallbox Koblenz"]),
        ("q=Wallbox&art=module", []),
        ("q=Wallbox+Wasserstofftankstelle", []),
        ("q=Wallbox&bis=2020-01-01", []),
        ("q=und+oder", []),
    ],
)
def test_new_is_what_holds_all_words_and_filters(user: User, query: str, found: list[str]) -> None:
    publish(make_document("Wallbox Koblenz", publishers=(KOBLENZ,)))
    publish(make_document("Wallbox Mainz"))
    save(user, query)
    send_found(MONDAY)
    assert sorted(titles()) == found


def test_what_was_merely_corrected_is_not_new(user: User) -> None:
    document = make_document("Wallbox")
    entry = publish(document)
    log_change(entry, entry.position)
    held = save(user, told=entry.position)
    corrected = publish(document)
    log_change(corrected, corrected.position)
    assert send_found(MONDAY) == 0
    held.refresh_from_db()
    assert held.told == corrected.position


def test_what_is_corrected_before_anybody_was_told_is_still_new(user: User) -> None:
    document = make_document("Wallbox")
    for _time in range(2):
        entry = publish(document)
        log_change(entry, entry.position)
    save(user)
    assert send_found(MONDAY) == 1


def test_what_is_not_indexed_yet_is_told_the_next_time(user: User) -> None:
    publish(make_document("Kitaplätze"))
    store(make_document("Wallbox"))
    save(user)
    assert send_found(MONDAY) == 0
    publish(make_document("Noch etwas"))
    assert send_found(TUESDAY) == 1
    assert titles() == ["Wallbox"]


def test_what_comes_late_from_another_instance_is_new_here(user: User) -> None:
    entry = publish(make_document("Wallbox"))
    save(user, told=entry.position)
    old = timezone.now() - dt.timedelta(days=400)
    publish(make_document("Alte Wallbox", origin="https://trier.example"), source="trier", at=old)
    assert send_found(MONDAY) == 1
    assert titles() == ["Alte Wallbox"]


def test_what_was_withdrawn_or_hidden_meanwhile_is_not_told(user: User) -> None:
    save(user)
    withdraw(publish(make_document("Wallbox A")), follow=False)
    publish(make_document("Wallbox B"), hidden=True)
    assert send_found(MONDAY) == 0


@pytest.mark.parametrize(
    ("role", "told"), [(None, ["Wallbox öffentlich"]), (Role.MEMBER, ["intern", "Mitglieder", "öffentlich"])]
)
def test_a_mail_holds_what_the_account_may_read_when_it_is_sent(role: Role | None, told: list[str]) -> None:
    user = add_person("tom@koblenz.example", add_koblenz(), role or Role.MEMBER)
    held = save(user)
    if role is None:
        user.groups.clear()
    publish(make_document("Wallbox öffentlich"))
    publish(make_document("Wallbox Mitglieder", audience=Audience.MEMBERS))
    publish(make_document("Wallbox intern", audience=Audience.INSTANCE))
    send_found(MONDAY)
    assert sorted(title.removeprefix("Wallbox ") for title in titles()) == sorted(
        title.removeprefix("Wallbox ") for title in told
    )
    assert held.user == user


def add_koblenz() -> Any:
    from hub.municipalities.models import Body

    return Body.objects.get(pk=KOBLENZ)


def test_blocked_accounts_get_no_mail(user: User) -> None:
    save(user)
    publish(make_document("Wallbox"))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert send_found(MONDAY) == 0


def test_a_long_list_is_cut_and_says_how_much_more_there_is(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.site.searches.mails.MOST_SHOWN", 1)
    save(user)
    for number in range(3):
        publish(make_document(f"Wallbox {number}"))
    send_found(MONDAY)
    assert len(titles()) == 1
    assert mail.outbox[0].subject.startswith("Wissenshub Mainz: 3 neue Treffer")
    assert "2 weitere stehen auf der Seite der Suche." in mail.outbox[0].body


def test_titles_cannot_write_lines_of_their_own(user: User) -> None:
    save(user)
    publish(make_document("Wallbox\r\nKlicken Sie: https://böse.example"))
    send_found(MONDAY)
    assert "* Wallbox Klicken Sie: https://böse.example\n" in mail.outbox[0].body


def test_mails_come_in_the_language_of_the_account(user: User) -> None:
    UserProfile.objects.create(user=user, preferred_language="en")
    save(user)
    publish(make_document("Wallbox"))
    send_found(MONDAY)
    assert "1 new result for" in mail.outbox[0].subject


def test_what_was_held_when_it_came_is_told_once_it_is_released(user: User) -> None:
    entry = store(make_document("Wallbox in Trier", origin="https://trier.example"), source="trier")
    log_change(entry, entry.position)
    assert overlay.hold_new([entry.object_id]) == 1
    let_follow()
    held = save(user)
    assert send_found(MONDAY) == 0
    held.refresh_from_db()
    assert held.told >= entry.position
    overlay.release(entry.object_id, "redaktion@koblenz.example")
    let_follow()
    assert [send_found(TUESDAY), send_found(NEXT_MONDAY)] == [1, 0]
    assert titles() == ["Wallbox in Trier"]
