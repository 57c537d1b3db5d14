"""What a question is confined to, and the passages that may answer it: only what the viewer may read now.

Every statement joins the catalogue: a passage counts while its entry is live, readable and of the
very revision the passage was cut from. A withdrawn or corrected document so stops answering at
once, before its passages are purged or cut anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import OperationalError
from django.db.models import Exists, OuterRef, QuerySet

from hub.catalogue.queries import entries
from hub.documents import Viewer
from search.answers.models import Passage
from search.engines.base import EngineUnavailable
from search.engines.postgres import PLANNING, time_limit

TIMEOUT_MS = 2_000

# Filters apply after the vector index: without the first it may return too few.
_SETTINGS = {"hnsw.iterative_scan": "strict_order", **PLANNING}


@dataclass(frozen=True)
class Scope:
    """What a question is confined to; by itself, everything the viewer may read.

    ``document`` is the id of one document, ``topic`` the code of a topic, ``bodies`` the keys of bodies of
    which one has to have published it (None: any). What does not exist holds no passages.
    """

    document: str = ""
    topic: str = ""
    bodies: frozenset[str] | None = None

    @property
    def can_exist(self) -> bool:
        """Whether the database could hold such names at all."""
        names = (self.document, self.topic, *(self.bodies or ()))
        return all("\0" not in name and name.isascii() for name in names)


EVERYTHING = Scope()


def readable_passages(viewer: Viewer, scope: Scope = EVERYTHING) -> QuerySet[Passage]:
    """Passages of what the viewer may read now, of its current revision and in the scope."""
    if not scope.can_exist:
        return Passage.objects.none()
    passages = Passage.objects.filter(audience__in=sorted(viewer.audiences))
    current = entries(viewer).filter(object_id=OuterRef("object_id"), revision=OuterRef("revision"))
    if scope.document:
        passages = passages.filter(object_id=scope.document)
    if scope.topic:
        current = current.filter(topics__contains=[scope.topic])
    if scope.bodies is not None:
        current = current.filter(publishers__overlap=sorted(scope.bodies))
    return passages.filter(Exists(current))


@contextmanager
def in_time() -> Iterator[None]:
    """The transaction that one question runs in: each statement within :data:`TIMEOUT_MS`.

    Raises :class:`EngineUnavailable` when one takes longer.
    """
    try:
        with time_limit(TIMEOUT_MS, **_SETTINGS):
            yield
    except OperationalError as error:
        raise EngineUnavailable(str(error)) from error
