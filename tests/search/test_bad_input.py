"""Whatever is typed or stands in an address: no error, no slow query, a page that helps; by every engine."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from django.test import Client

from search.engines import choosing
from search.engines.base import FACETS, Engine, Query, Sort
from search.models import SearchRecord
from tests.search.asking import Search, counts, titles
from tests.search.catalogue import make_document, publish

pytestmark = pytest.mark.django_db

HOSTILE = {
    "ten thousand letters": "x" * 10_000,
    "ten thousand letters, all of them different words": " ".join(f"wort{number}" for number in range(1_400)),
    "one word again and again": "wort " * 2_000,
    "umlauts that grow when folded": "ß" * 10_000,
    "SQL": "'; DROP TABLE search_searchrecord; --",
    "operators of tsquery": "a & b | !c <-> (d:*) <3> e",
    "operators of search engines": '+must -not "a phrase" field:value ~2 title:(x OR y) NOT z AND -',
    "filter expressions": "audience = members OR audience EXISTS",
    "quotes of every kind": "\"'\\'':*&|!()<> „deutsch“ »franz« ‚einfach‘ `back` ´acute´",
    "placeholders": "100% _under_ %s %(match)s {0} $1 ${x} :name ?",
    "a regular expression that explodes": "(a+)+$" * 40,
    "letters on which such ones explode": "a" * 5_000 + "!",
    "numbers on which they explode": "1." * 2_000,
    "sections": "§" * 300 + " 1" * 300,
    "file numbers": "1/2/3-4.5_6" * 30,
    "hyphens": "-" * 300 + "a-" * 300,
    "wildcards": "* ? % _ .* ^$ [a-z]+",
    "HTML": "<script>alert(1)</script><mark>",
    "NUL": "nul\x00nul",
    "half of a surrogate pair": "\ud800",
    "written from right to left": "\u202eabc\u202c\u200b\ufeff",
    "combining signs": "a" + "\u0301" * 3_000,
    "brackets": "{[()]}" * 100,
    "pictures": "😀 👩‍👩‍👧 😀",
    "other scripts": "日本語 العربية ไทย",
    "lines": "a\r\nb\tc\x0bd\x85e\u2028f",
    "JSON": '{"q": ["x"], "filter": null}',
    "blanks only": " \t\u00a0\u3000",
    "signs only": "?!… — //",
    "stop words only": "und oder aber",
}


@pytest.fixture
def report(engine: Engine) -> None:
    """One document that none of these means."""
    publish(make_document("Bericht", "Sensorik und Text, nichts sonst."))


@pytest.mark.usefixtures("report")
def test_whatever_is_typed_is_only_text(search: Search) -> None:
    """Asked as the page asks: what is too long for an engine is answered by PostgreSQL."""
    for name, text in HOSTILE.items():
        results = choosing.search(Query(text))
        # Blanks alone ask for everything; all else means nothing that the document says.
        found = 0 if text.strip() else 1
        assert (results.total, results.base, len(results.hits)) == (found, found, found), name
    assert titles(search("Sensorik")) == ["Bericht"]
    assert SearchRecord.objects.count() == 1


@pytest.mark.usefixtures("report")
def test_whatever_is_asked_of_a_facet_is_only_a_value(search: Search) -> None:
    for name in ("SQL", "filter expressions", "quotes of every kind", "wildcards", "JSON"):
        value = HOSTILE[name][:60]
        filters = dict.fromkeys(FACETS, (value, "x' OR 'a' = 'a", "\\", '"'))
        results = search("Sensorik", filters=filters)
        assert (results.total, results.base) == (0, 1), name
        assert all(counts(results, facet)[value] == 0 for facet in FACETS), name


@pytest.mark.usefixtures("report")
def test_many_values_and_many_facets_at_once_find_nothing(search: Search) -> None:
    filters = {facet: tuple(f"wert-{number}" for number in range(30)) for facet in FACETS}
    results = search("Sensorik", filters=filters)
    assert (results.total, results.base) == (0, 1)


def test_a_page_that_is_not_there_is_the_nearest_one(search: Search) -> None:
    for number in range(3):
        publish(make_document(f"Bericht {number}", "Sensorik"))
    for sort in Sort:
        for page in (-(10**18), -1, 0, 10**9, 10**18):
            results = search("Sensorik", page=page, size=2, sort=sort)
            assert (results.page, results.pages, results.total) == (2 if page > 1 else 1, 2, 3)
            assert len(results.hits) == (1 if page > 1 else 2)


@pytest.mark.usefixtures("report")
def test_a_size_of_the_page_is_kept_in_bounds(search: Search) -> None:
    assert [len(search("Sensorik", size=size).hits) for size in (-5, 0, 10**9)] == [1, 1, 1]


@pytest.mark.usefixtures("report")
def test_days_at_the_ends_of_time_are_days(search: Search) -> None:
    assert search("Sensorik", since=dt.date.min, until=dt.date.max).total == 1
    assert search("Sensorik", since=dt.date.max).total == 0
    assert search("Sensorik", until=dt.date.min).total == 0


ADDRESSES = {
    "unknown values": "q=Sensorik&thema=gibt-es-nicht&art=%27&groesse=42&jahr=abcd&reife=%00&instanz=%22",
    "unknown parameters": "q=Sensorik&sortierung=quer&unbekannt=1&facet=x&teil=alles",
    "a page far away": "q=Sensorik&seite=1000000000",
    "a page beyond numbers": "q=Sensorik&seite=" + "9" * 4_000,
    "a page that is no number": "q=Sensorik&seite=²&seite=-1",
    "a page in other digits": "q=Sensorik&seite=٣",
    "a value of thousands of letters": "q=Sensorik&reife=" + "y" * 5_000,
    "a list of words": "q[]=Sensorik&q[]=Text",
    "Latin-1 in place of UTF-8": "q=M%FCll&kommune=K%F6ln",
    "UTF-16": "q=%FF%FES%00e%00n%00s",
    "overlong UTF-8": "q=%C0%AF%ED%A0%80",
    "a cut escape": "q=100%&thema=%E4%",
    "NUL everywhere": "q=%00&thema=%00&von=%00&seite=%00",
    "days that are none": "q=Sensorik&von=2026-02-30&bis=gestern",
    "days in the wrong order": "q=Sensorik&von=2026-12-31&bis=1999-01-01",
    "days at the ends of time": "q=Sensorik&von=0001-01-01&bis=9999-12-31",
    "hundreds of values": "q=Sensorik" + "".join(f"&thema=t{number}" for number in range(400)),
    "parameters twice": "q=eins&q=zwei&sortierung=neu&sortierung=titel",
    "a semicolon": "q=Sensorik;thema=ki",
}


@pytest.mark.usefixtures("report")
@pytest.mark.parametrize("path", ["/suche/", "/fragen/"])
def test_the_page_stands_whatever_its_address(client: Client, path: str) -> None:
    for name, query in ADDRESSES.items():
        response = client.get(f"{path}?{query}")
        assert response.status_code == 200, name
        assert "<input" in response.content.decode(), name


@pytest.mark.usefixtures("report")
@pytest.mark.parametrize("path", ["/suche/", "/fragen/", "/suche/vorschlaege"])
def test_the_page_stands_whatever_is_typed_and_gives_it_back_as_text(client: Client, path: str) -> None:
    for name, text in HOSTILE.items():
        response = client.get(f"{path}?q={quote(text, errors='surrogatepass')}")
        assert response.status_code == 200, name
        assert "<script>alert(1)" not in response.content.decode()


def test_only_stop_words_find_nothing(search: Search) -> None:
    publish(make_document("Bericht", "und oder aber"))
    assert search("und oder").total == 0
