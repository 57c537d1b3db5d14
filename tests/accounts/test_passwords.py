from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    [
        "Passwort1234",
        "Kennwort!2026",
        "P4ssw0rt1234",
        "Willkommen2026!",
        "Sommer2026!!!!",
        "FrühlingMärz26",
        "Fruehling_Maerz_26",
        "MainzMainz2026",
        "Wissenshub-Mainz-1",
        "qwertzuiop12",
        "123456789012",
        "-------------",
    ],
)
def test_what_is_tried_first_in_german_is_refused_and_says_what_to_do(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert any("Nehmen Sie drei oder vier Wörter" in message for message in refused.value.messages)


@pytest.mark.parametrize(
    "password",
    [
        "ein-langes-Kennwort-42",
        "Wollsocke Kran Diesel",
        "Sommer im Schwimmbad",
        "9f3kd72mxq81",
        "Mainzer Dampfnudel 7",
        "passwort" * 9,
    ],
)
def test_words_that_only_one_person_would_put_together_are_taken(password):
    validate_password(password)
