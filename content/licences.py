"""Licences by their SPDX identifiers: which are offered, how one is read, where its text stands.

Source: SPDX specification 2.3, annex D (licence expressions) and the SPDX licence list 3.27.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LICENCES: Mapping[str, str] = {
    "EUPL-1.2": "European Union Public Licence 1.2",
    "CC-BY-4.0": "Creative Commons Namensnennung 4.0",
    "CC-BY-SA-4.0": "Creative Commons Namensnennung, Weitergabe unter gleichen Bedingungen 4.0",
    "CC0-1.0": "Creative Commons Zero 1.0",
    "DL-DE-BY-2.0": "Datenlizenz Deutschland – Namensnennung – 2.0",
    "DL-DE-ZERO-2.0": "Datenlizenz Deutschland – Zero – 2.0",
    "ODbL-1.0": "Open Data Commons Open Database License 1.0",
    "MIT": "MIT License",
    "Apache-2.0": "Apache License 2.0",
    "BSD-3-Clause": "BSD 3-Clause License",
    "MPL-2.0": "Mozilla Public License 2.0",
    "LGPL-3.0-or-later": "GNU Lesser General Public License 3.0 oder neuer",
    "GPL-3.0-or-later": "GNU General Public License 3.0 oder neuer",
    "AGPL-3.0-or-later": "GNU Affero General Public License 3.0 oder neuer",
}
"""The licences towns use most, by identifier. Their names are proper names and stay untranslated."""

_ADDRESSES: Mapping[str, str] = {
    "EUPL-1.2": "https://interoperable-europe.ec.europa.eu/collection/eupl/eupl-text-eupl-12",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/deed.de",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/deed.de",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/deed.de",
    "DL-DE-BY-2.0": "https://www.govdata.de/dl-de/by-2-0",
    "DL-DE-ZERO-2.0": "https://www.govdata.de/dl-de/zero-2-0",
}
_ID = r"(?:LicenseRef-)?[A-Za-z0-9][A-Za-z0-9.\-]*\+?"
_EXPRESSION = re.compile(rf"{_ID}(?: (?:AND|OR|WITH) {_ID})*")
_BY_LOOSE_WRITING = {re.sub(r"[\s_\-]+", "", code).casefold(): code for code in LICENCES}


def licence_name(code: str) -> str:
    """The full name of a licence, or its code where it is not one of ours."""
    return LICENCES.get(code, code)


def licence_url(code: str) -> str:
    """Where the text of a licence stands; empty for codes we do not know, so that no link leads nowhere."""
    if code not in LICENCES:
        return ""
    return _ADDRESSES.get(code, f"https://spdx.org/licenses/{code}.html")


def read_licence(text: str) -> str:
    """What somebody typed as the identifier it means: “cc by 4.0” is CC-BY-4.0. Else as it is."""
    typed = " ".join(text.split())
    return _BY_LOOSE_WRITING.get(re.sub(r"[\s_\-]+", "", typed).casefold(), typed)


def check_licence(code: str) -> None:
    """Raise ``ValidationError`` for what cannot be an SPDX identifier or an expression of such."""
    if not _EXPRESSION.fullmatch(code):
        raise ValidationError(
            _(
                "“%(code)s” is no licence identifier. It is written without spaces, for example CC-BY-4.0; "
                "pick one from the list or look it up at spdx.org/licenses."
            ),
            code="licence",
            params={"code": code},
        )
