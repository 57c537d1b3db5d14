"""Bodies by key, read once for a whole page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Func

from hub.catalogue.models import CatalogueEntry, State
from hub.municipalities.models import Body


class BodyDirectory:
    """Looks bodies up by key.

    A page says which it will name (:meth:`know`). The first look-up of another reads all that publish,
    so what a page forgets to say costs one query, not one for each body.
    """

    def __init__(self) -> None:
        self._known: dict[str, Body | None] = {}
        self._is_complete = False

    def know(self, keys: Iterable[str]) -> None:
        """Read these bodies; one query if one of them is new here."""
        if unknown := set(keys) - self._known.keys():
            found = Body.objects.in_bulk(unknown)
            self._known.update({key: found.get(key) for key in unknown})

    def get(self, key: str) -> Body | None:
        """The body with that key; None if this instance does not know it."""
        if key not in self._known and not self._is_complete:
            self._know_publishers()
        if key not in self._known:
            self._known[key] = Body.objects.filter(pk=key).first()
        return self._known[key]

    def name(self, key: str) -> str:
        """The body's name, or its key where the name is not known here."""
        body = self.get(key)
        return body.name if body else key

    def all(self, keys: Iterable[str]) -> list[Body]:
        """The known ones of these keys, in their order."""
        return [body for body in map(self.get, keys) if body]

    def _know_publishers(self) -> None:
        live = CatalogueEntry.objects.filter(state=State.LIVE)
        publishers = live.values_list(Func("publishers", function="unnest"), flat=True)
        self._known |= {body.key: body for body in Body.objects.filter(pk__in=publishers)}
        self._is_complete = True


def directory_of(holder: Any) -> BodyDirectory:
    """The directory kept at a request, or at whatever else one rendering keeps."""
    directory: BodyDirectory = vars(holder).setdefault("body_directory", BodyDirectory())
    return directory
