"""Words and synonyms in the admin: added, changed, read in; and what is refused, with the reason."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from search import language, words
from search.analysis import analyse
from search.models import LanguageVersion, LexiconWord, SynonymGroup
from search.words import MOST_LINES
from tests.factories.people import add_operator
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

PAGES = "/admin/suche/woerter"
MOBILE = "Bürgerkoffer\nmobiles Bürgerbüro"


@pytest.fixture(autouse=True)
def own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test takes over is gone after it, as its tables are."""
    monkeypatch.setattr(language, "_standing", None)


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(add_operator())
    return client


def said(client: Client, path: str, data: dict[str, object] | None = None) -> str:
    """The page at an address, or after sending it a form and following where that leads."""
    response = client.post(path, data, follow=True) if data else client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_explains_a_query_and_counts_its_results(operator: Client) -> None:
    publish(make_document("Kitaplatzvergabe in einem Lauf"))
    page = said(operator, f"{PAGES}/?q=die+Vergabe+von+Kitaplätzen+nach+§24")
    assert "So wird „die Vergabe von Kitaplätzen nach §24“ verstanden" in page
    assert "kita · platz" in page
    assert "(genau so)" in page
    assert "die, von, nach" in page
    assert "1 Treffer" in said(operator, f"{PAGES}/?q=Vergabe")


@pytest.mark.parametrize("text", ["%00", "x" * 2_000, "'\"<script>alert(1)</script>", "%ff%fe", "++"])
def test_whatever_is_tried_out_is_answered(operator: Client, text: str) -> None:
    assert "<script>alert" not in said(operator, f"{PAGES}/?q={text}")


def test_a_word_is_added_found_in_the_list_changed_and_deleted_after_a_question(operator: Client) -> None:
    said(
        operator,
        f"{PAGES}/liste/new/",
        {"word": " Bürgerkoffer ", "parts": "Bürger | koffer", "note": "mobil"},
    )
    word = LexiconWord.objects.get()
    assert (word.word, word.parts) == ("Bürgerkoffer", "Bürger|koffer")
    assert "Bürgerkoffer" in said(operator, f"{PAGES}/liste/?q=mobil")
    assert "Bürgerkoffer" not in said(operator, f"{PAGES}/liste/?q=anders")
    said(operator, f"{PAGES}/liste/edit/{word.pk}/", {"word": "Bürgerkoffer", "parts": "", "note": ""})
    word.refresh_from_db()
    assert word.parts == ""
    assert "Bürgerkoffer" in said(operator, f"{PAGES}/liste/delete/{word.pk}/")
    assert LexiconWord.objects.exists()
    said(operator, f"{PAGES}/liste/delete/{word.pk}/", {"really": "yes"})
    assert not LexiconWord.objects.exists()
    assert LanguageVersion.objects.get().value == 3


@pytest.mark.parametrize(
    ("word", "parts", "reason"),
    [
        ("bürgerkoffer", "", "„Bürgerkoffer“ steht schon in der Liste."),
        ("BUERGERKOFFER", "Buerger|koffer", "„Bürgerkoffer“ steht schon in der Liste."),
        ("Vergabe", "", "Dieses Wort kennt die Suche schon."),
        ("ab", "", "Ein Wort hat 3 bis 80 Buchstaben"),
        ("x" * 81, "", "80"),
        ("zwei Worte", "", "Ein Wort hat 3 bis 80 Buchstaben"),
        ("E-Akte", "", "Zusammensetzungen mit Bindestrich brauchen keinen Eintrag"),
        ("Ratskeller", "Ratskeller", "mindestens zwei Teile"),
        ("Ratskeller", "Rats||keller", "mindestens zwei Teile"),
        ("Ratskeller", "R|atskeller", "mindestens zwei Teile"),
        ("Ratskeller", "Rat|keller", "Die Teile ergeben zusammen „Ratkeller“, nicht „Ratskeller“."),
    ],
)
def test_a_word_that_cannot_be_is_refused_with_the_reason_and_kept_in_the_form(
    operator: Client, word: str, parts: str, reason: str
) -> None:
    LexiconWord.objects.create(word="Bürgerkoffer")
    page = said(operator, f"{PAGES}/liste/new/", {"word": word, "parts": parts, "note": "behalten"})
    assert reason in page
    assert 'value="behalten"' in page
    assert LexiconWord.objects.count() == 1


def test_a_group_is_added_and_changed(operator: Client) -> None:
    said(
        operator,
        f"{PAGES}/synonyme/new/",
        {"spellings": "Bürgerkoffer\r\n\r\n mobiles  Bürgerbüro ", "note": ""},
    )
    group = SynonymGroup.objects.get()
    assert group.spellings == MOBILE
    said(
        operator, f"{PAGES}/synonyme/edit/{group.pk}/", {"spellings": f"{MOBILE}\nRathauskoffer", "note": ""}
    )
    group.refresh_from_db()
    assert group.spellings == f"{MOBILE}\nRathauskoffer"


def test_a_new_group_begins_with_what_was_sought(operator: Client) -> None:
    assert "Bürgerkoffer</textarea>" in said(operator, f"{PAGES}/synonyme/new/?spellings=Bürgerkoffer")


