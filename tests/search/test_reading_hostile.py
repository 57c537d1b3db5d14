"""Files that mean harm, by accident or not: they are read as far as that goes, and nothing else happens."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from search.reading import (
    DOCX,
    LONGEST_PAGE,
    MARKDOWN,
    MOST_CHARACTERS,
    MOST_PAGES,
    ODT,
    PDF,
    PLAIN,
    Reason,
    running,
)
from search.reading.reader import answer
from search.reading.running import FoundPage, Reading, read_file
from tests.search.attached import W, docx, locked_pdf, odt, package, pdf

PYTHON = sys.executable
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
ENCRYPTED_ODT = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    "<m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
)


def read(data: bytes, media_type: str, **options: float) -> Reading:
    return read_file(io.BytesIO(data), media_type, **options)


def refused(reason: Reason) -> Reading:
    return Reading(cut=True, reason=reason)


@pytest.mark.parametrize(
    ("data", "media_type", "reason"),
    [
        (b"", PDF, Reason.BROKEN),
        (b"%PDF-1.7\nnothing follows", PDF, Reason.BROKEN),
        (pdf("abgeschnitten")[:300], PDF, Reason.BROKEN),
        (b"PK\x03\x04 no archive", DOCX, Reason.BROKEN),
        (package({"anything.xml": "<a/>"}), DOCX, Reason.BROKEN),
        (package({"word/document.xml": "<w:document>"}), DOCX, Reason.BROKEN),
        (docx("Text")[:-40], DOCX, Reason.BROKEN),
        (package({"content.xml": "\0\1\2"}), ODT, Reason.BROKEN),
        (locked_pdf("geheim", "passwort"), PDF, Reason.ENCRYPTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an archive inside", DOCX, Reason.ENCRYPTED),
        (odt("x", manifest=ENCRYPTED_ODT), ODT, Reason.ENCRYPTED),
        (package({"encrypted-package": "x"}), ODT, Reason.ENCRYPTED),
    ],
)
def test_a_broken_or_locked_file_is_named_as_that(data: bytes, media_type: str, reason: Reason) -> None:
    assert read(data, media_type) == refused(reason)


@pytest.mark.parametrize("document_type", [XXE, LAUGHS])
def test_entities_open_no_file_and_do_not_multiply(document_type: str) -> None:
    said = "<w:p><w:r><w:t>&e;&c;</w:t></w:r></w:p>"
    document = f'{document_type}<w:document xmlns:w="{W}"><w:body>{said}</w:body></w:document>'
    assert read(package({"word/document.xml": document}), DOCX) == refused(Reason.BROKEN)
    assert read(package({"content.xml": f"{document_type}<a>&e;&c;</a>"}), ODT) == refused(Reason.BROKEN)


def test_an_archive_that_unpacks_to_more_than_a_part_may_hold_is_not_unpacked() -> None:
    bomb = package({"word/document.xml": b" " * (101 * 1024 * 1024)})
    assert len(bomb) < 200_000
    assert read(bomb, DOCX) == refused(Reason.TOO_LARGE)


def test_an_archive_that_lies_about_its_size_is_a_broken_one() -> None:
    bomb = bytearray(docx("x" * 5_000_000))
    size = bomb.index(b"PK\x01\x02") + 24  # of the first part in the table of contents (APPNOTE.TXT 4.3.12)
    assert int.from_bytes(bomb[size : size + 4], "little") > 5_000_000
    bomb[size : size + 4] = (10).to_bytes(4, "little")
    assert read(bytes(bomb), DOCX) == refused(Reason.BROKEN)


def test_of_a_part_full_of_text_the_beginning_is_read() -> None:
    found = read(docx(*["Absatz für Absatz " * 500] * 10_000), DOCX)
    assert found.cut
    assert found.reason is None
    assert MOST_CHARACTERS * 0.9 < sum(len(page.text) for page in found.pages) <= MOST_CHARACTERS


def test_a_page_that_unpacks_to_a_hundred_megabytes_is_lost_and_the_others_are_not() -> None:
    bomb = pdf("x", stream=zlib.compress(b" " * 100_000_000))
    assert read(bomb, PDF) == refused(Reason.BROKEN)


def test_of_ten_thousand_pages_the_first_are_read() -> None:
    found = read(pdf(*(f"Seite {number}" for number in range(1, 10_001))), PDF)
    assert len(found.pages) == MOST_PAGES
    assert found.pages[-1] == FoundPage(MOST_PAGES, "", f"Seite {MOST_PAGES}")
    assert found.cut


def test_of_a_huge_page_and_of_a_huge_file_the_beginning_is_read() -> None:
    page = read(pdf("\n".join(["Wort " * 20] * 2_000)), PDF)
    assert page.cut
    assert LONGEST_PAGE - 10_000 < len(page.pages[0].text) <= LONGEST_PAGE
    file = read(b"Ein Absatz von vielen.\n\n" * 200_000, PLAIN)
    assert file.cut
    assert MOST_CHARACTERS * 0.9 < sum(len(page.text) for page in file.pages) <= MOST_CHARACTERS


def test_markup_nested_without_end_does_no_harm() -> None:
    assert read(b"> " * 50_000 + b"tief", MARKDOWN).reason is None
    deep = read(
        odt("<text:p>" + "<text:span>" * 50_000 + "tief" + "</text:span>" * 50_000 + "</text:p>"), ODT
    )
    assert deep == Reading((FoundPage(1, "", "tief"),))


def test_a_file_larger_than_is_read_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LARGEST_FILE", 10)
    assert read(b"elf Zeichen", PLAIN) == Reading(reason=Reason.TOO_LARGE)


def test_reading_ends_when_its_time_is_up() -> None:
    assert read(pdf("Text"), PDF, seconds=0.01) == refused(Reason.TOO_SLOW)


@pytest.mark.parametrize(
    ("error", "reason"), [(MemoryError, "too_much_memory"), (KeyError, "broken"), (RecursionError, "broken")]
)
def test_whatever_a_parser_raises_is_said_in_the_last_line(error: type[Exception], reason: str) -> None:
    def fail(_file: object) -> None:
        raise error

    written = io.BytesIO()
    answer(fail, io.BytesIO(), written)  # type: ignore[arg-type]
    assert written.getvalue() == b'{"end": "%s", "cut": false}\n' % reason.encode()


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open('/tmp/written', 'w')",
        "__import__('socket').socket()",
        "__import__('os').fork()",
        "bytearray(600 * 1024 * 1024)",
        "__import__('resource').setrlimit(__import__('resource').RLIMIT_NOFILE, (9, 9))",
    ],
)
def test_the_reading_process_can_do_nothing_else(attempt: str) -> None:
    code = (
        "import os, resource, socket\n"
        "from search.reading.confining import confine\n"
        "confine()\n"
        f"try:\n    {attempt}\nexcept (OSError, MemoryError, ValueError):\n    os._exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=running.PROJECT, check=False, timeout=20)
    assert done.returncode == 7


def test_the_reading_process_loads_nothing_of_the_site() -> None:
    code = (
        "import sys\nfrom search.reading import READABLE\nfrom search.reading.reader import reader_of\n"
        "assert len([reader_of(each) for each in READABLE]) == 5\n"
        "print(*{name.split('.')[0] for name in sys.modules} & {'django', 'hub', 'psycopg', 'wagtail'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=running.PROJECT, check=True, capture_output=True, text=True
    )
    assert done.stdout == "\n"


def test_a_process_that_never_ends_is_ended_by_the_kernel() -> None:
    code = (
        "from search.reading import confining\n"
        "confining.CPU_SECONDS = 1\nconfining.confine()\nwhile True: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=running.PROJECT, check=False, timeout=20)
    assert done.returncode == -running.signal.SIGXCPU


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in place of the reading process; the test writes what it does."""
    program = tmp_path / "reader"
    program.touch()
    program.chmod(stat.S_IRWXU)
    monkeypatch.setattr(running.sys, "executable", str(program))
    return program


