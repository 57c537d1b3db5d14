from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client as OidcClient
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Comment, ModelLogEntry, Page, PageLogEntry
from wagtail.users.models import UserProfile

from content.services import open_section
from hub.accounts.inviting import invite
from hub.accounts.joining import ask_to_join
from hub.accounts.leaving import delete_account, heirs_for, leave_body
from hub.accounts.models import AccountEvent, HomeAccount, Invitation, JoinRequest, Preferences, Role, User
from hub.accounts.refusal import Refused
from hub.accounts.roles import role_in, set_role
from hub.accounts.sections import drafts_of, own_pages, pages_of
from hub.accounts.team import change_role
from tests.factories.pages import add_report, add_section
from tests.factories.people import add_operator, add_person, add_town

pytestmark = pytest.mark.django_db

PASSWORD = "ein-langes-Kennwort-42"


@pytest.fixture
def section(worms):
    page = add_section("worms", worms)
    open_section(page)
    return page


@pytest.fixture
def author(worms):
    return add_person("schreibt@worms.de", worms, Role.AUTHOR, first_name="Anna", last_name="Autorin")


def own(page: Page, user: User) -> Page:
    page.owner = user
    page.save()
    return page


def test_only_pages_below_the_section_belong_to_the_body(section, author):
    elsewhere = add_section("speyer", add_town("07318000", "Speyer"))
    mine, theirs = own(add_report(section, "Hier"), author), own(add_report(elsewhere, "Dort"), author)
    draft = own(add_report(section, "Entwurf", live=False), author)
    assert set(pages_of(section.body)) == {section.page_ptr, mine.page_ptr, draft.page_ptr}
    assert list(own_pages(author, section.body)) == [draft.page_ptr, mine.page_ptr]
    assert list(drafts_of(author, section.body)) == [draft.page_ptr]
    assert theirs.page_ptr not in pages_of(section.body)
    assert list(pages_of(elsewhere.body)) == []


def test_leaving_hands_on_pages_and_locks_and_keeps_comments(section, worms, coordinator, author):
    page = own(add_report(section, "Bericht"), author)
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=author, locked_at=timezone.now())
    comment = Comment.objects.create(page=page, user=author, text="Stimmt das?", contentpath="title")
    assert heirs_for(author, worms) == [coordinator]
    assert leave_body(author, worms, coordinator, author) == 1
    page.refresh_from_db()
    assert (page.owner, page.locked, page.locked_by) == (coordinator, False, None)
    assert Comment.objects.get() == comment
    assert role_in(author, worms) is None
    assert not author.groups.exists()
    assert AccountEvent.objects.get().action == "left"


def test_removing_is_noted_and_takes_the_persons_open_invitations_back(worms, coordinator):
    second = add_person("zweite@worms.de", worms, Role.COORDINATOR)
    invite(second, worms, "neu@worms.de", Role.AUTHOR)
    leave_body(second, worms, None, coordinator)
    event = AccountEvent.objects.get()
    assert (event.action, event.actor, event.user, event.body) == ("removed", coordinator, second, worms)
    assert not Invitation.objects.exists()


def test_who_removes_whom_and_who_inherits_is_checked(worms, coordinator, author):
    stranger = add_person("fremd@speyer.de", add_town("07318000", "Speyer"), Role.COORDINATOR)
    reader = add_person("liest@worms.de", worms, Role.MEMBER)
    with pytest.raises(Refused, match="Nur die Koordination"):
        leave_body(author, worms, None, stranger)
    for heir in (stranger, reader, author):
        with pytest.raises(Refused, match="schreibt"):
            leave_body(author, worms, heir, coordinator)
    with pytest.raises(Refused, match="keine Rolle"):
        leave_body(stranger, worms, None, coordinator)
    assert role_in(author, worms) == Role.AUTHOR


