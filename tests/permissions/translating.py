"""Trying to translate, and to say how a translation stands."""

from __future__ import annotations

from typing import Any

from wagtail.models import Locale, Page
from wagtail_localize.models import TranslationSource
from wagtail_localize.operations import translate_object

from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


def _live(world: World, case: Case) -> Page:
    page = world.items[case.kind, case.place, "öffentlich"].page
    assert page is not None
    return page


def _submit(world: World, caller: str, page: Page) -> str:
    english, _ = Locale.objects.get_or_create(language_code="en")
    data = {"locales": [english.pk]}
    refused = refusal(world.people[caller].post(f"/admin/localize/submit/page/{page.pk}/", data))
    made = Page.objects.filter(translation_key=page.translation_key, locale=english).exists()
    assert not (refused and made), "refused, and yet it was made"
    return refused or granted(really=made)


@probe("eigenen Beitrag übersetzen")
def translate_own(world: World, caller: str, case: Case) -> str:
    page = _live(world, case)
    Page.objects.filter(pk=page.pk).update(owner=world.people[caller].user)
    return _submit(world, caller, page)


@probe("fremden Beitrag übersetzen")
def translate_foreign(world: World, caller: str, case: Case) -> str:
    return _submit(world, caller, _live(world, case))


def _wording(world: World, case: Case, tag: str) -> Any:
    """A published translation of the report."""
    locale, _ = Locale.objects.get_or_create(language_code=tag)
    wording = _live(world, case).specific.copy_for_translation(locale, copy_parents=True)
    wording.save_revision().publish()
    type(wording).objects.filter(pk=wording.pk).update(wording_source="anders")
    return wording


@probe("Fassung als weiter richtig bestätigen")
def say_still_right(world: World, caller: str, case: Case) -> str:
    wording = _wording(world, case, "en")
    address = f"/admin/wortlaut/{wording.pk}/"
    refused = refusal(world.people[caller].post(address, {"action": "still_right"}))
    done = type(wording).objects.get(pk=wording.pk).wording_source != "anders"
    assert not (refused and done)
    return refused or granted(really=done)


@probe("Prüfung auf Leichte Sprache eintragen")
def note_check(world: World, caller: str, case: Case) -> str:
    wording = _wording(world, case, "de-simple")
    data = {"action": "check", "day": "2026-01-31", "group": "Lesegruppe"}
    refused = refusal(world.people[caller].post(f"/admin/wortlaut/{wording.pk}/", data))
    done = type(wording).objects.get(pk=wording.pk).checked_by == "Lesegruppe"
    assert not (refused and done)
    return refused or granted(really=done)


def _translated(world: World, case: Case) -> TranslationSource:
    """The report's source of translations, with an English page that wagtail-localize keeps."""
    english, _ = Locale.objects.get_or_create(language_code="en")
    operator = world.people["Betrieb"].user
    translate_object(_live(world, case).specific, [english], user=operator)
    source: TranslationSource = TranslationSource.objects.get(object_id=_live(world, case).translation_key)
    return source


@probe("Änderungen in Übersetzungen übernehmen")
def take_over(world: World, caller: str, case: Case) -> str:
    source = _translated(world, case)
    TranslationSource.objects.filter(pk=source.pk).update(object_repr="veraltet")
    refused = refusal(world.people[caller].post(f"/admin/localize/update/{source.pk}/", {}))
    done = TranslationSource.objects.get(pk=source.pk).object_repr != "veraltet"
    assert not (refused and done)
    return refused or granted(really=done)


@probe("Fassung durch das Original ersetzen")
def replace_wording(world: World, caller: str, case: Case) -> str:
    source = _translated(world, case)
    wording = Page.objects.get(translation_key=source.object_id, locale__language_code="en")
    refused = refusal(world.people[caller].post(f"/admin/localize/page/{wording.pk}/convert_to_alias/", {}))
    done = Page.objects.get(pk=wording.pk).alias_of_id is not None
    assert not (refused and done)
    return refused or granted(really=done)
