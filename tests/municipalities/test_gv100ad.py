"""Reading GV100AD: what a line holds, and what each kind of broken file is answered with."""

from __future__ import annotations

import datetime as dt

import pytest

from hub.errors import UnreadableDirectory
from hub.municipalities.gv100ad import (
    AssociationRow,
    DistrictRow,
    MunicipalityRow,
    read_directory,
)
from tests.municipalities.builder import Sample, small_state


def base() -> Sample:
    return Sample().state().district("07131", "Ahrweiler", "Ahrweiler")


def refused(data: bytes) -> UnreadableDirectory:
    with pytest.raises(UnreadableDirectory) as caught:
        read_directory(data)
    return caught.value


def test_each_record_is_read_from_its_columns():
    sample = base().association("071315001", "Adenau", "Adenau")
    sample.municipality(
        "07131001",
        "Adenau, Stadt",
        association="5001",
        code="63",
        area=1234,
        population=2987,
        postcode="53518",
    )
    directory = read_directory(sample.data)
    assert directory.as_of == dt.date(2023, 11, 30)
    assert directory.states == {"07": "Rheinland-Pfalz"}
    assert list(directory.districts.values()) == [DistrictRow("07131", "Ahrweiler", "Ahrweiler", "44")]
    assert list(directory.associations.values()) == [
        AssociationRow("071315001", "07131", "Adenau", "Adenau", "53")
    ]
    assert list(directory.municipalities.values()) == [
        MunicipalityRow("07131001", "07131", "071315001", "Adenau, Stadt", "63", 1234, 2987, "53518")
    ]


def test_unincorporated_areas_and_single_municipalities_are_told_apart():
    directory = read_directory(small_state().data)
    assert not directory.municipalities["07000999"].is_body
    assert directory.municipalities["07131007"].is_body
    assert not directory.associations["071310007"].is_body
    assert directory.associations["071315001"].is_body
    assert directory.districts["07315"].is_independent


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_encodings_and_line_ends_are_read(encoding, end):
    sample = base().municipality("07131001", "Höhr, Stadt")
    directory = read_directory(sample.text.replace("\n", end).encode(encoding))
    assert directory.municipalities["07131001"].name == "Höhr, Stadt"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"   \r\n"])
def test_an_empty_file_is_refused(data):
    assert refused(data).reason == "die Datei ist leer"


@pytest.mark.parametrize("encoding", ["utf-16", "cp850"])
def test_another_encoding_is_refused(encoding):
    sample = base().municipality("07131001", "Müden (Mosel)")
    assert "Kodierung" in refused(sample.text.encode(encoding)).reason


def test_a_line_of_another_length_is_refused_by_number():
    lines = small_state().text.split("\n")
    lines[3] = lines[3][:200]
    error = refused("\n".join(lines).encode())
    assert (error.line, error.reason) == (4, "220 Zeichen erwartet, 200 gefunden")


def test_an_empty_line_in_the_middle_is_refused():
    error = refused(small_state().text.replace("\n", "\n\n", 1).encode())
    assert (error.line, error.reason) == (2, "220 Zeichen erwartet, 0 gefunden")


def test_an_unknown_record_type_is_refused():
    error = refused(base().add("70", "07131001", "Irgendwas").data)
    assert error.line == 3
    assert error.reason == "eine Satzart erwartet (10, 20, 30, 40, 50, 60), „70“ gefunden"


@pytest.mark.parametrize(
    ("position", "value", "named"),
    [(140, "0000000012x", "140 bis 150"), (129, "     1234.5", "129 bis 139"), (166, "5311 ", "166 bis 170")],
)
def test_a_number_with_other_characters_is_refused(position, value, named):
    sample = base().municipality("07131001", "Adenau")
    line = sample.lines[-1]
    sample.lines[-1] = line[: position - 1] + value + line[position - 1 + len(value) :]
    error = refused(sample.data)
    assert error.line == 4
    assert named in error.reason
    assert value in error.reason


def test_an_unknown_text_code_is_refused():
    error = refused(base().district("07132", "Neu", "Neu", code="99").data)
    assert error.line == 3
    assert "„99“ gefunden" in error.reason


def test_a_municipality_before_its_district_is_refused():
    sample = Sample().state().association("071315001", "Adenau", code="50")
    sample.municipality("07131001", "Adenau", association="5001")
    error = refused(sample.data)
    assert (error.line, error.reason) == (3, "07131001 steht vor seinem Kreis 07131 (Satzart 40)")


def test_a_municipality_before_its_association_is_refused():
    error = refused(base().municipality("07131001", "Adenau", association="5001").data)
    assert error.line == 3
    assert "Gemeindeverband 071315001" in error.reason


def test_an_association_before_its_district_is_refused():
    assert refused(Sample().state().association("071315001", "Adenau").data).line == 2


def test_a_district_before_its_state_is_refused():
    assert refused(Sample().district("07131", "Ahrweiler", "Ahrweiler").data).line == 1


def test_a_key_that_stands_there_twice_is_refused():
    sample = base().municipality("07131001", "Adenau")
    sample.lines.append(sample.lines[-1])
    error = refused(sample.data)
    assert (error.line, error.reason) == (5, "der Schlüssel 07131001 steht zweimal in der Datei")


def test_a_record_without_a_name_is_refused():
    assert refused(base().municipality("07131001", "").data).line == 3


def test_a_date_that_is_none_is_refused():
    error = refused(base().data.replace(b"1020231130", b"1020231399", 1))
    assert error.line == 1
    assert "20231399" in error.reason


def test_lines_of_two_directories_in_one_file_are_refused():
    sample = base()
    sample.lines += Sample(dt.date(2024, 11, 30)).state("08", "Baden-Württemberg").lines
    error = refused(sample.data)
    assert error.line == 3
    assert "2023-11-30" in error.reason


def test_a_file_that_was_cut_off_is_refused():
    whole = small_state()
    cut = whole.text[: whole.text.index("Adenau, Stadt") - 22]
    assert refused(cut.encode()).reason == "die Datei ist nicht vollständig: 071315001 hat keine Gemeinde"