def test_the_reading_process_is_told_no_secret_and_given_no_other_file(
    reader: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    reader.write_text(
        f"#!{PYTHON}\n"
        "import json, os\n"
        "def is_open(number):\n"
        "    try: return bool(os.fstat(number))\n"
        "    except OSError: return False\n"
        "said = f'{sorted(os.environ)} {[number for number in range(64) if is_open(number)]}'\n"
        "print(json.dumps({'number': 1, 'heading': '', 'text': said}))\n"
    )
    with reader.open("rb") as other:
        os.set_inheritable(other.fileno(), True)
        (page,) = read(b"x", PLAIN).pages
    assert page.text in {
        "['LANG', 'PYTHONDONTWRITEBYTECODE'] [0, 1, 2]",
        "['LANG', 'LC_CTYPE', 'PYTHONDONTWRITEBYTECODE'] [0, 1, 2]",
    }


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no json at all",
        '{"number": 1, "heading": "", "text": "abgebro',
        '{"number": "eins", "heading": 5, "text": []}',
        '{"number": 99999999999, "heading": "", "text": "x"}',
        '{"number": true, "heading": "", "text": "\\u0000"}',
        "[1, 2]",
        "[" * 100_000,
    ],
)
def test_an_answer_that_makes_no_sense_is_a_crash_and_no_text(reader: Path, said: str) -> None:
    reader.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\n")
    assert read(b"x", PLAIN) == refused(Reason.CRASHED)


def test_what_was_read_before_a_crash_counts(reader: Path) -> None:
    reader.write_text(
        "#!/bin/sh\n"
        'echo \'{"number": 4, "heading": "  Kopf\\u0000", "text": "Seite\\u0000 vier\\ud800  hier"}\'\n'
        "kill -SEGV $$\n"
    )
    assert read(b"x", PLAIN) == Reading((FoundPage(4, "Kopf", "Seite vier hier"),), True, Reason.CRASHED)
