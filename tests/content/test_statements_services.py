"""Making, confirming, ending and taking back statements: by whom, of what, and what comes of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Locale

from content.models import AdoptionPage, CheckPage, CoPublicationPage
from content.statements import services
from content.statements.rules import (
    Standing,
    StatementRefused,
    check_dates,
    is_confirmed,
    standing_of,
)
from content.statements.services import AdoptionFacts
from hub.accounts.models import Role
from hub.catalogue.models import CatalogueEntry, Change, State
from hub.catalogue.settling import settle
from tests.content.conftest import stream
from tests.factories.pages import add_module, add_report, add_section
from tests.factories.people import add_operator, add_person
from tests.factories.statements import KOBLENZ, Town, add_town_here, entry_of, receive, received_document

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


@pytest.fixture
def trier() -> Town:
    return add_town_here()


@pytest.fixture
def module(db):
    return add_module(add_section("mainz"), "Ratsvorlage")


def asking(*bodies):
    return stream(*(("body", body.pk) for body in bodies))


def test_an_adoption_is_a_document_of_the_adopter(trier, module):
    entry = entry_of(module)
    facts = AdoptionFacts(
        "1.2", dt.date(2026, 1, 2), None, 1200, 30, "Lizenz", "Digitalisierung", "d@x.example", "Läuft."
    )
    page = services.adopt(trier.editor, trier.body, entry, facts)
    said = entry_of(page)
    document, today = said.document, timezone.localdate()
    assert (said.kind, said.publishers, said.about) == ("adoption", [trier.body.pk], entry.object_id)
    assert document.statement.model_dump() == {
        "about": entry.object_id, "digest": entry.digest, "made": today, "confirmed": today, "note": "Läuft.",
    }  # fmt: skip
    assert document.adoption.model_dump() == {"version": "1.2", "since": dt.date(2026, 1, 2), "until": None}
    assert (document.costs.once_eur, document.costs.monthly_eur, document.contact.role) == (
        1200,
        30,
        "Digitalisierung",
    )
    assert document.texts["de"].title == "Nachnutzung"
    assert "Ratsvorlage" not in said.body
    assert document.expires > today + dt.timedelta(days=440)
    assert Change.objects.filter(object_id=said.object_id).count() == 1


def test_stating_again_changes_the_one_statement_there_is(trier, module):
    entry = entry_of(module)
    first = services.adopt(trier.editor, trier.body, entry, AdoptionFacts("1.0"))
    AdoptionPage.objects.filter(pk=first.pk).update(made=dt.date(2026, 1, 1))
    again = services.adopt(trier.editor, trier.body, entry, AdoptionFacts("2.0"))
    assert (again.pk, again.version, again.made) == (first.pk, "2.0", dt.date(2026, 1, 1))
    assert AdoptionPage.objects.count() == 1


def test_the_database_holds_one_statement_of_a_kind(trier, module):
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts())
    twin = AdoptionPage(
        title="x", slug="x", summary="x", target=page.target, maker=page.maker, locale=page.locale
    )
    with pytest.raises(ValidationError), transaction.atomic():
        trier.section.add_child(instance=twin)
    twin = AdoptionPage(
        title="x", slug="x2", summary="x", target="https://x.example/id/1", locale=page.locale
    )
    trier.section.add_child(instance=twin)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdoptionPage.objects.filter(pk=twin.pk).update(target=page.target, maker=page.maker)


def test_the_database_knows_no_end_before_the_beginning(trier, module):
    page = services.adopt(
        trier.editor, trier.body, entry_of(module), AdoptionFacts(since=dt.date(2026, 5, 1))
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        AdoptionPage.objects.filter(pk=page.pk).update(until=dt.date(2026, 4, 30))


def test_an_alias_in_another_language_is_nobodys_statement(trier, module):
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts())
    english, _ = Locale.objects.get_or_create(language_code="en")
    alias = page.copy_for_translation(english, copy_parents=True, alias=True)
    assert alias.specific.maker == ""
    translation = trier.section.copy_for_translation(
        Locale.objects.get_or_create(language_code="de-simple")[0], copy_parents=True
    )
    assert translation.pk
    assert page.copy_for_translation(translation.locale).maker == ""


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.AUTHOR])
def test_only_those_who_publish_for_the_body_state_anything(trier, module, role):
    someone = add_person("x@trier.example", trier.body if role else None, role or Role.MEMBER)
    entry = entry_of(module)
    page = services.adopt(trier.editor, trier.body, entry, AdoptionFacts())
    with pytest.raises(PermissionDenied):
        services.adopt(someone, trier.body, entry, AdoptionFacts())
    with pytest.raises(PermissionDenied):
        services.check(someone, trier.body, entry, entry.digest)
    for verb in (services.confirm_again, services.withdraw):
        with pytest.raises(PermissionDenied):
            verb(someone, page)
    with pytest.raises(PermissionDenied):
        services.end(someone, page, timezone.localdate())
    assert AdoptionPage.objects.get().live


def test_neither_the_owner_nor_the_operator_takes_an_adoption_back(trier, module):
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts())
    owner = add_person("mainz@x.example", module.get_parent().specific.body, Role.COORDINATOR)
    for stranger in (owner, add_operator()):
        with pytest.raises(PermissionDenied):
            services.withdraw(stranger, page)
    assert AdoptionPage.objects.get().live


def test_a_body_says_nothing_of_its_own_document(trier):
    own = entry_of(add_module(trier.section, "Eigenes", co_publishers=asking()))
    for refused in (
        lambda: services.adopt(trier.editor, trier.body, own, AdoptionFacts()),
        lambda: services.check(trier.editor, trier.body, own, own.digest),
        lambda: services.co_publish(trier.editor, trier.body, own, own.digest),
    ):
        with pytest.raises(StatementRefused):
            refused()


@pytest.mark.parametrize("kind", ["event", "news", "focus_group", "indicator"])
def test_what_cannot_be_taken_over_is_not_adopted(trier, kind):
    with pytest.raises(StatementRefused):
        services.adopt(trier.editor, trier.body, receive(received_document(kind)), AdoptionFacts())


def test_an_event_is_not_checked(trier):
    entry = receive(received_document("event"))
    with pytest.raises(StatementRefused):
        services.check(trier.editor, trier.body, entry, entry.digest)


def test_only_who_is_named_publishes_together(trier):
    entry = receive(received_document())
    with pytest.raises(StatementRefused):
        services.co_publish(trier.editor, trier.body, entry, entry.digest)
    named = receive(received_document(co_publishers=(trier.body.pk,)))
    page = services.co_publish(trier.editor, trier.body, named, named.digest)
    assert entry_of(page).document.statement.digest == named.digest


@pytest.mark.parametrize("verb", [services.check, services.co_publish])
def test_only_the_revision_that_was_seen_is_confirmed(trier, verb):
    entry = receive(received_document(co_publishers=(trier.body.pk,)))
    with pytest.raises(StatementRefused):
        verb(trier.editor, trier.body, entry, "sha256:older")
    page = verb(trier.editor, trier.body, entry, entry.digest)
    with pytest.raises(StatementRefused):
        services.confirm_again(trier.editor, page, "sha256:older")
    assert CheckPage.objects.count() + CoPublicationPage.objects.count() == 1


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (dt.date(2026, 5, 1), dt.date(2026, 4, 30), "until"),
        (dt.date(2027, 6, 16), None, "since"),
        (dt.date(1989, 12, 31), None, "since"),
        (None, dt.date(2036, 6, 16), "until"),
    ],
)
def test_impossible_dates_are_refused_at_their_field(since, until, field):
    with pytest.raises(StatementRefused) as refused:
        check_dates(since, until, TODAY)
    assert refused.value.field == field


@pytest.mark.parametrize("amount", [-1, 1_000_000_001])
def test_impossible_amounts_are_refused(trier, module, amount):
    with pytest.raises(StatementRefused) as refused:
        services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts(costs_monthly=amount))
    assert refused.value.field == "costs_monthly"


def test_a_note_has_its_limit(trier, module):
    with pytest.raises(StatementRefused):
        services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts(note="x" * 1001))


def test_a_town_without_a_page_here_is_told_so(module):
    koblenz = add_town_here(KOBLENZ, "Koblenz")
    koblenz.section.delete()
    with pytest.raises(StatementRefused, match="Seite"):
        services.adopt(koblenz.editor, koblenz.body, entry_of(module), AdoptionFacts())


@pytest.mark.parametrize("audience", ["public", "members", "instance"])
def test_a_statement_is_read_by_nobody_who_may_not_read_its_document(trier, audience):
    entry = entry_of(add_report(add_section("mainz"), "Intern", audience=audience))
    page = services.adopt(trier.editor, trier.body, entry, AdoptionFacts())
    assert entry_of(page).audience == audience


def test_what_is_withdrawn_is_not_adopted_any_more(trier, module):
    entry_of(module)
    module.unpublish()
    settle()
    with pytest.raises(StatementRefused):
        services.adopt(
            trier.editor, trier.body, CatalogueEntry.objects.get(uuid=module.translation_key), AdoptionFacts()
        )


def test_what_is_taken_back_can_be_stated_again(trier, module):
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts("1.0"))
    entry_of(page)
    services.withdraw(trier.editor, page)
    services.withdraw(trier.editor, AdoptionPage.objects.get())
    assert entry_of(page).state == State.WITHDRAWN
    services.confirm_again(trier.editor, AdoptionPage.objects.get())
    said = entry_of(page)
    assert (said.state, said.revision, AdoptionPage.objects.count()) == (State.LIVE, 3, 1)


def test_confirming_again_dates_the_adoption_and_puts_off_its_end(trier, module):
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts())
    long_ago = timezone.localdate() - dt.timedelta(days=400)
    AdoptionPage.objects.filter(pk=page.pk).update(confirmed=long_ago, made=long_ago)
    page = AdoptionPage.objects.get()
    page.expire_at = timezone.now() + dt.timedelta(days=3)
    services.confirm_again(trier.editor, page)
    page = AdoptionPage.objects.get()
    assert (page.made, page.confirmed) == (long_ago, timezone.localdate())
    assert page.expire_at > timezone.now() + dt.timedelta(days=440)


def test_an_adoption_is_confirmed_though_its_document_is_gone_and_a_check_is_not(trier, module):
    entry = entry_of(module)
    adoption = services.adopt(trier.editor, trier.body, entry, AdoptionFacts())
    check = services.check(trier.editor, trier.body, entry, entry.digest)
    module.delete()
    settle()
    services.confirm_again(trier.editor, adoption)
    with pytest.raises(StatementRefused):
        services.confirm_again(trier.editor, check, entry.digest)
    for page in (AdoptionPage.objects.get(), CheckPage.objects.get()):
        services.withdraw(trier.editor, page)
    assert not AdoptionPage.objects.get().live
    assert not CheckPage.objects.get().live


def test_an_end_lies_between_the_beginning_and_today(trier, module):
    today = timezone.localdate()
    page = services.adopt(
        trier.editor, trier.body, entry_of(module), AdoptionFacts(since=today - dt.timedelta(days=9))
    )
    for day in (today + dt.timedelta(days=1), today - dt.timedelta(days=10)):
        with pytest.raises(StatementRefused):
            services.end(trier.editor, page, day)
    services.end(trier.editor, page, today - dt.timedelta(days=1))
    assert entry_of(page).document.adoption.until == today - dt.timedelta(days=1)


def test_nobody_makes_or_moves_a_statement_by_hand(trier, module):
    page = services.adopt(trier.editor, trier.body, entry_of(module), AdoptionFacts())
    for model in (AdoptionPage, CheckPage, CoPublicationPage):
        assert not model.can_create_at(trier.section)
    assert not page.can_move_to(add_town_here(KOBLENZ, "Koblenz").section)


@pytest.mark.parametrize(
    ("confirmed", "since", "until", "expected"),
    [
        (dt.date(2025, 6, 16), None, None, Standing.CURRENT),
        (dt.date(2025, 6, 15), None, None, Standing.UNCONFIRMED),
        (dt.date(2025, 3, 16), None, None, Standing.UNCONFIRMED),
        (dt.date(2025, 3, 15), None, None, Standing.LAPSED),
        (dt.date(2026, 6, 16), None, None, Standing.CURRENT),
        (dt.date(2026, 6, 17), None, None, Standing.LAPSED),
        (dt.date(9999, 12, 31), None, None, Standing.LAPSED),
        (dt.date(1, 1, 1), None, None, Standing.LAPSED),
        (None, None, None, Standing.LAPSED),
        (TODAY, TODAY, TODAY, Standing.CURRENT),
        (TODAY, dt.date(2026, 6, 16), None, Standing.PLANNED),
        (TODAY, None, dt.date(2026, 6, 14), Standing.ENDED),
    ],
)
def test_how_an_adoption_stands(confirmed, since, until, expected):
    assert standing_of(confirmed, since, until, TODAY) == expected
    assert is_confirmed(confirmed, TODAY) == (expected not in (Standing.UNCONFIRMED, Standing.LAPSED))
