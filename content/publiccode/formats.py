"""The forms of single values: days, addresses, languages, countries, licences, standards.

Sources: RFC 3986 (URI), RFC 8141 (URN), BCP 47 / RFC 5646 section 2.1 (language tags), ISO 3166-1,
SPDX specification 2.3 annex D (licence expressions) with the licence list that comes with license-expression.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from urllib.parse import SplitResult, urlsplit

from jsonschema import FormatChecker
from license_expression import ExpressionError, Licensing, get_spdx_licensing

from content.publiccode.labels import SUPPORTS

_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY
BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK
FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR
IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF
TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_COUNTRIES.split())
LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:[\w()+,.:=@;$!*'%/?#~&-]+", re.IGNORECASE | re.ASCII)
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>.]+(\.[^\s@<>.]+)+")
HOST = re.compile(r"[\w.-]+|\[[0-9a-fA-F:.]+\]")
REPOSITORIES = frozenset(
    {"http", "https", "git", "ssh", "svn", "git+ssh", "git+https", "svn+ssh", "ftp", "ftps"}
)
PICTURES = (".jpg", ".jpeg", ".png")
LOGOS = (".svg", ".svgz", ".png")

checker = FormatChecker(formats=())
"""Checks the formats that the schema names."""


def is_day(value: str) -> bool:
    """Whether it is a day such as 2026-09-14."""
    try:
        return bool(DAY.fullmatch(value)) and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def is_page(value: str) -> bool:
    """Whether a browser opens it."""
    parts = _split(value)
    return parts is not None and parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)


def is_repository(value: str) -> bool:
    """Whether it can be the address of source code."""
    parts = _split(value)
    return parts is not None and parts.scheme.lower() in REPOSITORIES and bool(parts.hostname)


def is_uri(value: str) -> bool:
    """Whether it is a URN or an address with a host."""
    if value.lower().startswith("urn:"):
        return bool(URN.fullmatch(value))
    parts = _split(value)
    return parts is not None and bool(parts.scheme) and bool(parts.netloc)


def is_support(value: str) -> bool:
    """Whether it is an alias of the standard's list or a URI."""
    return value in SUPPORTS if value.startswith("alias:") else is_uri(value)


def is_country(value: str) -> bool:
    """Whether it is a country's code, in capitals or, as it was allowed, in small letters."""
    return value in COUNTRIES or (value.islower() and value.upper() in COUNTRIES)


def is_language(value: str) -> bool:
    """Whether it is a well-formed language tag."""
    return bool(LANGUAGE.fullmatch(value))


def is_licence(value: str) -> bool:
    """Whether it is an SPDX expression of known licences."""
    if not value.strip() or not re.fullmatch(r"[\w\s.()+:-]+", value, re.ASCII):
        return False
    known = re.sub(r"\b(DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+", "MIT", value)
    try:
        return not _licensing().validate(known, strict=True).errors
    except (ExpressionError, AttributeError, TypeError, ValueError):
        return False


def is_path(value: str) -> bool:
    """Whether it is a path within a repository or an address."""
    return bool(value.strip()) and not value.startswith(("/", "file:"))


def _is_named(value: str, endings: tuple[str, ...]) -> bool:
    path = urlsplit(value).path if is_page(value) else value
    return is_path(value) and path.lower().endswith(endings)


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    is_whole = not re.search(r"[\s<>\"{}|\\^`]", value) and (
        not parts.hostname or HOST.fullmatch(parts.hostname)
    )
    return parts if is_whole else None


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()


for _name, _check in {
    "date": is_day,
    "page": is_page,
    "repository": is_repository,
    "uri": is_uri,
    "support": is_support,
    "country": is_country,
    "language": is_language,
    "licence": is_licence,
    "file": is_path,
    "email": lambda value: bool(EMAIL.fullmatch(value)),
    "image": lambda value: _is_named(value, PICTURES),
    "logo": lambda value: _is_named(value, LOGOS),
}.items():
    checker.checks(_name)(lambda value, check=_check: not isinstance(value, str) or check(value))
