"""Where links and pictures of documentation lead: to a chapter, a file, another site, or nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext

from content.documentation.keeping import Keeper
from content.documentation.markdown import MarkdownFile
from content.documentation.report import Report
from content.richtext import SCHEMES
from hub.errors import UnreadableUpload

SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True)
class Links:
    """Mends the links of all files. ``files`` are the chapters by path; ``keeper`` takes in the others."""

    files: Mapping[str, MarkdownFile]
    keeper: Keeper
    report: Report

    def resolve(self, href: str, path: str, line: int) -> str:
        """What a link of ``path`` becomes: an anchor, an address; ``""`` where it leads nowhere."""
        if href.startswith("//"):
            href = f"https:{href}"
        if scheme := SCHEME.match(href):
            if scheme[1].lower() in SCHEMES:
                return href
            self._say_broken(
                path, line, gettext("The link “%(link)s” is of a kind that is not taken over."), href
            )
            return ""
        target, _hash, fragment = href.partition("#")
        fragment = unquote(fragment)
        if not target:
            return self._in_file(self.files[path], fragment, path, line, href)
        place = self._place(target, path, line)
        if place is None:
            return ""
        chapter = next((self.files[name] for name in _candidates(place) if name in self.files), None)
        if chapter is not None:
            if chapter.fragments.find(fragment):
                self.report.add("mended", path, line, gettext("link: %(link)s") % {"link": href[:200]})
            return self._in_file(chapter, fragment, path, line, href)
        return self._file(place, href, path, line)

    def picture(self, source: str, alt: str, path: str, line: int) -> str:
        """The digest of a picture that ``path`` shows; ``""`` if it cannot be shown."""
        if source.startswith("//") or SCHEME.match(source):
            self.report.add(
                "skipped",
                path,
                line,
                gettext("picture from another site: %(link)s") % {"link": source[:200]},
            )
            return ""
        place = self._place(urlsplit(source).path, path, line)
        if place is None:
            return ""
        if place not in self.keeper:
            self._say_broken(path, line, gettext("There is no picture “%(link)s”."), source)
            return ""
        try:
            digest = self.keeper.keep_picture(place, alt)
        except UnreadableUpload as error:
            self.report.add("broken", path, line, f"{source[:200]}: {error}")
            return ""
        if not alt.strip():
            self._say_broken(path, line, gettext("The picture “%(link)s” has no alternative text."), source)
        return digest

    def _place(self, target: str, path: str, line: int) -> str | None:
        """The path a link means, from the root of the archive; None where it leads out of it."""
        base = "" if target.startswith("/") else posixpath.dirname(path)
        place = posixpath.normpath(posixpath.join(base, unquote(target).lstrip("/")))
        if place.startswith("..") or "\\" in place:
            self._say_broken(path, line, gettext("The link “%(link)s” leads out of the folder."), target)
            return None
        return place

    def _in_file(self, file: MarkdownFile, fragment: str, path: str, line: int, href: str) -> str:
        anchor = file.fragments.find(fragment)
        if anchor is None:
            text = gettext(
                "There is no such heading: “%(link)s”. The link leads to the beginning of its file."
            )
            self._say_broken(path, line, text, href)
        return f"#{anchor or file.anchor}"

    def _file(self, place: str, href: str, path: str, line: int) -> str:
        """A file that is no chapter is attached."""
        if place not in self.keeper:
            self._say_broken(path, line, gettext("The link “%(link)s” leads nowhere."), href)
            return ""
        try:
            digest = self.keeper.keep_file(place)
        except UnreadableUpload as error:
            self.report.add("broken", path, line, str(error))
            return ""
        self.report.add("mended", path, line, gettext("attached: %(link)s") % {"link": place})
        return file_mark(digest)

    def _say_broken(self, path: str, line: int, text: str, link: str) -> None:
        self.report.add("broken", path, line, text % {"link": link[:200]})


def file_mark(digest: str) -> str:
    """Stands for the address of an attachment, which is known once the page is."""
    return f"#datei-{digest.removeprefix('sha256:')}"


def _candidates(place: str) -> Iterator[str]:
    """The file a link may mean: itself, without ending, of a folder, or as its site's page is called."""
    yield place
    stem = place.removesuffix(".html")
    yield f"{stem}.md"
    for name in ("README.md", "index.md", "Readme.md", "readme.md"):
        yield name if stem == "." else f"{stem}/{name}"
