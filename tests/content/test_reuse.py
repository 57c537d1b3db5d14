"""The REUSE report: headers, files beside, annotations, and what needs none."""

from __future__ import annotations

import io
import zipfile

from content.supply_chain.reuse import follows_reuse, report_on
from hub.documents import ReuseReport
from hub.files.archives import open_archive

DIGEST = "sha256:" + "cd" * 32
# Put together here, so that this file says of itself only what its own head does.
TAG = "SPDX-License-" + "Identifier: "
HOLDER = "SPDX-FileCopyright" + "Text: 2026 Stadt Beispiel"
HEAD = f"# {HOLDER}\n# {TAG}EUPL-1.2\n"


def report(files: dict[str, str | bytes]) -> ReuseReport:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    with open_archive(buffer, "quelle.zip") as opened:
        return report_on(opened, DIGEST)


def test_a_file_with_both_in_its_head_is_covered_and_one_with_half_of_it_is_not() -> None:
    found = report(
        {
            "a.py": HEAD,
            "b.py": f"# {TAG}MIT\n",
            "c.py": f"# {HOLDER}\n",
            "LICENSES/EUPL-1.2.txt": "Text",
        }
    )
    assert found == ReuseReport(
        digest=DIGEST,
        files=3,
        covered=1,
        licences=("EUPL-1.2", "MIT"),
        without_text=("MIT",),
        uncovered=("b.py", "c.py"),
    )


def test_the_one_folder_an_archive_has_is_passed_over() -> None:
    found = report({"modul-1.0/a.py": HEAD, "modul-1.0/LICENSES/EUPL-1.2.txt": "Text"})
    assert (found.files, found.covered, found.without_text) == (1, 1, ())


def test_licence_texts_spdx_documents_and_empty_files_have_to_say_nothing() -> None:
    found = report(
        {
            "LICENSE": "Text",
            "COPYING.md": "Text",
            "bom.spdx.json": "{}",
            "src/__init__.py": "",
            ".git/config": "x",
            "src/a.py": HEAD,
        }
    )
    assert (found.files, found.covered) == (1, 1)


def test_a_file_beside_says_it_for_what_cannot_and_counts_before_the_head() -> None:
    found = report(
        {"bild.png": b"\x89PNG", "bild.png.license": HEAD, "a.py": f"# {TAG}MIT\n", "a.py.license": HEAD}
    )
    assert (found.files, found.covered, found.licences) == (2, 2, ("EUPL-1.2",))


def test_annotations_fill_in_add_or_override_as_they_say() -> None:
    def toml(precedence: str) -> str:
        return (
            "version = 1\n[[annotations]]\npath = ['docs/**', '*.json']\n"
            f"precedence = '{precedence}'\n"
            f"SPDX-FileCopyrightText = '2026 Stadt'\nSPDX-License-Identifier = 'CC-BY-4.0'\n"
        )

    files = {"docs/tief/a.md": f"<!-- {TAG}MIT -->", "b.json": "{}", "tief/c.json": "{}"}
    closest = report({"REUSE.toml": toml("closest"), **files})
    assert (closest.licences, closest.uncovered) == (("CC-BY-4.0", "MIT"), ("tief/c.json",))
    override = report({"REUSE.toml": toml("override"), **files})
    assert override.licences == ("CC-BY-4.0",)
    both = report({"REUSE.toml": toml("aggregate"), "docs/a.md": f"{TAG}MIT"})
    assert both.licences == ("CC-BY-4.0", "MIT")


def test_the_deeper_annotation_counts_and_of_one_file_the_later() -> None:
    def said(*licences: str) -> str:
        each = (
            "[[annotations]]\npath = '**'\nSPDX-FileCopyrightText = 'S'\n"
            f"SPDX-License-Identifier = '{licence}'\n"
            for licence in licences
        )
        return "version = 1\n" + "".join(each)

    found = report(
        {"sub/REUSE.toml": said("MIT"), "REUSE.toml": said("CC0-1.0", "EUPL-1.2"), "sub/a": "x", "b": "x"}
    )
    assert (found.files, found.covered, found.licences) == (2, 2, ("EUPL-1.2", "MIT"))


def test_the_older_list_of_paths_is_read_too() -> None:
    dep5 = "Format: x\n\nFiles: docs/*\nCopyright: 2026 Stadt\nLicense: CC-BY-4.0\n text\n"
    found = report({".reuse/dep5": dep5, "docs/tief/a.md": "x", "b.md": "x"})
    assert (found.covered, found.licences, found.uncovered) == (1, ("CC-BY-4.0",), ("b.md",))


def test_what_stands_between_the_marks_of_ignoring_is_not_said() -> None:
    found = report({"a.py": f"# REUSE-IgnoreStart\n{HEAD}# REUSE-IgnoreEnd\n"})
    assert (found.covered, found.licences) == (0, ())


def test_expressions_name_each_licence_and_ends_of_comments_are_none() -> None:
    said = "(MIT OR Apache-2.0) AND GPL-2.0-only WITH Classpath-exception-2.0"
    found = report({"a.c": f"/* {HOLDER} */ /* {TAG}{said} */"})
    assert found.licences == ("Apache-2.0", "Classpath-exception-2.0", "GPL-2.0-only", "MIT")


def test_a_broken_annotation_file_and_patterns_of_stars_cover_nothing_and_take_no_time() -> None:
    stars = "*a" * 40
    toml = f"version = 1\n[[annotations]]\npath = '{stars}'\nSPDX-License-Identifier = 'MIT'\n"
    assert report({"REUSE.toml": toml, "a" * 200: "x"}).covered == 0
    assert report({"REUSE.toml": "kein [toml", "a": "x"}).covered == 0


def test_an_archive_means_to_follow_reuse_if_it_has_its_places() -> None:
    assert follows_reuse(["a/LICENSES/MIT.txt", "a/b.py"])
    assert follows_reuse(["REUSE.toml"])
    assert not follows_reuse(["a/LICENSE", "a/b.py"])
