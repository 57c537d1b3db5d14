"""The bodies behind the list: how much there is in a region or of a size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from hub.municipalities import regions
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies
from hub.site.counting import Found


class Bodies(regions.Bodies):
    """All bodies of the directory, with counts of what they published."""

    def count_regions(self, publishers: Mapping[Found, int]) -> dict[str, int]:
        """Entries by region, from those by their publishers together."""
        return _count(publishers, self.regions)

    def count_sizes(self, publishers: Mapping[Found, int]) -> dict[str, int]:
        """Entries by class of inhabitants, from those by their publishers together."""
        return _count(publishers, self.sizes)


def find_named(text: str) -> set[str]:
    """Keys of the bodies that the directory's search finds by name; one query."""
    return set(search_bodies(text, Body.objects.all()).order_by().values_list("pk", flat=True))


def _count(publishers: Mapping[Found, int], of_key: Mapping[str, str]) -> dict[str, int]:
    """An entry that several publish counts once for each value they have."""
    counts: dict[str, int] = defaultdict(int)
    for keys, number in publishers.items():
        for value in {of_key.get(key, "") for key in keys} if isinstance(keys, tuple) else ():
            counts[value] += number
    counts.pop("", None)
    return dict(counts)
