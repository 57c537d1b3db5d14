from __future__ import annotations

import unicodedata

import pytest

from hub.municipalities.names import (
    association_name,
    district_name,
    municipality_name,
    normalise_name,
    search_words,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Mülheim-Kärlich", "muelheim kaerlich"),
        ("Muelheim Kaerlich", "muelheim kaerlich"),
        (unicodedata.normalize("NFD", "Höhr-Grenzhausen"), "hoehr grenzhausen"),
        ("WEIßENTHURM", "weissenthurm"),
        ("Simmern/ Hunsrück", "simmern hunsrueck"),
        ("Neustadt a. d. Weinstraße", "neustadt a d weinstrasse"),
        ("Lübben / Lubin (Błota)", "luebben lubin blota"),
        ("Orléans_Straße", "orleans strasse"),
        ("  …!  ", ""),
    ],
)
def test_names_are_compared_in_plain_letters(text, plain):
    assert normalise_name(text) == plain


def test_saint_is_written_out_for_the_search():
    assert search_words("St. Goarshausen") == "sankt goarshausen"
    assert search_words("Stadtkyll") == "stadtkyll"


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("Mainz, Stadt", "Mainz"),
        ("Sankt Goarshausen, Loreleystadt, Stadt", "Sankt Goarshausen"),
        ("Simmern/ Hunsrück, Stadt", "Simmern/Hunsrück"),
        ("Lübben (Spreewald) / Lubin (Błota), Stadt", "Lübben (Spreewald)/Lubin (Błota)"),
    ],
)
def test_a_municipality_is_called_without_its_title(official, name):
    assert municipality_name(official) == name


@pytest.mark.parametrize(
    ("official", "code", "name"),
    [
        ("Ahrweiler", "44", "Landkreis Ahrweiler"),
        ("Vulkaneifel", "44", "Landkreis Vulkaneifel"),
        ("Westerwaldkreis", "44", "Westerwaldkreis"),
        ("Rhein-Pfalz-Kreis", "44", "Rhein-Pfalz-Kreis"),
        ("Eifelkreis Bitburg-Prüm", "44", "Eifelkreis Bitburg-Prüm"),
        ("Landkreis Rostock", "44", "Landkreis Rostock"),
        ("Plön", "43", "Kreis Plön"),
        ("Städteregion Aachen", "43", "Städteregion Aachen"),
        ("Regionalverband Saarbrücken", "45", "Regionalverband Saarbrücken"),
    ],
)
def test_a_district_says_that_it_is_one(official, code, name):
    assert district_name(official, code) == name


@pytest.mark.parametrize(
    ("official", "code", "name"),
    [
        ("Adenau", "53", "Verbandsgemeinde Adenau"),
        ("Eider", "55", "Kirchspielslandgemeinde Eider"),
        ("Tittling (VGem)", "54", "Verwaltungsgemeinschaft Tittling"),
        ("GVV Rosenstein", "56", "GVV Rosenstein"),
        ("Harsefeld", "52", "Samtgemeinde Harsefeld"),
    ],
)
def test_an_association_says_which_one_it_is(official, code, name):
    assert association_name(official, code) == name