def test_the_last_coordinator_stays_except_for_an_operator(worms, coordinator, author):
    operator = add_operator()
    for attempt in (
        lambda: leave_body(coordinator, worms, author, coordinator),
        lambda: change_role(coordinator, worms, Role.EDITOR, coordinator),
        lambda: delete_account(coordinator),
    ):
        with pytest.raises(Refused, match="keine Koordination mehr"):
            attempt()
    assert role_in(coordinator, worms) == Role.COORDINATOR
    assert change_role(coordinator, worms, Role.EDITOR, operator)
    assert change_role(coordinator, worms, Role.COORDINATOR, operator)
    change_role(author, worms, Role.COORDINATOR, coordinator)
    assert leave_body(coordinator, worms, author, coordinator) == 0


def test_a_locked_second_coordinator_does_not_count(worms, coordinator):
    second = add_person("zweite@worms.de", worms, Role.COORDINATOR)
    User.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(Refused):
        leave_body(coordinator, worms, None, coordinator)


def test_the_last_operator_stays():
    first = add_operator()
    with pytest.raises(Refused, match="letzte Konto"):
        delete_account(first)
    add_operator("zweiter@example.org")
    delete_account(first)
    assert not User.objects.filter(email="betrieb@example.org").exists()


# Deleting leaves nothing personal


def columns_of_text() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        return cursor.fetchall()


def places_of(*needles: str) -> set[str]:
    """Every column of the database in which one of the words stands."""
    found = set()
    with connection.cursor() as cursor:
        for table, column in columns_of_text():
            for needle in needles:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1', [f"%{needle}%"]
                )
                if cursor.fetchone():
                    found.add(f"{table}.{column}")
    return found


def test_after_deletion_neither_address_nor_name_stands_anywhere(
    client: Client, section, worms, coordinator, author
):
    now = timezone.now()
    client.post("/konto/login/", {"login": author.email, "password": PASSWORD})
    key = client.session.session_key
    page = own(add_report(section, "Bericht"), author)
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=author)
    revision = page.save_revision(user=author)
    log(page, "wagtail.edit", user=author)
    log(author, "wagtail.edit", user=coordinator)
    LogEntry.objects.create(
        user=coordinator, content_type=ContentType.objects.get_for_model(User), object_id=author.pk,
        object_repr=str(author), action_flag=CHANGE,
    )  # fmt: skip
    EmailAddress.objects.create(user=author, email="anna.autorin@privat.example", verified=True)
    Authenticator.objects.create(user=author, type="totp", data={"name": "Anna Autorin"})
    UserProfile.objects.create(user=author)
    Preferences.objects.create(user=author, topics=["ki"])
    HomeAccount.objects.create(
        user=author, issuer="https://trier.example", subject="s", body="07211000", role="author",
        email="schreibt@worms.de", asserted=now, checked=now, expires=now,
    )  # fmt: skip
    JoinRequest.objects.create(user=author, body=add_town(), domain="worms.de", message="Anna Autorin")
    decided = ask_to_join(add_person("neu@worms.de"), worms, Role.AUTHOR)
    JoinRequest.objects.filter(pk=decided.pk).update(state="declined", decided=now, decided_by=author)
    Invitation.objects.create(email="Schreibt@worms.de", body=worms, expires=now, invited_by=coordinator)
    AccountEvent.objects.create(action="declined", user=author, body=worms, note="Anna kennt niemand")
    AccountEvent.objects.create(action="locked", user=coordinator, note="Bat Schreibt@worms.de darum")
    AccountEvent.objects.create(action="declined", actor=author, note="Fragen an Anna Autorin")
    AccountEvent.objects.create(action="role", user=coordinator, actor=author, body=worms, note="Redaktion")
    OidcClient.objects.create(id="peer", name="Trier", owner=author)
    assert UserSession.objects.filter(user=author).exists()
    words = ("schreibt@worms.de", "anna.autorin@privat", "Anna Autorin", "Autorin", "Anna ")
    assert len(places_of(*words)) > 8

    number = author.pk
    delete_account(author)

    assert places_of(*words) == set()
    page.refresh_from_db()
    assert (page.owner, page.locked, page.live) == (coordinator, False, True)
    revision.refresh_from_db()
    assert revision.user is None
    assert not ModelLogEntry.objects.exists()
    assert not PageLogEntry.objects.filter(user=number).exists()
    assert OidcClient.objects.get().owner is None
    assert not client.session.exists(key)
    assert list(AccountEvent.objects.values_list("action", "user", "note").order_by("pk"))[-1] == (
        "deleted", None, "",
    )  # fmt: skip


