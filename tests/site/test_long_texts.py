"""Fields for texts: nothing pasted is cut, and what is wrong is listed in sentences that can be read."""

from __future__ import annotations

from functools import partial

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from content.statements.rules import LONGEST_NOTE
from hub.accounts.joining_forms import DeclineForm, JoinForm, LockForm
from hub.accounts.long_text import LongText
from hub.accounts.lost_factor import LostFactorForm
from hub.municipalities.models import Body
from hub.site.messages.forms import WordsForm
from hub.site.statements.forms import AdoptionForm, NoteForm

WORMS = Body(key="07319000", name="Worms", kind=Body.Kind.CITY)

ADOPTION = partial(AdoptionForm, versioned=True)


def summary(form: object) -> str:
    return " ".join(render_to_string("theme/error_summary.html", {"form": form}).split())


@pytest.mark.parametrize("form", [WordsForm, DeclineForm, LockForm, LostFactorForm])
def test_the_browser_is_told_no_length(form):
    fields = [field for field in form() if isinstance(field.field, LongText)]
    assert fields
    assert not any("maxlength" in str(field) for field in fields)


@pytest.mark.parametrize("form", [ADOPTION, NoteForm])
def test_notes_of_statements_say_by_how_much_they_are_too_long(form):
    posted = form({"note": "x" * (LONGEST_NOTE + 1)}, bodies=[WORMS])
    assert "maxlength" not in str(posted["note"])
    assert posted.errors["note"] == [
        f"Bitte kürzen Sie den Text um 1 Zeichen (höchstens {LONGEST_NOTE:,}).".replace(",", ".")
    ]
    assert "x" * (LONGEST_NOTE + 1) in str(posted["note"])
    assert "note" not in form({"note": "x" * LONGEST_NOTE}, bodies=[WORMS]).errors


def test_in_english_it_says_the_same():
    with translation.override("en"):
        errors = DeclineForm({"reason": "x" * 2500}).errors["reason"]
    assert errors == ["Please shorten the text by 1,500 characters (at most 1,000)."]


@pytest.mark.django_db
def test_a_message_to_those_who_decide_is_not_cut():
    field = JoinForm(address="neu@worms.example")["message"]
    assert "maxlength" not in str(field)


def test_a_box_is_listed_under_a_short_label():
    form = ADOPTION({"contact_role": "Amt 15", "since": "2026-01-01"}, bodies=[WORMS])
    listed = summary(form)
    assert ">Einwilligung</a>: Ohne diese" in listed
    assert "zurücknehmen" not in listed


def test_a_question_is_followed_by_no_colon():
    form = ADOPTION({"contact_email": "amt15@worms.example", "since": ""}, bodies=[WORMS])
    listed = summary(form)
    assert ">Wer beantwortet Fragen?</a> Bitte" in listed
    assert "?</a>:" not in listed
    assert ">Im Einsatz seit</a>: " in listed or ">Genutzt seit</a>: " in listed
