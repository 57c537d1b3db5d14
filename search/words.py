"""Words and synonyms that an instance adds to the search: their rules, their text form, and their changes.

The text form is that of this package's own lists: a word to a line, bars between its parts
(``Kita|platz|vergabe``), or a group of synonyms with equals signs (``OZG = Onlinezugangsgesetz``); lines that
begin with # are remarks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from search.analysis import analyse
from search.compounds import BAR
from search.language import current
from search.models import LanguageVersion, LexiconWord, SynonymGroup
from search.spelling import fold

SHORTEST_WORD, LONGEST_WORD = 3, 80
MOST_WORDS = 4
"""Words of one spelling: longer ones are not recognised in a query."""

LONGEST_NOTE = 200
MOST_SPELLINGS = 12
MOST_LINES = 5_000
"""Lines that are read in at once."""

MOST_HELD = 10_000
"""Words of one instance, and groups: every process keeps all of them in memory."""

Terms = tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """What this instance has added: words by their folded spelling, and the terms of each group.

    ``spellings`` says in which groups, by their keys, a spelling stands.
    """

    words: Mapping[str, LexiconWord]
    groups: frozenset[frozenset[Terms]]
    spellings: Mapping[Terms, frozenset[int]]


@dataclass(frozen=True)
class Entry:
    """One line of the text form: a word with its parts, or else the spellings of a group, and its remark."""

    word: str = ""
    parts: str = ""
    spellings: str = ""
    note: str = ""


@dataclass(frozen=True)
class Read:
    """What a text says, and what is wrong with it, line by line. With faults nothing may be taken over."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]


def held_now() -> Held:
    """Two queries."""
    words = {fold(word.word): word for word in LexiconWord.objects.all()}
    groups = {group.pk: _terms_of(group.spellings.split("\n")) for group in SynonymGroup.objects.all()}
    spellings: defaultdict[Terms, set[int]] = defaultdict(set)
    for key, group in groups.items():
        for terms in group:
            spellings[terms].add(key)
    places = {terms: frozenset(keys) for terms, keys in spellings.items()}
    return Held(words, frozenset(groups.values()), places)


def check_word(word: str, parts: str, held: Held, own: int | None = None) -> tuple[str, str]:
    """Word and parts, tidied. ``own`` is the word that is changed. Raises ``ValidationError`` by field."""
    word = word.strip()
    pieces = [piece.strip() for piece in parts.split(BAR)] if parts.strip() else []
    if not word.isalpha() or not SHORTEST_WORD <= len(word) <= LONGEST_WORD:
        message = _("A word has 3 to 80 letters and nothing else. Compounds with a hyphen need no entry.")
        raise ValidationError({"word": message})
    if len(pieces) == 1 or not all(len(piece) > 1 and piece.isalpha() for piece in pieces):
        message = _("Please put a bar between at least two parts, for example Kita|platz|vergabe.")
        raise ValidationError({"parts": message})
    if pieces and fold("".join(pieces)) != fold(word):
        message = _("Together the parts make “%(joined)s”, not “%(word)s”. Linking letters belong to a part.")
        raise ValidationError({"parts": message % {"joined": "".join(pieces), "word": word}})
    same = held.words.get(fold(word))
    if same and same.pk != own:
        raise ValidationError({"word": _("“%(word)s” stands in the list already.") % {"word": same.word}})
    if not same and not own and not pieces and fold(word) in current().lexicon.words:
        raise ValidationError({"word": _("The search knows this word already.")})
    if not same and not own and len(held.words) >= MOST_HELD:
        raise ValidationError({"word": _("The list is full: it holds 10,000 entries at most.")})
    return word, BAR.join(pieces)


def check_group(spellings: Iterable[str], held: Held, own: int | None = None) -> str:
    """The spellings of a group, tidied, one to a line. Rules, ``own`` and errors as in :func:`check_word`."""
    given = [" ".join(each.split()) for each in spellings if each.strip()]
    if len(given) > MOST_SPELLINGS:
        message = _("Please enter 12 spellings at most: more make a search slow and vague.")
        raise ValidationError({"spellings": message})
    tidied = {_checked_terms(spelling): spelling for spelling in given}
    if len(tidied) < 2:
        message = _("Please enter at least two spellings that the search does not take for the same already.")
        raise ValidationError({"spellings": message})
    shared = {terms for terms in tidied if held.spellings.get(terms, frozenset()) - {own}}
    if shared:
        message = _("“%(spelling)s” stands in another group already. Please add the other spellings there.")
        raise ValidationError({"spellings": message % {"spelling": tidied[min(shared)]}})
    if not own and len(held.groups) >= MOST_HELD:
        raise ValidationError({"spellings": _("The list is full: it holds 10,000 entries at most.")})
    return "\n".join(tidied.values())


