"""What a mail domain says about somebody: whose it may be. It proposes a body and never grants anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hub.accounts.models import BodyDomain
from hub.municipalities.models import Body
from hub.municipalities.queries import current_bodies, normalise_name, resolve_successor

FREE_MAIL = Path(__file__).with_name("free_mail.txt")
PROPOSALS = 5
SHORTEST_BEGINNING = 4
"""So many letters a label needs to stand for the beginning of a name, as „landau“ for Landau in der Pfalz."""

KIND_WORDS: dict[str, frozenset[str]] = {
    "stadt": frozenset({Body.Kind.CITY, Body.Kind.TOWN}),
    "stadtverwaltung": frozenset({Body.Kind.CITY, Body.Kind.TOWN}),
    "sv": frozenset({Body.Kind.CITY, Body.Kind.TOWN}),
    "vg": frozenset({Body.Kind.VERBANDSGEMEINDE}),
    "vgv": frozenset({Body.Kind.VERBANDSGEMEINDE}),
    "verbandsgemeinde": frozenset({Body.Kind.VERBANDSGEMEINDE}),
    "kreis": frozenset({Body.Kind.DISTRICT}),
    "landkreis": frozenset({Body.Kind.DISTRICT}),
    "lk": frozenset({Body.Kind.DISTRICT}),
    "kv": frozenset({Body.Kind.DISTRICT}),
    "kreisverwaltung": frozenset({Body.Kind.DISTRICT}),
    "gemeinde": frozenset({Body.Kind.MUNICIPALITY}),
    "ortsgemeinde": frozenset({Body.Kind.MUNICIPALITY}),
    "og": frozenset({Body.Kind.MUNICIPALITY}),
    "rathaus": frozenset(),
}
"""Words beside a name in domains and in the directory, and which kinds of bodies they speak of."""


def domain_of(email: str) -> str:
    """What stands behind the last ``@``, in small letters; empty without one."""
    return email.rpartition("@")[2].strip().strip(".").lower() if "@" in email else ""


@cache
def free_mail_domains() -> frozenset[str]:
    """The domains of ``free_mail.txt``."""
    lines = FREE_MAIL.read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def is_free_mail(domain: str) -> bool:
    """Whether anybody can get an address of this domain or of one above it."""
    return any(each in free_mail_domains() for each in _and_parents(domain.strip().lower()))


def refuse_free_mail(email: str) -> None:
    """Raise :class:`ValidationError` for an address of a mail provider: nobody could tell whose it is."""
    domain = domain_of(email)
    if is_free_mail(domain):
        message = _(
            "%(domain)s is a provider of private mailboxes. Please use your work address. If you have none, "
            "ask the coordination of your municipality for an invitation."
        )
        raise ValidationError(message % {"domain": domain}, code="free_mail")


def propose_bodies(email: str) -> list[Body]:
    """At most five bodies the address may belong to, best first.

    Known domains come first, the whole before those above it (``amt.stadt.de``, ``stadt.de``), then names
    of the directory that the domain spells, then names that begin as it does, the larger body before the
    smaller. A dissolved body is replaced by its successor.
    """
    domain = domain_of(email)
    if not domain or is_free_mail(domain):
        return []
    found = _known(domain)
    if len(found) < PROPOSALS:
        found += _by_name(domain)
    return _once(_current(found))[:PROPOSALS]


def spells(domain: str, body: Body) -> bool:
    """Whether a label of the domain spells the body's name, or the beginning of it."""
    name = _name_words(body.name)
    readings = [reading for label in domain.split(".")[:-1] for reading in _readings(label)]
    return any(reading.rank(name, body.kind) is not None for reading in readings)


def _and_parents(domain: str) -> list[str]:
    """The domain and those above it, without the top one."""
    labels = domain.split(".")
    return [".".join(labels[n:]) for n in range(max(len(labels) - 1, 1))]


def _known(domain: str) -> list[Body]:
    names = _and_parents(domain)
    rows = BodyDomain.objects.filter(domain__in=names).select_related("body")
    return [row.body for row in sorted(rows, key=lambda row: names.index(row.domain))]


def _by_name(domain: str) -> list[Body]:
    """Bodies whose name a label of the domain spells, or whose name begins as it does."""
    readings = [reading for label in reversed(domain.split(".")[:-1]) for reading in _readings(label)]
    ranked: dict[str, tuple[int, int]] = {}
    names = current_bodies().values_list("key", "name", "kind", "population")
    for key, name, kind, population in names:
        words = _name_words(name)
        ranks = [rank for reading in readings if (rank := reading.rank(words, kind)) is not None]
        if ranks:
            ranked[key] = (min(ranks), -(population or 0))
    best = sorted(ranked, key=lambda key: (ranked[key], key))[:PROPOSALS]
    bodies = Body.objects.in_bulk(best)
    return [bodies[key] for key in best]


@dataclass(frozen=True)
class Reading:
    """A label of a domain without the words beside the name: ``vg-nieder-olm`` is ``nieder olm``, a VG."""

    words: tuple[str, ...]
    kinds: frozenset[str] = frozenset()

    def rank(self, name: tuple[str, ...], kind: str) -> int | None:
        """How well a name fits, 0 is best; None where it does not."""
        spelled, other_kind = "".join(self.words), bool(self.kinds) and kind not in self.kinds
        if spelled == "".join(name) or _saints(self.words) == _saints(name):
            return int(other_kind)
        beginnings = {"".join(name[:n]) for n in range(1, len(name))}
        if len(spelled) >= SHORTEST_BEGINNING and spelled in beginnings:
            return 2 + other_kind
        return None


def _readings(label: str) -> list[Reading]:
    """As it stands, and without the words of :data:`KIND_WORDS`, apart or written together with it."""
    words = [word for word in label.split("-") if word]
    readings = [Reading(tuple(words))] if words else []
    kinds: frozenset[str] = frozenset()
    while len(words) > 1 and (words[0] in KIND_WORDS or words[-1] in KIND_WORDS):
        kinds |= KIND_WORDS[words.pop(0 if words[0] in KIND_WORDS else -1)]
        readings.append(Reading(tuple(words), kinds))
    if len(words) == 1:
        for word, its_kinds in KIND_WORDS.items():
            rest = words[0].removeprefix(word)
            if rest != words[0] and len(rest) >= SHORTEST_BEGINNING:
                readings.append(Reading((rest,), kinds | its_kinds))
    return readings


def _name_words(name: str) -> tuple[str, ...]:
    """A name as a domain would spell it, without what kind of body it is: „Stadt Bad Dürkheim“."""
    kept = normalise_name(name).split()
    while len(kept) > 1 and kept[0] in KIND_WORDS:
        kept.pop(0)
    return tuple(kept)


def _saints(words: Iterable[str]) -> str:
    return "".join("sankt" if word == "st" else word for word in words)


def _current(bodies: Iterable[Body]) -> list[Body]:
    """Dissolved bodies replaced by what became of them; those that nobody succeeded go."""
    return [last for body in bodies if not (last := resolve_successor(body)).dissolved]


def _once(bodies: Iterable[Body]) -> list[Body]:
    return list({body.pk: body for body in bodies}.values())