def test_deletion_touches_nothing_of_others_for_an_address_that_is_not_confirmed(worms, coordinator):
    thief = add_person("dieb@worms.de")
    EmailAddress.objects.create(user=thief, email="opfer@worms.de", verified=False)
    EmailAddress.objects.create(user=thief, email="ander@s.de", verified=False)
    User.objects.filter(pk=thief.pk).update(email="opfer@worms.de")
    invite(coordinator, worms, "opfer@worms.de", Role.AUTHOR)
    invite(coordinator, worms, "Dieb@worms.de", Role.AUTHOR)
    AccountEvent.objects.create(action="locked", user=coordinator, note="opfer@worms.de hat es gemeldet")
    delete_account(User.objects.get(pk=thief.pk))
    assert Invitation.objects.get().email == "opfer@worms.de"
    assert AccountEvent.objects.get(action="locked").note == "opfer@worms.de hat es gemeldet"


def test_deletion_blanks_what_others_are_told_for_whole_addresses_and_never_for_names(worms, coordinator):
    author = add_person("l@worms.de", worms, first_name="Wegen", last_name="Missbrauchs")
    kept = ["Wegen Missbrauchs gesperrt", "karl@worms.de fragte", "l@worms.de.example fragte", "Redaktion"]
    gone = ["L@WORMS.de fragte", "fragt l@worms.de", "(l@worms.de)", "Frage l@worms.de."]
    for note in [*kept, *gone]:
        AccountEvent.objects.create(action="locked", user=coordinator, note=note)
    AccountEvent.objects.create(action="declined", actor=author, note="Fragen an Wegen Missbrauchs")
    AccountEvent.objects.create(action="declined", actor=author, note="Kennt niemand")
    delete_account(author)
    notes = AccountEvent.objects.filter(action="locked").values_list("note", flat=True)
    assert sorted(note for note in notes if note) == sorted(kept)
    assert set(AccountEvent.objects.filter(action="declined").values_list("note", flat=True)) == {
        "", "Kennt niemand",
    }  # fmt: skip


def test_deletion_without_anybody_left_keeps_the_pages(section, worms):
    alone = add_person("allein@worms.de", worms, Role.AUTHOR)
    page = own(add_report(section, "Bericht"), alone)
    delete_account(alone)
    page.refresh_from_db()
    assert page.owner is None
    assert page.live


def test_a_refused_deletion_changes_nothing(section, worms, coordinator, author):
    speyer = add_town("07318000", "Speyer")
    set_role(author, speyer, Role.COORDINATOR)
    page = own(add_report(section, "Bericht"), author)
    with pytest.raises(Refused, match="Speyer"):
        delete_account(author)
    page.refresh_from_db()
    assert page.owner == author
    assert role_in(author, worms) == Role.AUTHOR
    assert not AccountEvent.objects.exists()


# The page


def test_the_page_shows_what_is_handed_on_and_asks_for_an_heir(
    client: Client, section, worms, coordinator, author
):
    own(add_report(section, "Mein Entwurf", live=False), author)
    client.force_login(author)
    page = client.get("/konto/austritt/07319000/").content.decode()
    assert "Mein Entwurf" in page
    assert "1 Beitrag wird übergeben." in page
    refused = client.post("/konto/austritt/07319000/", {"heir": ""})
    assert "Wählen Sie, wer die Beiträge übernimmt." in refused.content.decode()
    response = client.post("/konto/austritt/07319000/", {"heir": coordinator.pk}, follow=True)
    assert "Sie sind aus Worms ausgetreten." in response.content.decode()
    assert own_pages(coordinator, worms).count() == 1
    assert client.get("/konto/austritt/07319000/").status_code == 404


def test_the_last_coordinator_reads_why_not(client: Client, worms, coordinator):
    client.force_login(coordinator)
    response = client.post("/konto/austritt/07319000/")
    assert "Worms hätte dann keine Koordination mehr." in response.content.decode()
    assert role_in(coordinator, worms) == Role.COORDINATOR
