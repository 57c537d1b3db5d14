"""Small files made to cost much: each would never be done with, if it were read without limits."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageFile

from content.documentation import keeping, pictures
from content.documentation.anchors import Anchors
from content.documentation.markdown import parse
from content.documentation.order import listed_by_mkdocs
from content.documentation.pictures import examine_picture
from content.drafting.outline import Picture
from content.drafting.services import _is_picture
from content.publiccode.exporting import long_description
from content.publiccode.reading import MAX_PARTS, read
from content.supply_chain import globs
from content.supply_chain.globs import Effort, loose_glob, reuse_glob
from content.supply_chain.parts_lists import read_parts_list
from hub.documents import Block, Section, Text
from hub.errors import UnreadableUpload
from tests.content.documentation import picture, read_archive
from tests.content.test_reuse import report

MANY = 300_000


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("*.json", "a.json", True),
        ("*.json", "a/b.json", False),
        ("**.json", "a/b.json", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**/c", "a/c", False),
        ("***", "a/b", True),
        ("a*", "a", True),
        ("*", "", True),
        ("", "", True),
        ("a", "ab", False),
        ("ab", "a", False),
        ("?", "a", False),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("a\\", "a\\", True),
        ("*a*b", "xa/ab", False),
        ("**a*b", "x/aab", True),
    ],
)
def test_stars_of_reuse_stand_for_what_they_say(pattern: str, path: str, is_meant: bool) -> None:
    assert reuse_glob(pattern).matches(path, Effort()) is is_meant


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [("*.c", "a/b.c", True), ("?.c", "/.c", True), ("?.c", ".c", False), ("a*?b", "ab", False)],
)
def test_stars_of_the_older_list_stand_for_slashes_too(pattern: str, path: str, is_meant: bool) -> None:
    assert loose_glob(pattern).matches(path, Effort()) is is_meant


def test_a_pattern_of_stars_looks_at_each_sign_of_a_path_once() -> None:
    effort = Effort()
    assert not reuse_glob("*a" * 400 + "b").matches("a" * 1000, effort)
    assert globs.MOST_STEPS - effort.left <= 1001


def test_a_path_may_have_more_stars_than_anybody_writes_and_still_be_meant() -> None:
    toml = f"""version = 1\n[[annotations]]\npath = '{"*a" * 20}'\nSPDX-License-Identifier = 'MIT'
