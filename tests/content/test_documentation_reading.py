"""Reading documentation: chapters, links, pictures, and every input that is not as it should be."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import translation

from content.documentation import gathering, keeping
from content.documentation.packing import pack_files, pack_folder
from content.documentation.services import preview
from hub.errors import UnreadableUpload, UnsafeArchive
from tests.content.conftest import SVG
from tests.content.documentation import markup, notes, pack, picture, read_archive


@pytest.fixture(autouse=True)
def german():
    with translation.override("de"):
        yield


def sections(reading, chapter=0):
    return [
        (each["level"], each["heading"], each["anchor"]) for each in reading.chapters[chapter]["sections"]
    ]


def blocks(reading):
    return [block for chapter in reading.chapters for each in chapter["sections"] for block in each["blocks"]]


def test_a_file_becomes_a_chapter_and_its_headings_sections():
    reading = read_archive(
        {"install.md": "# Einrichten\n\nVorweg.\n\n## Linux\n\nSo.\n\n### Dienst\n\nUnd so.\n"}
    )
    assert sections(reading) == [(1, "Einrichten", "d-install"), (2, "Linux", "d-install-linux")]
    assert [(block["anchor"], block["html"]) for block in blocks(reading)] == [
        ("d-install-1", "<p>Vorweg.</p>"),
        ("d-install-linux-1", "<p>So.</p>"),
        ("d-install-dienst", "<h5>Dienst</h5>"),
        ("d-install-linux-3", "<p>Und so.</p>"),
    ]


@pytest.mark.parametrize(
    ("path", "text", "title"),
    [
        ("a.md", "---\ntitle: Aus dem Vorspann\n---\nText", "Aus dem Vorspann"),
        ("a.md", "---\ntitle: x\n---\n# Eigener Titel\n", "Eigener Titel"),
        ("erste-schritte.md", "Nur Text", "Erste schritte"),
        ("a/README.md", "Nur Text", "A"),
        ("a.md", "Setext\n======\n", "Setext"),
        ("a.md", "<!-- Notiz -->\n\n# Mit `Code` und *Betonung*", "Mit Code und Betonung"),
        ("a.md", "# Titel {#kurz}\n", "Titel"),
    ],
)
def test_each_chapter_has_a_title(path, text, title):
    reading = read_archive({path: text, "b/z.md": "# Z"})
    assert title in [chapter["sections"][0]["heading"] for chapter in reading.chapters]


def test_formatting_is_kept_and_code_says_its_language():
    reading = read_archive({"a.md": "~~alt~~ **neu** `ls`\n\n```bash\nls -l\n```\n\n    eingerückt\n"})
    assert [block["html"] for block in blocks(reading)] == [
        "<p><s>alt</s> <strong>neu</strong> <code>ls</code></p>",
        "<pre><code>ls -l\n</code></pre>",
        "<pre><code>eingerückt\n</code></pre>",
    ]
    assert [block.get("caption") for block in blocks(reading)] == [None, "bash", None]


def test_tables_say_what_their_columns_are():
    reading = read_archive({"a.md": "| Rolle | Frist |\n|---|:-:|\n| IT | 3 |\n"})
    (block,) = blocks(reading)
    assert '<th scope="col">Rolle</th>' in block["html"]
    assert block["text"] == "Rolle | Frist\nIT | 3"


def test_tasks_show_whether_they_are_done():
    reading = read_archive({"a.md": "- [x] bestellt\n- [ ] geliefert\n- [link](https://example.org)\n"})
    assert blocks(reading)[0]["text"] == "☑ bestellt\n☐ geliefert\nlink"


def test_markup_of_html_is_left_out_and_named():
    hostile = (
        "Vor <b onclick=x>mitten</b> drin<br>neu\n\n<script>alert(1)</script>\n\n<!-- Notiz -->\n\nnach\n"
    )
    reading = read_archive({"a.md": hostile})
    assert markup(reading) == "<p>Vor mitten drin<br>\nneu</p>\n<p>nach</p>" or "script" not in markup(
        reading
    )
    assert "onclick" not in markup(reading)
    assert [note.split(": ")[0] for note in notes(reading, "skipped")] == ["a.md:1", "a.md:3"]


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "ftp://example.org"],
)
def test_links_of_dangerous_kinds_lead_nowhere(link):
    assert "href" not in markup(read_archive({"a.md": f"[weiter]({link})"}))


def test_links_between_files_lead_to_their_anchors():
    files = {
        "docs/README.md": (
            "# Start\n\n[a](./install.md) [b](install.md#linux--co) [c](sub/mehr.md#linux) [d](#weiter)"
            " [e](/install.md) [f](install.html) [g](sub/) [h](install) [i](install.md#KURZ)\n\n## Weiter\n"
        ),
        "docs/install.md": "# Einrichten\n\n## Linux & Co\n\n## Eigene {#kurz}\n",
        "docs/sub/mehr.md": "# Mehr\n\n## Linux\n\n[z](../README.md#weiter)\n",
        "docs/sub/index.md": "# Unten\n",
    }
    reading = read_archive(files)
    assert [part.split('"')[0] for part in markup(reading).split('href="')[1:]] == [
        "#d-install",
        "#d-install-linux-co",
        "#d-sub-mehr-linux",
        "#d-readme-weiter",
        "#d-install",
        "#d-install",
        "#d-sub-index",
        "#d-install",
        "#d-install-eigene",
        "#d-readme-weiter",
    ]
    assert notes(reading, "broken") == []
    assert notes(reading, "mended")[0] == "README.md:3: Verweis: ./install.md"


def test_repeated_headings_are_told_apart_as_code_platforms_do():
    text = "# T\n\n## Phase\n\n## Phase\n\n## Phase 1\n\n[a](#phase) [b](#phase-1)\n"
    reading = read_archive({"a.md": text})
    anchors = [anchor for _level, _heading, anchor in sections(reading)]
    assert len(set(anchors)) == 4
    assert f'href="#{anchors[1]}">a' in markup(reading)
    assert f'href="#{anchors[2]}">b' in markup(reading)


def test_anchors_are_unique_whatever_files_and_headings_are_called():
    files = {
        "a.md": "# A\n\n## b\n\nx\n\ny\n\n## b 1\n\nz\n",
        "a b.md": "# A\n\nx\n",
        "a-b.md": "# A\n\nx\n",
        "ä/ö.md": "# Ä\n\n## 你好\n\nx\n",
        "✓.md": "# ✓\n\n## ✓\n\nx\n",
    }
    reading = read_archive(files)
    anchors = [each["anchor"] for chapter in reading.chapters for each in chapter["sections"]]
    anchors += [block["anchor"] for block in blocks(reading)]
    assert len(anchors) == len(set(anchors))
    assert all(anchor.startswith("d-") for anchor in anchors)


def test_broken_links_are_named_with_file_and_line():
    text = (
        "---\na: b\n---\n# T\n\nerste\nzweite [x](nix.md)\n\n"
        "[y](../fort.md) [z](#nirgends) [w](b.md#nirgends)\n"
    )
    reading = read_archive({"a.md": text, "b.md": "# B"})
    assert notes(reading, "broken") == [
        "a.md:7: Der Verweis „nix.md“ führt ins Leere.",
        "a.md:9: Der Verweis „../fort.md“ führt aus dem Ordner hinaus.",
        "a.md:9: Die Überschrift gibt es nicht: „#nirgends“. Der Verweis führt an den Anfang der Datei.",
        "a.md:9: Die Überschrift gibt es nicht: „b.md#nirgends“. Der Verweis führt an den Anfang der Datei.",
    ]
    assert "nix.md" not in markup(reading)


def test_linked_files_are_attached_and_large_ones_named():
    big = b"x" * (keeping.MAX_FILE_BYTES + 1)
    reading = read_archive(
        {
            "a.md": "[klein](liste.csv) [groß](voll.bin) [nochmal](liste.csv)",
            "liste.csv": "a",
            "voll.bin": big,
        }
    )
    assert [(each["name"], each["role"]) for each in reading.attachments] == [("liste.csv", "file")]
    assert "a.md:1: angehängt: liste.csv" in notes(reading, "mended")
    assert "voll.bin" in notes(reading, "broken")[0]
    assert "#datei-" in markup(reading)


def test_a_linked_file_that_is_not_what_its_name_says_is_named_and_left_out():
    reading = read_archive({"a.md": "[Formular](formular.pdf)", "formular.pdf": b"<html><script>1</script>"})
    assert reading.attachments == []
    assert "formular.pdf" in notes(reading, "broken")[0]
    assert "etwas anderes" in notes(reading, "broken")[0]


def test_pictures_are_taken_in_with_their_alternative_text():
    files = {
        "a.md": '# A\n\nVor ![Der Plan](bilder/plan.png "Grundriss") nach\n\n[![Verweis](bilder/plan.png)](https://example.org)\n',
        "bilder/plan.png": picture(),
    }
    reading = read_archive(files)
    assert [(each["name"], each["media_type"], each["role"]) for each in reading.attachments] == [
        ("plan.webp", "image/webp", "picture")
    ]
    text, *shown = blocks(reading)
    assert text["html"] == "<p>Vor  nach</p>"
    assert [(block["kind"], block["text"], block["caption"]) for block in shown] == [
        ("picture", "Der Plan", "Grundriss"),
        ("picture", "Verweis", ""),
    ]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.jpg", picture("JPEG"), "image/webp"),
        ("a.gif", picture("GIF"), "image/webp"),
        ("a.webp", picture("WEBP"), "image/webp"),
        ("a.svg", SVG, "image/svg+xml"),
        ("gross.png", picture(size=(3000, 20)), "image/webp"),
    ],
)
def test_pictures_of_all_kinds_are_shown(name, data, media_type):
    reading = read_archive({"a.md": f"![Bild]({name})", name: data})
    assert [each["media_type"] for each in reading.attachments] == [media_type]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"kein Bild"),
        ("a.png", b""),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>"),
        ("a.bmp", picture("BMP")),
        ("a.png", picture()[:60]),
    ],
)
def test_pictures_that_cannot_be_shown_are_named(name, data):
    reading = read_archive({"a.md": f"Text\n\n![Bild]({name})", name: data})
    assert reading.attachments == []
    assert notes(reading, "broken")[0].startswith(f"a.md:3: {name}: ")


def test_pictures_without_alternative_text_missing_or_from_elsewhere_are_named():
    text = "![](a.png)\n\n![Weg](weg.png)\n\n![Marke](https://img.example.org/x.svg)\n\n![x](../../y.png)\n"
    reading = read_archive({"a.md": text, "a.png": picture()})
    assert notes(reading, "broken") == [
        "a.md:1: Das Bild „a.png“ hat keinen Alternativtext.",
        "a.md:3: Das Bild „weg.png“ gibt es nicht.",
        "a.md:7: Der Verweis „../../y.png“ führt aus dem Ordner hinaus.",
    ]
    assert notes(reading, "skipped") == [
        "a.md:5: Bild von einer anderen Website: https://img.example.org/x.svg"
    ]


def test_what_a_camera_noted_is_not_published():
    from PIL import Image

    out = io.BytesIO()
    photo = Image.new("RGB", (40, 30))
    exif = photo.getexif()
    exif[0x010E] = "Schreibtisch im Rathaus"
    photo.save(out, "JPEG", exif=exif)
    kept: list[bytes] = []
    from content.documentation.gathering import read_documentation
    from hub.files.archives import open_archive

    with open_archive(pack({"a.md": "![Foto](a.jpg)", "a.jpg": out.getvalue()}), "a.zip") as archive:
        read_documentation(archive, lambda data, _type: kept.append(data) or "sha256:" + "0" * 64)
    assert b"Rathaus" in out.getvalue()
    assert b"Rathaus" not in kept[0]


@pytest.mark.parametrize(
    ("files", "order"),
    [
        (
            ["b.md", "10.md", "2.md", "README.md", "a/x.md", "a/index.md"],
            ["README.md", "2.md", "10.md", "a/index.md", "a/x.md", "b.md"],
        ),
        (["index.md", "a.md"], ["index.md", "a.md"]),
    ],
)
def test_without_a_list_chapters_are_in_the_order_of_their_names(files, order):
    reading = read_archive(dict.fromkeys(files, "Text"))
    assert [chapter["path"] for chapter in reading.chapters] == order


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "SUMMARY.md",
            "# Inhalt\n\n* [B](b.md)\n  * [C](sub/c.md)\n* [Fort](fort.md)\n* [Netz](https://example.org)\n",
        ),
        ("_sidebar.md", "* [B](/b.md)\n* [C](sub/c)\n"),
    ],
)
def test_a_list_of_contents_gives_the_order(name, content):
    reading = read_archive({"a.md": "A", "b.md": "B", "sub/c.md": "C", name: content})
    assert [chapter["path"] for chapter in reading.chapters] == ["b.md", "sub/c.md", "a.md"]


def test_the_navigation_of_mkdocs_gives_the_order():
    site = (
        "docs_dir: docs\nnav:\n  - Start: index.md\n  - Teil:\n      - b.md\n      - https://example.org\n"
        "x: !!python/name:os.system\n"
    )
    reading = read_archive({"mkdocs.yml": site, "docs/a.md": "A", "docs/b.md": "B", "docs/index.md": "I"})
    assert [chapter["path"] for chapter in reading.chapters] == ["docs/index.md", "docs/b.md", "docs/a.md"]


@pytest.mark.parametrize(
    "site",
    [
        "nav: [",
        "nav: kein",
        "- nur\n- Liste",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nnav: [*c, *c, *c]",
        "nav: &n [*n, *n]",
        "nav: " + "[" * 3000,
    ],
)
def test_a_broken_navigation_is_passed_over(site):
    reading = read_archive({"mkdocs.yml": site, "docs/b.md": "B", "docs/a.md": "A"})
    assert [chapter["path"] for chapter in reading.chapters] == ["docs/a.md", "docs/b.md"]


def test_hidden_folders_are_passed_over_and_other_texts_named():
    files = {
        "a.md": "A",
        ".git/b.md": "B",
        "node_modules/c.md": "C",
        "__MACOSX/._a.md": b"\0",
        "alt.rst": "x",
        "p.png": picture(),
    }
    reading = read_archive(files)
    assert [chapter["path"] for chapter in reading.chapters] == ["a.md"]
    assert [note.split(":")[0] for note in notes(reading, "skipped")] == ["alt.rst", "p.png"]


def test_empty_files_are_left_out_and_named():
    reading = read_archive({"a.md": "A", "leer.md": "  \n"})
    assert len(reading.chapters) == 1
    assert notes(reading, "skipped") == ["leer.md: Die Datei ist leer."]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "keine Markdown-Datei"),
        ({"a.txt": "x"}, "keine Markdown-Datei"),
        ({"_sidebar.md": "* [a](a.md)"}, "keine Markdown-Datei"),
        ({"a.md": "", "b.md": "\n"}, "kein Text"),
        ({"a.md": b"\xff\xfeA\0"}, "„a.md“ ist kein Text in UTF-8"),
        ({"a.md": "ä".encode("latin-1")}, "UTF-8"),
        ({f"{n}.md": "x" for n in range(301)}, "301 Markdown-Dateien"),
        ({"a.md": "x" * (2 * 1024 * 1024), "b.md": "x"}, "Zusammen sind die Texte größer"),
        ({"a.md": "# A\n" + "".join(f"\n## {n}\n\nx\n" for n in range(901))}, "902"),
        ({"a.md": "x\n\n" * 5001}, "mehr als 5000"),
    ],
    ids=[
        "nothing",
        "no Markdown",
        "only a list",
        "empty",
        "UTF-16",
        "Latin-1",
        "files",
        "text",
        "sections",
        "blocks",
    ],
)
def test_what_cannot_be_taken_over_says_what_to_do(files, sentence):
    with pytest.raises(UnreadableUpload, match=sentence):
        read_archive(files)


def test_too_many_pictures_are_refused(monkeypatch):
    monkeypatch.setattr(keeping, "MAX_PICTURES", 2)
    files = {f"{n}.png": picture(size=(10 + n, 10)) for n in range(3)}
    with pytest.raises(UnreadableUpload, match="mehr als 2 Bilder"):
        read_archive({"a.md": "".join(f"![B]({name})\n\n" for name in files), **files})


def test_too_many_attached_files_are_refused(monkeypatch):
    monkeypatch.setattr(keeping, "MAX_FILES", 2)
    files = {f"{n}.csv": str(n) for n in range(3)}
    with pytest.raises(UnreadableUpload, match="mehr als 2 Dateien"):
        read_archive({"a.md": "".join(f"[B]({name})\n\n" for name in files), **files})


@pytest.mark.parametrize("name", ["../a.md", "/a.md", "C:/a.md", "a\\b.md"])
def test_archives_that_lead_out_are_refused(name):
    with pytest.raises(UnsafeArchive):
        read_archive({name: "A"})


def test_what_is_no_archive_is_refused():
    with pytest.raises(UnreadableUpload, match="ZIP"):
        preview(io.BytesIO(b"Rar!"), "docs.rar")


def test_notes_beyond_the_first_are_counted():
    reading = read_archive({"a.md": "".join(f"[x](n{n}.md)\n\n" for n in range(250))})
    assert len(notes(reading, "broken")) == 200
    assert reading.report.left_over("broken") == 50


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "*a **b " * 5_000,
        "> " * 3_000 + "x",
        "- " * 2_000 + "x",
        "`" * 20_000,
        "<a " * 10_000,
        "| " * 5_000 + "\n|-" * 2,
    ],
)
def test_texts_made_to_take_long_are_read(text):
    assert len(read_archive({"a.md": f"# A\n\n{text}\n\nEnde.\n"}).chapters) == 1


def test_a_folder_is_packed_without_links_and_hidden_files(tmp_path):
    folder = tmp_path / "docs"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config").write_text("geheim")
    (folder / "a.md").write_text("# A")
    (tmp_path / "geheim.md").write_text("# Geheim")
    (folder / "verweis.md").symlink_to(tmp_path / "geheim.md")
    (folder / "ordner").symlink_to(tmp_path)
    out = io.BytesIO()
    assert sorted(pack_folder(folder, out)) == ["ordner", "verweis.md"]
    assert zipfile.ZipFile(out).namelist() == ["a.md"]


def test_a_folder_with_too_many_files_is_refused(tmp_path, monkeypatch):
    for n in range(3):
        (tmp_path / f"{n}.md").write_text("x")
    monkeypatch.setattr("content.documentation.packing.ARCHIVE_LIMITS", gathering.Limits(entries=2))
    with pytest.raises(UnreadableUpload, match="mehr als 2 Dateien"):
        pack_folder(tmp_path, io.BytesIO())


def test_two_single_files_of_one_name_are_refused():
    with pytest.raises(UnreadableUpload, match=r"„A\.md“"):
        pack_files([("a.md", io.BytesIO(b"1")), ("A.md", io.BytesIO(b"2"))], io.BytesIO())
