"""Archives from outside: what is opened, and each way in which one could do harm."""

from __future__ import annotations

import errno
import gzip
import io
import stat
import struct
import tarfile
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.utils import translation

from hub.errors import UnreadableUpload, UnsafeArchive
from hub.files import tars
from hub.files.archives import Limits, open_archive

Files = Iterable[tuple[str, bytes]]
TWO: Files = [("docs/README.md", b"# Hallo"), ("docs/bild.png", b"\x89PNG")]


def make_zip(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, content)
    return out.getvalue()


def make_tar(files: Files, format: int = tarfile.PAX_FORMAT, encoding: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format, encoding=encoding) as archive:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def make_tgz(files: Files) -> bytes:
    return gzip.compress(make_tar(files))


def special_tar(name: str, kind: bytes, **more: Any) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.type = kind
        for key, value in more.items():
            setattr(member, key, value)
        archive.addfile(member)
    return out.getvalue()


def contents(data: bytes, limits: Limits | None = None, name: str = "archiv") -> dict[str, bytes]:
    with open_archive(io.BytesIO(data), name, limits) as archive:
        return {entry.path: archive.read(entry.path, 10**9) for entry in archive.entries}


def refusal(data: bytes, limits: Limits | None = None, name: str = "archiv.zip") -> UnreadableUpload:
    with pytest.raises(UnreadableUpload) as caught:
        contents(data, limits, name)
    return caught.value


MAKERS = pytest.mark.parametrize("make", [make_zip, make_tar, make_tgz], ids=["zip", "tar", "tar.gz"])


@MAKERS
def test_files_are_read_and_folders_are_not_listed(make: Callable[[Files], bytes]) -> None:
    assert contents(make(TWO)) == dict(TWO)


@MAKERS
def test_sizes_are_known_before_reading(make: Callable[[Files], bytes]) -> None:
    with open_archive(io.BytesIO(make(TWO)), "archiv") as archive:
        assert [(entry.path, entry.size) for entry in archive.entries] == [
            ("docs/README.md", 7),
            ("docs/bild.png", 4),
        ]
        assert "docs/README.md" in archive
        assert "README.md" not in archive


@MAKERS
def test_an_archive_without_files_is_empty(make: Callable[[Files], bytes]) -> None:
    assert contents(make([])) == {}


def test_folders_of_both_kinds_are_passed_over() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.mkdir("docs")
        archive.writestr("docs/a.md", b"a")
    assert contents(out.getvalue()) == {"docs/a.md": b"a"}
    assert contents(special_tar("docs/", tarfile.DIRTYPE)) == {}


def test_the_file_of_the_caller_stays_open() -> None:
    file = io.BytesIO(make_zip(TWO))
    with open_archive(file, "archiv.zip"):
        pass
    assert not file.closed


def test_a_part_of_an_entry_can_be_read() -> None:
    with open_archive(io.BytesIO(make_tgz(TWO)), "a.tgz") as archive, archive.open("docs/README.md") as file:
        assert file.read(2) == b"# "


def test_reading_more_than_wanted_is_refused() -> None:
    with (
        open_archive(io.BytesIO(make_zip(TWO)), "a.zip") as archive,
        pytest.raises(UnreadableUpload, match=r"docs/README\.md"),
    ):
        archive.read("docs/README.md", 6)


def test_dots_and_empty_parts_are_left_out_of_paths() -> None:
    assert contents(make_tar([("./docs//a.md", b"a")])) == {"docs/a.md": b"a"}


@MAKERS
@pytest.mark.parametrize(
    "name",
    [
        "../etc/passwd",
        "docs/../../etc/passwd",
        "docs/..",
        "/etc/passwd",
        "C:/Windows/system.ini",
        "c:system.ini",
        "docs\\install.md",
        "..\\..\\install.md",
        "\\\\server\\share",
        "docs/a\nb.md",
        "x" * 1001,
    ],
)
def test_paths_that_lead_out_are_refused(make: Callable[[Files], bytes], name: str) -> None:
    error = refusal(make([(name, b"x")]))
    assert isinstance(error, UnsafeArchive)
    assert name[:6].replace("\n", "") in str(error)


