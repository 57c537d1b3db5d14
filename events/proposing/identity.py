"""By what somebody who is written down in several places is known to be one person."""

from __future__ import annotations

from hub.municipalities.names import search_words

Identity = tuple[str, str]
"""Name and town, as they compare. A namesake in another town is somebody else."""

FIRST_WORDS = {
    **dict.fromkeys(("stadt", "stadtverwaltung", "landeshauptstadt", "gemeinde", "ortsgemeinde"), ""),
    **dict.fromkeys(("vg", "verbandsgemeindeverwaltung"), "verbandsgemeinde"),
    **dict.fromkeys(("kreis", "kreisverwaltung", "lk"), "landkreis"),
}
"""What a town is called before its name, and what counts for it. A district is no town of the same name."""


def identify(name: str, affiliation: str) -> Identity:
    """„Kim Muster, Stadt Trier“ is „kim  muster, TRIER“."""
    first, _space, rest = (town := search_words(affiliation)).partition(" ")
    if rest and first in FIRST_WORDS:
        town = f"{FIRST_WORDS[first]} {rest}".strip()
    return search_words(name), town
