"""Where things stand in an archive. Every path is relative to its root, with ``/`` between its parts."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from urllib.parse import quote

from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment

FORMAT = "wissenshub-archiv/1.0"
"""Name, major and minor version of the archive's layout; a minor one only adds files and fields."""

MANIFEST = "archiv.json"
SUMS = "pruefsummen.sha256"
SIGNATURE = "pruefsummen.sig"
PUBLIC_KEY = "schluessel.pem"
README = "LIESMICH.txt"
INDEX = "index.html"
BODIES = "daten/kommunen"
TOPICS = "daten/themen"
LOG = "daten/protokoll.jsonl"
WITHDRAWN = "daten/zurueckgezogen.json"
MISSING = "daten/fehlende-dateien.json"
LONGEST_NAME = 120

_UNSAFE = re.compile(r"[^\w.+-]+")


def record_name(entry: CatalogueEntry) -> str:
    """What a record's files are called: its uuid; of a received one after its hub, as uuids may clash."""
    return f"{plain_name(entry.source)}-{entry.uuid}" if entry.source else str(entry.uuid)


def page_of(name: str, language: str = "") -> str:
    """The page of a record in one of its languages; without one that of its first wording."""
    return f"dokumente/{name}/{plain_name(language) if language else 'index'}.html"


def markdown_of(name: str, language: str) -> str:
    """The same as Markdown."""
    return f"dokumente/{name}/{plain_name(language)}.md"


def body_of(name: str) -> str:
    """The document as stored, byte for byte."""
    return f"json/{name}.json"


def envelope_of(name: str) -> str:
    """What the catalogue knows of it besides."""
    return f"json/{name}.huelle.json"


def file_of(attachment: Attachment) -> str:
    """A file by its content, below it its own name."""
    return f"dateien/{attachment.digest.removeprefix('sha256:')}/{plain_name(attachment.name)}"


def list_of(group: str, code: str, number: int = 1) -> str:
    """A page of a list, for example ``listen/thema-ki.html``, ``listen/thema-ki-seite-2.html``."""
    page = f"-seite-{number}" if number > 1 else ""
    return f"listen/{group}-{plain_name(code)}{page}.html"


def plain_name(name: str) -> str:
    """A name that is one on every system: letters, digits, dots, hyphens; its ending stays."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip("._") or "datei"
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= LONGEST_NAME or not dot or len(ending) > 12:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def relative(target: str, page: str) -> str:
    """The link from ``page`` to ``target``, quoted."""
    return quote(posixpath.relpath(target, posixpath.dirname(page) or "."))
