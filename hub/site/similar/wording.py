"""Why two bodies are alike, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from hub.municipalities.bands import band_label, band_of
from hub.municipalities.similarity import (
    BY_DISTANCE,
    DENSITY,
    KIND,
    MINIMUM,
    SIZE,
    SOFTWARE,
    PartOfScore,
    Similarity,
)
from hub.site.similar.directory import Known, Town

CLOSE = 0.75
"""From this share on two densities are called similar."""


@dataclass(frozen=True)
class Reason:
    """One part of the score: its heading, what speaks for or against it, and its points of ``weight``.

    ``points`` is empty for a part that dropped out.
    """

    title: str
    text: str
    points: str
    weight: int


def explain(result: Similarity, known: Known, mine: Town, theirs: Town) -> list[Reason]:
    """All parts of the score, also those that dropped out."""
    return [
        Reason(_title(part), _text(part, known, mine, theirs), _points(part), part.weight)
        for part in result.parts
    ]


def tell_parts(result: Similarity) -> list[str]:
    """The points of each part: „Größenklasse: 20 von 40 Punkten“."""
    return [
        _("%(part)s: %(points)s of %(weight)s points")
        % {"part": _title(part), "points": _points(part) or "–", "weight": part.weight}
        for part in result.parts
    ]


def in_short(result: Similarity, known: Known, theirs: Town) -> str:
    """What they have in common, in a line; empty if nothing."""
    telling = [_common(part, known, theirs) for part in result.parts]
    return ", ".join(text for text in telling if text)


def say_missing(result: Similarity, mine: Town, theirs: Town) -> str:
    """Which facts are missing for a score; empty if there is one."""
    if result.score is not None:
        return ""
    gaps = []
    for town in (mine, theirs):
        unknown = {SIZE: town.population is None, KIND: not town.kind}
        gaps += [
            _("%(fact)s of %(name)s") % {"fact": _name(part), "name": town.name}
            for part in MINIMUM
            if unknown[part]
        ]
    return get_text_list(gaps, _("and"))


def _name(part: str) -> str:
    names = {
        SIZE: _("Inhabitants"),
        KIND: _("Kind of body"),
        DENSITY: _("Population density"),
        SOFTWARE: _("Software in use"),
    }
    return names[part]


def _title(part: PartOfScore) -> str:
    return _("Size class") if part.name == SIZE else _name(part.name)


def _points(part: PartOfScore) -> str:
    return "" if part.value is None else number_format(round(part.value * part.weight, 1))


def _common(part: PartOfScore, known: Known, theirs: Town) -> str:
    if not part.value:
        return ""
    if part.name == SIZE:
        return {1.0: _("same size class"), BY_DISTANCE[1]: _("next size class")}.get(part.value, "")
    if part.name == KIND:
        same = _("same kind (%(kind)s)") % {"kind": theirs.kind_label}
        return same if part.value == 1 else _("related kind (%(kind)s)") % {"kind": theirs.kind_label}
    if part.name == DENSITY:
        return _("similarly densely populated") if part.value >= CLOSE else ""
    return _("also uses %(products)s") % {"products": _products(part, known)}


def _text(part: PartOfScore, known: Known, mine: Town, theirs: Town) -> str:
    if part.value is None:
        return _("not known of both, so it does not count")
    if part.name == SIZE:
        ours, other = band_label(band_of(mine.population)), band_label(band_of(theirs.population))
        return ours if ours == other else _("%(one)s here, %(other)s there") % {"one": ours, "other": other}
    if part.name == KIND:
        if mine.kind == theirs.kind:
            return theirs.kind_label
        return _("%(one)s here, %(other)s there") % {"one": mine.kind_label, "other": theirs.kind_label}
    if part.name == DENSITY:
        return _("%(one)s inhabitants per km² here, %(other)s there") % {
            "one": number_format(round(mine.density or 0), force_grouping=True),
            "other": number_format(round(theirs.density or 0), force_grouping=True),
        }
    return _products(part, known) if part.shared else _("nothing in common as far as published")


def _products(part: PartOfScore, known: Known) -> str:
    return get_text_list(sorted({known.name_of(key) for key in part.shared}, key=str.casefold), _("and"))
