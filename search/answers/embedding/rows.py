"""The embedders whose vectors are kept, and making vectors by them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Exists, OuterRef, QuerySet

from hub.documents import Audience
from hub.env import env
from search.answers.embedding.base import Embedder, EmbedderUnavailable
from search.answers.embedding.choosing import Setting, configured, forget, load
from search.answers.embedding.hash import HashEmbedder
from search.answers.embedding.indexes import make_index
from search.answers.embedding.lsa import LsaEmbedder
from search.answers.models import Passage, PassageEmbedder, PassageVector


@dataclass(frozen=True)
class Description:
    """What makes vectors here: ``host`` is where passages and questions are sent, empty if nowhere."""

    method: str
    model: str
    host: str


def describe() -> Description:
    """Of the embedder that answers. One that is being made ready goes before if it sends texts elsewhere."""
    row = active_row()
    answering = setting_of(row) if row else Setting()
    told = next((each for each in (answering, configured()) if each.host), answering)
    return Description(told.method, told.model or told.place.rpartition("/")[2], told.host)


def kept_rows() -> list[PassageEmbedder]:
    """All embedders, the active one first; ``hash``, which needs nothing, is the first of an instance."""
    rows = list(PassageEmbedder.objects.defer("data").order_by("-active", "started"))
    if not rows or not rows[0].active:
        first = HashEmbedder()
        PassageEmbedder.objects.bulk_create(
            [PassageEmbedder(name=first.name, dimension=first.dimension, active=True)], ignore_conflicts=True
        )
        make_index(first.name, first.dimension)
        rows = list(PassageEmbedder.objects.defer("data").order_by("-active", "started"))
    return rows


def active_row() -> PassageEmbedder | None:
    """The embedder that answers; None before the first passage."""
    return PassageEmbedder.objects.defer("data").filter(active=True).first()


def setting_of(row: PassageEmbedder) -> Setting:
    """The setting it was made by."""
    return Setting(row.setting, row.model)


def passages_for(setting: Setting) -> QuerySet[Passage]:
    """The passages that get a vector. Those that not everybody may read are sent to no other machine,
    but those of members where ``HUB_ANSWERS_MEMBERS`` allows it; words find the others.
    """
    if not setting.host:
        return Passage.objects.all()
    allowed = [Audience.PUBLIC, *([Audience.MEMBERS] if env.answers_members else [])]
    return Passage.objects.filter(audience__in=allowed)


def missing_vectors(row: PassageEmbedder, after: int = 0) -> QuerySet[Passage]:
    """The passages above an id that still have to get a vector of this embedder."""
    # Said of both tables, so that neither is read from its beginning for each batch.
    held = PassageVector.objects.filter(embedder=row.name, passage=OuterRef("pk"), passage__gt=after)
    return passages_for(setting_of(row)).filter(~Exists(held), pk__gt=after)


def embedder_of(row: PassageEmbedder) -> Embedder:
    """What makes vectors to compare with those of this row.

    Raises :class:`EmbedderUnavailable`, also where the setting leads to something else by now.
    """
    setting = setting_of(row)
    if setting.method == "lsa":
        return _learned(row.name)
    embedder = load(setting, row.dimension)
    if embedder.name != row.name:
        forget()
        embedder = load(setting, row.dimension)
    if embedder.name != row.name:
        raise EmbedderUnavailable(f"{row.name} is no longer there: {setting.text} is {embedder.name} now")
    return embedder


@lru_cache(maxsize=2)
def _learned(name: str) -> Embedder:
    data = PassageEmbedder.objects.values_list("data", flat=True).get(pk=name)
    embedder = LsaEmbedder(bytes(data))
    if embedder.name != name:
        raise EmbedderUnavailable(f"What {name} has learned is another version's: it is to be learned again")
    return embedder