SPDX-FileCopyrightText = 'S'\n"""
    assert report({"REUSE.toml": toml, "a" * 40: "x"}).covered == 1


def test_more_patterns_than_can_be_tried_cover_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    toml = """version = 1\n[[annotations]]\npath = '**'\nSPDX-License-Identifier = 'MIT'
SPDX-FileCopyrightText = 'S'\n"""
    assert report({"REUSE.toml": toml, "a": "x", "b": "x"}).covered == 2
    monkeypatch.setattr(globs, "MOST_STEPS", 2)
    assert report({"REUSE.toml": toml, "a": "x", "b": "x"}).covered == 1


def test_settings_of_aliases_and_merges_list_nothing() -> None:
    merged = "nav: [a.md]\na: &a {x: 1}\n" + "".join(
        f"k{n}: &k{n} {{<<: [{','.join(['*' + ('a' if n == 0 else f'k{n - 1}')] * 9)}]}}\n" for n in range(12)
    )
    assert listed_by_mkdocs("mkdocs.yml", merged) == []
    assert listed_by_mkdocs("mkdocs.yml", "[" * 100_000) == []
    assert listed_by_mkdocs("mkdocs.yml", "nav: &a [a.md, *a]") == ["docs/a.md"]
    few = "x: !!python/name:os.system y\nnav:\n  - Start: a.md\n  - 1.md\nnav: [b.md]"
    assert listed_by_mkdocs("mkdocs.yml", few) == ["docs/a.md", "docs/1.md"]


def test_keys_that_stand_there_twice_are_read_past(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = read(b"a:\n  b: 1\na:\n  b: 2\n  b: 3\n")
    assert (tree.data, [error.place.line for error in tree.errors]) == ({"a": {"b": "1"}}, [3])
    number = MAX_PARTS // 2 - 10
    lines = "".join(f"k{n}: x\n" for n in range(number))
    assert len(read((lines * 2).encode()).errors) == number


def test_a_line_of_blanks_in_a_parts_list_is_read_once() -> None:
    said = b"SPDXVersion: SPDX-2.3\nPackageName: x" + b" " * MANY + b"x\nPackageLicenseConcluded:\t MIT \n"
    found = read_parts_list(io.BytesIO(said), "sha256:" + "0" * 64)
    assert (found.version, found.components, found.licences[0].name) == ("2.3", 1, "MIT")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: a" + " " * MANY + "b\n---\ntext", "a" + " " * 199),
        ("---\ntitle:" + " " * MANY + "\nx\n---\ntext", "A"),
        ("---\nx: y\ntitle: 'Ein Titel' \n---\ntext", "Ein Titel"),
        ('---\ntitle: "Ein Titel"\n---\ntext', "Ein Titel"),
        ("# " + "{#a" * MANY, ("{#a" * 100)[:200]),
        ("# {#" + "a" * MANY, ("{#" + "a" * 200)[:200]),
        ("# Ein Titel {#so}", "Ein Titel"),
    ],
    ids=range(7),
)
def test_titles_are_found_whatever_stands_beside_them(text: str, title: str) -> None:
    assert parse("a.md", text, Anchors()).title == title


def cut_off(kind: str) -> bytes:
    """A picture of which the second half is missing."""
    out = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(out, kind)
    whole = out.getvalue()
    return whole[: len(whole) // 2]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_is_cut_off_is_refused_although_a_library_allows_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data, name = cut_off(kind), f"a.{kind.lower()}"
    with pytest.raises(UnreadableUpload, match="lässt sich nicht lesen"):
        examine_picture(name, data)
    assert not _is_picture(Picture(name, data))
    assert ImageFile.LOAD_TRUNCATED_IMAGES


def test_pictures_have_so_many_pixels_each_and_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1000)
    with pytest.raises(UnreadableUpload, match="25 Millionen"):
        examine_picture("a.png", picture(size=(40, 30)))
    monkeypatch.undo()
    monkeypatch.setattr(keeping, "MAX_MEGAPIXELS", 1)
    files: dict[str, Any] = {"a.md": "# A\n\n![x](a.png)\n\n![y](b.png)", "a.png": picture(size=(900, 900))}
    assert len(read_archive({**files, "b.png": picture(size=(40, 30))}).attachments) == 2
    with pytest.raises(UnreadableUpload, match="Zusammen haben die Bilder mehr als 1 Millionen"):
        read_archive({**files, "b.png": picture(size=(901, 900))})


def test_an_animation_has_so_many_pixels_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    frames = [Image.new("L", (20, 20), n * 40) for n in range(5)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert examine_picture("a.gif", out.getvalue()).pixels == 2000
    monkeypatch.setattr(pictures, "MAX_ANIMATED", 1999)
    with pytest.raises(UnreadableUpload, match="Animation"):
        examine_picture("a.gif", out.getvalue())


def test_text_of_an_exported_description_stays_text() -> None:
    html = (
        "<p>Hallo &lt;img src=x onerror=alert(1)&gt; [x](javascript:alert(1)) &amp;lt;b "
        "<a href='javascript:alert(1)'>y</a> <a href='https://a.example/'>z</a></p>"
        "<pre><code>```\n&lt;script&gt;</code></pre>"
    )
    block = Block(anchor="a", html=html, text="Hallo")
    parts = tuple(Section(anchor=n, heading="A <b>", blocks=(block,)) for n in ("s", "t"))
    written = long_description(Text(title="T", sections=parts))
    assert r"Hallo \<img src=x onerror=alert(1)> \[x](javascript:alert(1)) \&lt;b y" in written
    assert "[z](https://a.example/)" in written
    assert r"**A \<b>**" in written
    assert "````\n```\n<script>\n````" in written
