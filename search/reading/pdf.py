"""The pages of a PDF (ISO 32000), by pypdf."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

import pypdf
from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from search.reading import Reason, Unreadable
from search.reading.reader import Page

NO_COMPOUND = r"(?!(?:und|oder|bzw|sowie|and|or)\b)"
"""„Haupt- und Nebenamt“ is no word that was divided."""

DIVIDED = re.compile(rf"(?<=[^\W\d_])[-\u2010\u00ad] ?\n\s*{NO_COMPOUND}(?=[^\W\d_])(?P<capital>[A-ZÄÖÜ])?")
LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}

LATER = ("fontTools.cffLib", *(module.name for module in pkgutil.walk_packages(pypdf.__path__, "pypdf.")))
"""What is loaded only once a file needs it, which is not possible then."""

for name in LATER:
    with suppress(ImportError):  # for ciphers and fonts there is more than one way
        importlib.import_module(name)


def read(file: IO[bytes]) -> Iterator[Page]:
    """The pages in order, words joined that were divided at the end of a line.

    A page that cannot be read is lost, the others are not. Raises :class:`Unreadable`.
    """
    reader = _open(file)
    for index in range(len(reader.pages)):
        try:
            yield Page(index + 1, "", join_divided(reader.pages[index].extract_text()))
        except MemoryError:
            raise
        except Exception:  # one broken font must not lose the other pages
            yield Page(index + 1, "", None)


def _open(file: IO[bytes]) -> PdfReader:
    """The document; one that anybody may open has an empty password."""
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Unreadable(Reason.ENCRYPTED)
        len(reader.pages)
    except (DependencyError, FileNotDecryptedError) as error:
        raise Unreadable(Reason.ENCRYPTED) from error
    except (PyPdfError, RecursionError, ValueError) as error:
        raise Unreadable(Reason.BROKEN) from error
    return reader


def join_divided(text: str) -> str:
    """„Verwaltungs-⏎digitalisierung“ is one word, „Open-⏎Data“ keeps its hyphen; „ﬁ“ is two letters."""
    joined = DIVIDED.sub(lambda found: f"-{found['capital']}" if found["capital"] else "", text)
    return joined.translate(LIGATURES)