@pytest.mark.parametrize(
    ("spellings", "reason"),
    [
        ("Rathauskoffer", "mindestens zwei Schreibweisen"),
        ("Rathauskoffer\nRathauskoffern", "die die Suche nicht ohnehin für dasselbe hält"),
        ("Rathauskoffer\nund", "„und“ ist so nicht möglich"),
        ("Rathauskoffer\neins|zwei", "„eins|zwei“ ist so nicht möglich"),
        ("Rathauskoffer\n" + "x" * 81, "ist so nicht möglich"),
        ("Rathauskoffer\nrot gelb grün blau weiß", "ist so nicht möglich"),
        ("Rathauskoffer\nBürgerkoffer", "„Bürgerkoffer“ steht schon in einer anderen Gruppe"),
        ("\n".join(f"koffer{letter}x" for letter in "abcdefghijklm"), "höchstens 12 Schreibweisen"),
    ],
)
def test_a_group_that_cannot_be_is_refused_with_the_reason(
    operator: Client, spellings: str, reason: str
) -> None:
    SynonymGroup.objects.create(spellings=MOBILE)
    page = said(operator, f"{PAGES}/synonyme/new/", {"spellings": spellings, "note": "behalten"})
    assert reason in page
    assert 'value="behalten"' in page
    assert SynonymGroup.objects.count() == 1


def test_what_is_written_out_can_be_read_in_elsewhere_and_here_changes_nothing(operator: Client) -> None:
    LexiconWord.objects.create(word="Ratskeller", parts="Rats|keller", note="unser Saal")
    LexiconWord.objects.create(word="Zwergl")
    SynonymGroup.objects.create(spellings=MOBILE)
    text = said(operator, f"{PAGES}.txt")
    assert text == "# unser Saal\nRats|keller\nZwergl\nBürgerkoffer = mobiles Bürgerbüro\n"
    assert "0 Einträge wurden übernommen." in said(operator, f"{PAGES}/einlesen/", {"text": text})
    LexiconWord.objects.all().delete()
    SynonymGroup.objects.all().delete()
    file = SimpleUploadedFile("woerter.txt", b"\xef\xbb\xbf" + text.encode())
    before = LanguageVersion.objects.get().value
    assert "3 Einträge wurden übernommen." in said(operator, f"{PAGES}/einlesen/", {"file": file})
    assert LanguageVersion.objects.get().value == before + 1
    assert said(operator, f"{PAGES}.txt") == text


def test_new_parts_of_a_held_word_are_taken_over(operator: Client) -> None:
    LexiconWord.objects.create(word="Ratskeller", note="unser Saal")
    said(operator, f"{PAGES}/einlesen/", {"text": "rats|keller"})
    word = LexiconWord.objects.get()
    assert (word.word, word.parts, word.note) == ("Ratskeller", "rats|keller", "unser Saal")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Zwergl\nzwei Worte", "Zeile 2: Ein Wort hat 3 bis 80 Buchstaben"),
        ("Zwergl\nzwergl", "Zeile 2: „zwergl“ steht in diesem Text zweimal."),
        (
            "Zwergl = Wicht\nWicht = Troll",
            "Zeile 2: Eine Schreibweise dieser Gruppe steht in diesem Text zweimal.",
        ),
        ("Zwergl =", "Zeile 1: Bitte geben Sie mindestens zwei Schreibweisen an"),
        (" \n ", "Bitte geben Sie Wörter ein oder wählen Sie eine Datei."),
        ("a\n" * (MOST_LINES + 1), "höchstens 5.000 Zeilen"),
        ("x" * 500_001, "500000"),
    ],
)
def test_a_text_with_a_fault_changes_nothing_and_stays_on_the_page(
    operator: Client, text: str, reason: str
) -> None:
    page = said(operator, f"{PAGES}/einlesen/", {"text": text})
    assert reason in page
    assert "Es wurde nichts eingelesen." in page
    assert text.strip() in page.replace("\r", "")
    assert not LexiconWord.objects.exists()
    assert not SynonymGroup.objects.exists()


def test_each_line_of_a_text_is_analysed_and_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def count(text: str) -> tuple[object, ...]:
        asked.append(text)
        return analyse(text)

    monkeypatch.setattr(words, "analyse", count)
    letters = [f"{a}{b}{c}ok" for a in "bdfgk" for b in "aeiou" for c in "lmnrs"]
    read = words.read_text("\n".join(f"Zwerg{each} = Wicht{each}" for each in letters))
    assert (len(read.entries), read.faults) == (125, ())
    assert len(asked) <= 4 * 125


def test_a_spelling_is_measured_before_it_is_analysed(monkeypatch: pytest.MonkeyPatch) -> None:
    longest: list[int] = []

    def measure(text: str) -> tuple[object, ...]:
        longest.append(len(text))
        return analyse(text)

    monkeypatch.setattr(words, "analyse", measure)
    read = words.read_text("1" * 200_000 + "_" * 200_000 + " = Wicht\n" + "=".join("ab" * 5_000))
    assert [fault.partition(":")[0] for fault in read.faults] == ["Zeile 1", "Zeile 2"]
    assert max(longest, default=0) <= words.LONGEST_WORD


def test_a_list_that_is_full_takes_no_more(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_HELD", 2)
    LexiconWord.objects.create(word="Zwergl")
    page = said(operator, f"{PAGES}/einlesen/", {"text": "Wichtl\nTrollo"})
    assert "Die Liste ist voll: Sie fasst höchstens 10.000 Einträge." in page
    assert LexiconWord.objects.count() == 1
    said(operator, f"{PAGES}/liste/new/", {"word": "Wichtl", "parts": "", "note": ""})
    assert "Die Liste ist voll" in said(
        operator, f"{PAGES}/liste/new/", {"word": "Trollo", "parts": "", "note": ""}
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Bürgerkoffer".encode("latin-1"), "Die Datei ist kein Text in UTF-8."),
        (b"x" * 500_001, "Die Datei ist größer als 500 kB."),
    ],
)
def test_a_file_that_cannot_be_read_in_is_refused(operator: Client, content: bytes, reason: str) -> None:
    assert reason in said(operator, f"{PAGES}/einlesen/", {"file": SimpleUploadedFile("a.txt", content)})
    assert not LexiconWord.objects.exists()
