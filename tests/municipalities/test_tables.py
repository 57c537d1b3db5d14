from __future__ import annotations

import datetime as dt

import pytest

from hub.errors import UnreadableDirectory
from hub.municipalities.facts import Place
from hub.municipalities.tables import Succession, read_places, read_successions


def test_centre_points_are_read_by_key():
    table = "\ufeffags,lat,lon\r\n07315000,50.00196,8.27186\r\n\r\n07111000, 50.35952 ,7.59796\r\n"
    assert read_places(table.encode()) == {
        "07315000": Place(50.00196, 8.27186),
        "07111000": Place(50.35952, 7.59796),
    }


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        ("", None, "die Datei ist leer"),
        ("ars,lat,lon\n", 1, "die Kopfzeile „ags,lat,lon“ erwartet, „ars,lat,lon“ gefunden"),
        ("ags;lat;lon\n", 1, "die Kopfzeile „ags,lat,lon“ erwartet, „ags;lat;lon“ gefunden"),
        ("ags,lat,lon\n07315000,50.0\n", 2, "3 Werte erwartet, 2 gefunden"),
        ("ags,lat,lon\n073150000000,50.0,8.2\n", 2, "8 Ziffern"),
        ("ags,lat,lon\n07315000,50.0,8.2\n07315000,50.0,8.2\n", 3, "zweimal"),
        ("ags,lat,lon\n07315000,nördlich,8.2\n", 2, "Dezimalpunkt"),
        ("ags,lat,lon\n07315000,nan,8.2\n", 2, "in Deutschland"),
        ("ags,lat,lon\n07315000,8.27186,50.00196\n", 2, "in Deutschland"),
        ("ags,lat,lon\n07315000,48.85,2.35\n", 2, "in Deutschland"),
    ],
)
def test_a_broken_table_of_points_is_refused(table, line, reason):
    with pytest.raises(UnreadableDirectory) as caught:
        read_places(table.encode())
    assert caught.value.line == line
    assert reason in caught.value.reason


def test_a_table_in_another_encoding_is_refused():
    with pytest.raises(UnreadableDirectory, match="UTF-8"):
        read_places("ags,lat,lon\nMüller".encode("iso-8859-1"))


def test_successions_are_read_by_the_old_key():
    assert read_successions(b"old,new,date\n07131001,07131002,2024-01-01\n") == {
        "07131001": Succession("07131001", "07131002", dt.date(2024, 1, 1), 2)
    }


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        ("alt,neu,datum\n", 1, "„old,new,date“"),
        ("old,new,date\n0713100,07131002,2024-01-01\n", 2, "5, 8 oder 9 Ziffern"),
        ("old,new,date\n07131001,07131002,01.01.2024\n", 2, "2024-01-01"),
        ("old,new,date\n07131001,07131001,2024-01-01\n", 2, "folgt am Ende auf sich selbst"),
        (
            "old,new,date\n07131001,07131002,2024-01-01\n07131002,07131001,2024-01-01\n",
            3,
            "folgt am Ende auf sich selbst",
        ),
        ("old,new,date\n07131001,07131002,2024-01-01\n07131001,07131003,2024-01-01\n", 3, "zweimal"),
    ],
)
def test_a_broken_table_of_successors_is_refused(table, line, reason):
    with pytest.raises(UnreadableDirectory) as caught:
        read_successions(table.encode())
    assert caught.value.line == line
    assert reason in caught.value.reason
