"""Bodies by key, read once for a whole page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Func

from hub.catalogue.models import CatalogueEntry, State
from hub.municipalities.models import Body


class BodyDirectory:
    """Looks bodies up by key. The first look-up reads all that publish, so a list costs one query."""

    def __init__(self) -> None:
        self._bodies: dict[str, Body | None] | None = None

    def get(self, key: str) -> Body | None:
        """The body with that key; None if this instance does not know it."""
        known = self._load() if self._bodies is None else self._bodies
        if key not in known:
            known[key] = Body.objects.filter(pk=key).first()
        return known[key]

    def name(self, key: str) -> str:
        """The body's name, or its key where the name is not known here."""
        body = self.get(key)
        return body.name if body else key

    def all(self, keys: Iterable[str]) -> list[Body]:
        """The known ones of these keys, in their order."""
        return [body for body in map(self.get, keys) if body]

    def _load(self) -> dict[str, Body | None]:
        live = CatalogueEntry.objects.filter(state=State.LIVE)
        publishers = live.values_list(Func("publishers", function="unnest"), flat=True)
        self._bodies = {body.key: body for body in Body.objects.filter(pk__in=publishers)}
        return self._bodies
