"""What a password must be, said in the words of this site. The rules are Django's own, and one for German."""

from __future__ import annotations

import re

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from hub.env import env

COMMON = (
    "passwort", "kennwort", "losungswort", "password", "geheim", "geheimnis", "zugang", "anmeldung", "login",
    "willkommen", "hallo", "servus", "moin", "test", "start", "neu", "mein", "dein", "unser", "admin",
    "administrator", "benutzer", "buero", "rathaus", "stadt", "verwaltung", "kommune", "wissen", "wissenshub",
    "hub", "digital", "frühling", "sommer", "herbst", "winter", "ostern", "weihnachten", "urlaub", "januar",
    "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "sommerzeit",
    "winterzeit", "schatz", "liebe", "liebling", "ichliebedich", "sonnenschein", "fussball", "schalke",
    "bayern", "deutschland", "rheinland", "pfalz", "hessen", "qwertz", "qwertzuiop",
    "asdf", "asdfgh", "asdfghjkl", "yxcv", "yxcvbnm", "abc", "abcd", "abcdef", "abcdefgh",
)  # fmt: skip
"""What passwords here begin with when they have to be changed often; English has a list of its own."""

LONGEST = 60
"""Letters looked at: longer heaps of such words are tried by nobody."""

SPELLING = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
DIGITS_AS_LETTERS = str.maketrans("01345@$!", "oieasasi")
NO_LETTERS = re.compile(r"[^a-z]+")


class LongEnough(MinimumLengthValidator):
    """At least ``min_length`` characters."""

    def get_error_message(self) -> str:
        """Said when it is shorter."""
        count = self.min_length
        message = ngettext(
            "The password needs at least %(count)d character.",
            "The password needs at least %(count)d characters.",
            count,
        )
        return message % {"count": count}


class NotCommon(CommonPasswordValidator):
    """None of the 20,000 passwords that are tried first."""

    def get_error_message(self) -> str:
        """Said when it is one of them."""
        return gettext("This password is used so often that it is tried first. Please take another.")


class NotGuessable:
    """Not made of common German words, the instance's name and what is added to them, as ``Sommer2026!``."""

    def __init__(self) -> None:
        own = NO_LETTERS.split(env.name.casefold().translate(SPELLING))
        words = {word.translate(SPELLING) for word in COMMON} | {word for word in own if len(word) > 2}
        self.words = re.compile("(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")*")

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises :class:`~django.core.exceptions.ValidationError` if nothing else is in it."""
        if any(self.words.fullmatch(letters) for letters in _letters_of(password) if len(letters) <= LONGEST):
            raise ValidationError(self.get_error_message(), code="password_guessable")

    def get_error_message(self) -> str:
        """Said when it is; names what to do instead."""
        return gettext(
            "This password is easy to guess: common words, the name of the city and digits after them are "
            "tried first. Take three or four words that have nothing to do with each other."
        )

    def get_help_text(self) -> str:
        """Nothing to say beforehand: the help of the field says what is good."""
        return ""


def _letters_of(password: str) -> set[str]:
    """The letters alone, once as written and once with digits in the place of letters read as these."""
    plain = password.casefold().translate(SPELLING)
    inner = plain.strip("0123456789 .,;:!?#*+-_$&%/()")
    return {NO_LETTERS.sub("", plain), NO_LETTERS.sub("", inner.translate(DIGITS_AS_LETTERS))}


class NotPersonal(UserAttributeSimilarityValidator):
    """Not built from the person's name or address."""

    def get_error_message(self) -> str:
        """Said when it is; ``%(verbose_name)s`` is what it resembles."""
        return gettext("The password resembles your %(verbose_name)s. Please take another.")