def note_change(**_signal: Any) -> None:
    """A word or a group was saved or deleted: processes take it over, and the indexes are built again."""
    from search.tasks import rebuild_after_commit  # its jobs need the apps

    with transaction.atomic():
        LanguageVersion.objects.get_or_create(singleton=True)
        LanguageVersion.objects.update(value=F("value") + 1, changed=timezone.now())
        rebuild_after_commit()


def write_text() -> Iterator[str]:
    """All words and groups of this instance in the text form, remarks above."""
    for word in LexiconWord.objects.all():
        yield f"# {word.note}\n" if word.note else ""
        yield f"{word.parts or word.word}\n"
    for group in SynonymGroup.objects.all():
        yield f"# {group.note}\n" if group.note else ""
        yield f"{group}\n"


def read_text(text: str) -> Read:
    """What a text says, each line checked by itself; nothing is saved. What is held already is left out."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        return Read((), (_("Please read in 5,000 lines at most at once."),))
    reader, note = _Reader(held_now()), ""
    entries: list[Entry] = []
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        content = line.strip()
        if content and not content.startswith("#"):
            try:
                entries += reader.read(content, note)
            except ValidationError as error:
                values = {"number": number, "fault": " ".join(error.messages)}
                faults.append(_("Line %(number)d: %(fault)s") % values)
        note = content.lstrip("# ")[:LONGEST_NOTE] if content.startswith("#") else ""
    if reader.overflows:
        faults.append(_("The list is full: it holds 10,000 entries at most."))
    return Read(tuple(entries), tuple(faults))


def take_over(entries: Sequence[Entry]) -> None:
    """Save what a text without faults says; a word that is held gets its new parts. One change in all."""
    groups = [SynonymGroup(spellings=each.spellings, note=each.note) for each in entries if each.spellings]
    with transaction.atomic():
        held = held_now().words
        words = []
        for entry in (each for each in entries if each.word):
            word = held.get(fold(entry.word)) or LexiconWord(word=entry.word)
            word.parts, word.note = entry.parts, entry.note or word.note
            words.append(word)
        SynonymGroup.objects.bulk_create(groups)
        LexiconWord.objects.bulk_create([word for word in words if word.pk is None])
        LexiconWord.objects.bulk_update([word for word in words if word.pk], ["parts", "note"])
        if entries:
            note_change()


class _Reader:
    """Reads lines one after the other, and knows what those before said."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._words: set[str] = set()
        self._spellings: set[Terms] = set()
        self._groups = 0

    @property
    def overflows(self) -> bool:
        """Whether all of it were more than is kept."""
        words = len(self._words - self._held.words.keys()) + len(self._held.words)
        return max(words, self._groups + len(self._held.groups)) > MOST_HELD

    def read(self, line: str, note: str) -> list[Entry]:
        """The entry of a line, none if it says what is held. Raises ``ValidationError``."""
        return self._read_group(line, note) if "=" in line else self._read_word(line, note)

    def _read_group(self, line: str, note: str) -> list[Entry]:
        given = [spelling for each in line.split("=") if (spelling := " ".join(each.split()))]
        if len(given) <= MOST_SPELLINGS:
            terms = frozenset(_checked_terms(each) for each in given)
            if terms in self._held.groups:
                return []
            if terms & self._spellings:
                raise ValidationError(_("A spelling of this group stands in this text twice."))
            self._spellings |= terms
        entry = Entry(spellings=check_group(given, self._held), note=note)
        self._groups += 1
        return [entry]

    def _read_word(self, line: str, note: str) -> list[Entry]:
        joined = "".join(piece.strip() for piece in line.split(BAR))
        same = self._held.words.get(fold(joined))
        word, parts = check_word(joined, line if BAR in line else "", self._held, same.pk if same else None)
        if fold(word) in self._words:
            raise ValidationError(_("“%(word)s” stands in this text twice.") % {"word": word})
        self._words.add(fold(word))
        return [] if same and same.parts == parts else [Entry(word, parts, note=note)]


def _checked_terms(spelling: str) -> Terms:
    """Its terms. It is measured before it is analysed. Raises ``ValidationError`` if it cannot be used."""
    terms = _terms(spelling) if len(spelling) <= LONGEST_WORD else ()
    if 0 < len(terms) <= MOST_WORDS and not {"=", BAR} & set(spelling):
        return terms
    message = _("“%(spelling)s” cannot be used: a spelling has 1 to 4 meaningful words and 80 letters.")
    raise ValidationError({"spellings": message % {"spelling": spelling[:LONGEST_WORD]}})


def _terms_of(spellings: Iterable[str]) -> frozenset[Terms]:
    return frozenset(_terms(each) for each in spellings)


def _terms(spelling: str) -> Terms:
    return tuple(token.term for token in analyse(spelling) if token.term)
