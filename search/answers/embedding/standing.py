"""How the vectors of passages stand, for those who run this instance."""

from __future__ import annotations

from dataclasses import dataclass

from search.answers.embedding.choosing import Setting, configured
from search.answers.embedding.rows import missing_vectors, passages_for, setting_of
from search.answers.models import Passage, PassageEmbedder


@dataclass(frozen=True)
class Standing:
    """``active`` answers, ``coming`` is made ready beside it and has come to ``percent``.

    ``missing`` passages have no vector of ``active`` yet. ``configured`` is the setting, followed or not.
    """

    passages: int
    missing: int
    configured: Setting
    active: PassageEmbedder | None = None
    coming: PassageEmbedder | None = None
    percent: int | None = None

    @property
    def followed(self) -> bool:
        """Whether what is set is what answers."""
        return self.active is not None and setting_of(self.active) == self.configured


def standing() -> Standing:
    """In three queries; five while another embedder is made ready."""
    rows = list(PassageEmbedder.objects.defer("data").order_by("-active", "-started"))
    active = rows[0] if rows and rows[0].active else None
    coming = next((row for row in rows if not row.active), None)
    count = Passage.objects.count()
    missing = missing_vectors(active).count() if active else count
    percent = None
    if coming is not None:
        wanted = passages_for(setting_of(coming))
        percent = min(99, 100 * wanted.filter(pk__lte=coming.done).count() // max(1, wanted.count()))
    return Standing(count, missing, configured(), active, coming, percent)