def test_a_path_with_a_hidden_end_is_refused() -> None:
    data = make_zip([("a.mdXevil.exe", b"x")]).replace(b"a.mdXevil", b"a.md\0evil")
    assert isinstance(refusal(data), UnsafeArchive)


def test_a_folder_that_leads_out_is_refused() -> None:
    assert isinstance(refusal(make_zip([("../fort/", b"")])), UnsafeArchive)
    assert isinstance(refusal(special_tar("../fort", tarfile.DIRTYPE)), UnsafeArchive)


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE],
    ids=["symlink", "hard link", "character device", "block device", "pipe"],
)
def test_links_and_devices_in_a_tar_are_refused(kind: bytes) -> None:
    error = refusal(special_tar("docs/verweis", kind, linkname="/etc/passwd"))
    assert isinstance(error, UnsafeArchive)
    assert "docs/verweis" in str(error)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_are_refused(kind: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("docs/verweis")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert isinstance(refusal(out.getvalue()), UnsafeArchive)


@MAKERS
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.md", "a.md"),
        ("docs/A.md", "docs/a.md"),
        ("ä.md", unicodedata.normalize("NFD", "ä.md")),
        ("Ä.md", unicodedata.normalize("NFD", "ä.md")),
        ("docs/a.md", "docs/./a.md"),
    ],
)
def test_the_same_file_twice_is_refused(make: Callable[[Files], bytes], first: str, second: str) -> None:
    assert isinstance(refusal(make([(first, b"1"), (second, b"2")])), UnsafeArchive)


def test_words_that_differ_in_german_are_two_files() -> None:
    assert len(contents(make_zip([("Maße.md", b"1"), ("Masse.md", b"2")]))) == 2


@MAKERS
def test_too_many_files_are_refused(make: Callable[[Files], bytes]) -> None:
    files = [(f"{n}.md", b"") for n in range(6)]
    assert len(contents(make(files), Limits(entries=6))) == 6
    assert isinstance(refusal(make(files), Limits(entries=5)), UnsafeArchive)


def test_a_hundred_thousand_entries_are_refused_before_the_directory_is_read() -> None:
    record = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 6, 0, 0) + bytes(12) + b"n%05d"
    directory = b"".join(record.replace(b"%05d", b"%05d" % n) for n in range(100_000))
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(directory), 4, 0)  # it claims one entry
    data = b"PK\x03\x04" + directory + end
    tracemalloc.start()
    try:
        error = refusal(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, UnsafeArchive)
    assert peak < len(data) + 2_000_000  # the copy handed over, and no list of entries


@MAKERS
def test_an_archive_that_is_too_large_unpacked_is_refused(make: Callable[[Files], bytes]) -> None:
    data = make([("a", b"x" * 600), ("b", b"x" * 600)])
    assert isinstance(refusal(data, Limits(bytes=1000)), UnsafeArchive)
    assert isinstance(refusal(data, Limits(entry_bytes=500)), UnsafeArchive)


@pytest.mark.parametrize("make", [make_zip, make_tgz], ids=["zip", "tar.gz"])
def test_an_archive_that_swells_is_refused(make: Callable[[Files], bytes]) -> None:
    data = make([("null", bytes(30 * 1024 * 1024))])
    assert len(data) < 100_000
    assert isinstance(refusal(data), UnsafeArchive)


def test_archives_within_archives_stay_closed() -> None:
    inner = make_zip([("null", bytes(9 * 1024 * 1024))])
    assert contents(make_zip([("inner.zip", inner)])) == {"inner.zip": inner}


def overlapping_zip() -> bytes:
    """Two entries in the directory that share one entry's bytes."""
    data = make_zip([("a.md", b"x" * 50), ("b.md", b"y" * 50)], zipfile.ZIP_STORED)
    second = data.rindex(b"PK\x01\x02")
    return data[: second + 42] + struct.pack("<L", 10) + data[second + 46 :]


def test_entries_that_share_their_bytes_are_refused() -> None:
    error = refusal(overlapping_zip())
    assert isinstance(error, UnsafeArchive)
    assert "a.md" in str(error) or "b.md" in str(error)


