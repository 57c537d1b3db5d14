"""What is wrong with a publiccode.yml, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from jsonschema import ValidationError

MANY = 12
"""Lists of allowed values longer than this are not spelt out."""

FORMATS: Mapping[str, str | Promise] = {
    "date": gettext_lazy("Write the day as year-month-day, for example “2026-09-14”."),
    "page": gettext_lazy("Write a whole address that begins with https://."),
    "repository": gettext_lazy(
        "Write the whole address of the source code, for example https://gitlab.opencode.de/…"
    ),
    "uri": gettext_lazy("Write a whole address or a URN, for example https://www.trier.de."),
    "support": gettext_lazy("Write an alias of the standard such as “alias:gdpr”, or a whole address."),
    "country": gettext_lazy("Write the country as two capital letters (ISO 3166-1), for example “DE”."),
    "language": gettext_lazy("Write the language as a BCP 47 tag, for example “de” or “en”."),
    "licence": gettext_lazy("Write SPDX identifiers, for example “EUPL-1.2”; spdx.org/licenses lists them."),
    "file": gettext_lazy("Write a path within the repository, without a slash at its beginning."),
    "email": gettext_lazy("Write an e-mail address such as digital@stadt.example."),
    "image": gettext_lazy("Write a path within the repository, or an address, that ends in .png or .jpg."),
    "logo": gettext_lazy("Write a path within the repository, or an address, that ends in .svg or .png."),
}
TYPES: Mapping[str, str | Promise] = {
    "string": gettext_lazy("a text"),
    "array": gettext_lazy("a list, each line beginning with “- ”"),
    "object": gettext_lazy("a group of keys, indented below it"),
    "boolean": gettext_lazy("true or false"),
}
REPLACEMENTS: Mapping[str, str | Promise] = {
    "monochromeLogo": gettext_lazy("Use “logo” instead."),
    "repoOwner": gettext_lazy("Use “organisation” with “uri” and “name” instead."),
    "IT": gettext_lazy("Use “supports” and “organisation” instead."),
    "it": gettext_lazy("Use “supports” and “organisation” instead."),
}
SYNTAX: Mapping[str, str | Promise] = {
    "mapping values are not allowed": gettext_lazy(
        "A colon stands where none may be. Put the text in quotes, or check the indentation."
    ),
    "could not find expected ':'": gettext_lazy(
        "A colon is missing after the key, or the indentation is wrong."
    ),
    "did not find expected key": gettext_lazy(
        "No key stands where one should. Check indentation and quotes here and in the line above."
    ),
    "did not find expected '-'": gettext_lazy("The items of a list are not equally indented."),
    "found unexpected end of stream": gettext_lazy("A quotation mark was opened and not closed."),
    "cannot start any token": gettext_lazy("A text cannot begin with this character. Put it in quotes."),
    "did not find expected ',' or": gettext_lazy("A bracket was opened and not closed."),
    "unknown escape": gettext_lazy(
        "After a backslash stands a character it does not go with. Use single quotes."
    ),
    "undefined alias": gettext_lazy("This alias leads nowhere. Put a text that begins with “*” in quotes."),
}


def explain_syntax(problem: str) -> str:
    """What a parser's complaint means."""
    for words, sentence in SYNTAX.items():
        if words in problem:
            return str(sentence)
    return _("This is no valid YAML. Check indentation, colons and quotes here and in the line above.")


def explain(error: ValidationError) -> str:
    """What to do about a value that the schema refuses."""
    explainer = EXPLAINERS.get(str(error.validator))
    return explainer(error) if explainer else _("This value does not fit. Look it up in the standard.")


def explain_missing(key: str) -> str:
    """That a key must be there."""
    return _("“%(key)s” is missing. Add it.") % {"key": key}


def explain_unknown(key: str, known: list[str]) -> str:
    """That the standard knows no such key, and which was perhaps meant."""
    near = get_close_matches(key, known, 1)
    if near:
        values = {"key": key, "near": near[0]}
        return _("The standard knows no “%(key)s” here. Is “%(near)s” meant?") % values
    return _("The standard knows no “%(key)s” here. It is passed over; delete it.") % {"key": key}


def explain_deprecated(key: str) -> str:
    """That a key is on its way out, and what stands for it."""
    replacement = str(REPLACEMENTS.get(key) or _("It can be left out."))
    return _("“%(key)s” is deprecated.") % {"key": key} + " " + replacement


def _type(error: ValidationError) -> str:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    named = _(" or ").join(str(TYPES[each]) for each in wanted)
    return _("Here belongs %(type)s.") % {"type": named}


def _enum(error: ValidationError) -> str:
    allowed = [str(each) for each in error.validator_value]
    near = get_close_matches(str(error.instance), allowed, 1, 0.5)
    value = {"value": str(error.instance)[:60]}
    if len(allowed) <= MANY:
        return _("“%(value)s” is not allowed. Allowed: %(list)s.") % (value | {"list": ", ".join(allowed)})
    if near:
        return _("“%(value)s” is not on the standard's list. Is “%(near)s” meant?") % (
            value | {"near": near[0]}
        )
    return _("“%(value)s” is not on the standard's list. Choose from that list.") % value


def _min_length(error: ValidationError) -> str:
    if error.validator_value == 1:
        return _("This is empty. Write something, or delete the key.")
    missing = error.validator_value - len(error.instance)
    sentence = ngettext(
        "At least %(least)s characters are asked for, %(missing)s is missing.",
        "At least %(least)s characters are asked for, %(missing)s are missing.",
        missing,
    )
    return sentence % {"least": error.validator_value, "missing": missing}


def _max_length(error: ValidationError) -> str:
    surplus = len(error.instance) - error.validator_value
    sentence = ngettext(
        "At most %(most)s characters are allowed. Shorten it by %(surplus)s.",
        "At most %(most)s characters are allowed. Shorten it by %(surplus)s.",
        surplus,
    )
    return sentence % {"most": error.validator_value, "surplus": surplus}


def _format(error: ValidationError) -> str:
    written = str(error.instance)[:60]
    return _("“%(value)s” does not fit.") % {"value": written} + " " + str(FORMATS[error.validator_value])


EXPLAINERS: Mapping[str, Callable[[ValidationError], str]] = {
    "type": _type,
    "enum": _enum,
    "format": _format,
    "minLength": _min_length,
    "maxLength": _max_length,
    "minItems": lambda error: _("The list is empty. Add an item, or delete the key."),
    "minProperties": lambda error: _("At least one language is needed, for example “de:”."),
    "pattern": lambda error: _("Write a media type such as text/plain."),
    "not": lambda error: _(
        "Contractors go with “type: contract” alone. Delete them, or change the type of maintenance."
    ),
}