def test_an_encrypted_zip_is_refused_with_what_to_do() -> None:
    data = bytearray(make_zip([("geheim.md", b"x")]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    error = refusal(bytes(data))
    assert "geheim.md" in str(error)
    assert "Kennwort" in str(error) or "Passwort" in str(error)


@MAKERS
@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_a_truncated_archive_is_refused(make: Callable[[Files], bytes], share: float) -> None:
    data = make([(f"{n}.md", bytes(range(256)) * 8) for n in range(20)])
    refusal(data[: int(len(data) * share)] if make is not make_tar else data[: int(20 * 2560 * share)])


def test_a_tar_that_ends_between_two_files_is_refused() -> None:
    refusal(make_tar([("a.md", b"x" * 512), ("b.md", b"x" * 512)])[:2048])


@pytest.mark.parametrize("stated", [10, 5000])
def test_a_zip_that_lies_about_a_size_is_refused(stated: int) -> None:
    data = bytearray(make_zip([("a.md", b"x" * 100)]))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<L", stated)
    assert "a.md" in str(refusal(bytes(data)))


def test_a_zip_with_changed_bytes_is_refused() -> None:
    data = make_zip([("a.md", b"Inhalt der Datei")], zipfile.ZIP_STORED).replace(b"Inhalt", b"inhalt")
    assert "a.md" in str(refusal(data))


def test_a_zip_whose_names_differ_is_refused() -> None:
    data = make_zip([("a.md", b"x")])
    at = data.index(b"a.md")
    assert "a.md" in str(refusal(data[:at] + b"b.md" + data[at + 4 :]))


def test_a_zip_packed_in_an_unknown_way_is_refused() -> None:
    data = bytearray(make_zip([("a.md", b"x" * 100)]))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        data[data.index(signature) + offset] = 98
    assert "a.md" in str(refusal(bytes(data)))


def test_a_tar_header_that_would_fill_memory_is_refused() -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 40_000_000
    data = header.tobuf(tarfile.USTAR_FORMAT) + bytes(40_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableUpload), open_archive(io.BytesIO(data), "a.tar"):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 41_000_000


def test_a_tar_with_a_negative_size_is_refused() -> None:
    header = bytearray(tarfile.TarInfo("a.md").tobuf())
    header[124:136] = b"\xff" * 12
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    refusal(bytes(header) + bytes(1024))


@pytest.mark.parametrize(
    "data",
    [b"", b"# Nur ein Text", b"Rar!\x1a\x07\x00" + bytes(600), b"7z\xbc\xaf\x27\x1c" + bytes(600), b"PK"],
    ids=["empty", "text", "rar", "7z", "two letters"],
)
def test_what_is_no_archive_is_named_with_what_to_do(data: bytes) -> None:
    error = refusal(data, name="handbuch.rar")
    assert "handbuch.rar" in str(error)
    assert "ZIP" in str(error)


def test_a_compressed_file_that_holds_no_archive_is_refused() -> None:
    assert "ZIP" in str(refusal(gzip.compress(b"# Nur ein Text" * 100)))


def test_a_zip_that_is_only_its_beginning_is_damaged() -> None:
    refusal(b"PK\x03\x04" + bytes(100))


def test_names_of_old_windows_and_mac_programs_are_read() -> None:
    written = make_zip([("uebung-1.md", b"1")])
    dos = written.replace(b"uebung-1.md", b"\x81bung-01.md")
    mac = written.replace(b"uebung-1.md", "übung-1.md".encode())
    assert contents(dos) == {"übung-01.md": b"1"}
    assert contents(mac) == {"übung-1.md": b"1"}
    old = make_tar([("übung.md", b"1")], tarfile.USTAR_FORMAT, "cp1252")
    assert contents(old) == {"übung.md": b"1"}


def test_a_name_that_is_no_utf8_though_it_says_so_is_refused() -> None:
    refusal(make_zip([("ä.md", b"x")]).replace("ä".encode(), b"\xff\xfe"))


def test_a_full_disk_while_unpacking_is_said_in_words(monkeypatch):
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(tars.tempfile, "TemporaryFile", lambda **given: Full())
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.md"))
    with (
        translation.override("de"),
        pytest.raises(UnreadableUpload, match="kein Platz"),
        open_archive(packed, "docs.tgz"),
    ):
        pass
