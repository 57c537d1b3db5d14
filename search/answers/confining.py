"""What a question is confined to, as the address says it: one document, one topic, towns like one's own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from hub.catalogue.queries import find_entry
from hub.documents import Viewer
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies
from hub.municipalities.similarity import Profile, similarity
from search.answers.scope import EVERYTHING, Scope
from search.parameters import clean
from theme.topics import Vocabulary

DOCUMENT, TOPIC, LIKE = "in", "thema", "aehnlich"

ALIKE = 60
"""From so many of the 100 points of ``hub.municipalities.similarity`` on a body is like another."""

MOST_CHOICES = 8
LONGEST_NAME = 100


@dataclass(frozen=True)
class Limit:
    """One thing a question is confined to: the parameter, its value, and what is said of it.

    ``url`` leads to what is named, if it has a page.
    """

    name: str
    value: str
    label: str
    url: str = ""


@dataclass(frozen=True)
class Confinement:
    """What a question is confined to, and what of the address could not be followed.

    ``choices`` are the bodies that a name may mean. What could not be followed confines nothing.
    """

    scope: Scope = EVERYTHING
    limits: tuple[Limit, ...] = ()
    faults: tuple[str, ...] = ()
    choices: tuple[Body, ...] = ()

    @property
    def document(self) -> Limit | None:
        """The document asked about."""
        return next((limit for limit in self.limits if limit.name == DOCUMENT), None)

    @property
    def topic(self) -> str:
        """The code of the topic."""
        return self.scope.topic

    @property
    def params(self) -> list[tuple[str, str]]:
        """What stands in the address for it."""
        return [(limit.name, limit.value) for limit in self.limits]

    def with_limit(self, limit: Limit, scope: Scope) -> Confinement:
        """The same with one thing more."""
        return replace(self, scope=scope, limits=(*self.limits, limit))

    def with_fault(self, fault: str, choices: tuple[Body, ...] = ()) -> Confinement:
        """The same with something that could not be followed."""
        return replace(self, faults=(*self.faults, fault), choices=choices or self.choices)


def read_confinement(params: QueryDict, viewer: Viewer, topics: Vocabulary) -> Confinement:
    """What the address says. One query for a document; one or two for a body, whose name it may be."""
    found = Confinement()
    if wanted := params.get(DOCUMENT, ""):
        found = _in_document(found, wanted, viewer)
    if wanted := params.get(TOPIC, ""):
        found = _on_topic(found, wanted, topics)
    if wanted := clean(params.get(LIKE, ""))[:LONGEST_NAME].strip():
        found = _like_body(found, wanted)
    return found


def _in_document(found: Confinement, wanted: str, viewer: Viewer) -> Confinement:
    try:
        entry = find_entry(uuid.UUID(wanted), viewer)
    except ValueError:
        entry = None
    if entry is None:
        return found.with_fault(_("The contribution you wanted to ask about is not here."))
    limit = Limit(DOCUMENT, str(entry.uuid), entry.title, entry.get_absolute_url())
    return found.with_limit(limit, replace(found.scope, document=entry.object_id))


def _on_topic(found: Confinement, wanted: str, topics: Vocabulary) -> Confinement:
    code = topics.merges.get(wanted, wanted)
    if code not in topics.names:
        return found.with_fault(_("There is no such topic."))
    label = _("Topic: %(name)s") % {"name": topics.name(code)}
    limit = Limit(TOPIC, code, label, f"/wissen/?thema={code}")
    return found.with_limit(limit, replace(found.scope, topic=code))


def _like_body(found: Confinement, wanted: str) -> Confinement:
    meant = list(search_bodies(wanted)[: MOST_CHOICES + 1])
    same = [body for body in meant if wanted.casefold() in (body.key.casefold(), body.name.casefold())]
    meant = same if len(same) == 1 else meant
    if not meant:
        return found.with_fault(_("No municipality is called “%(name)s” here.") % {"name": wanted})
    if len(meant) > 1:
        fault = _("Several municipalities answer to “%(name)s”. Please choose one:") % {"name": wanted}
        return found.with_fault(fault, tuple(meant[:MOST_CHOICES]))
    alike = bodies_like(meant[0])
    if not alike:
        told = _("Too little is known of %(name)s to say which municipalities are like it.")
        return found.with_fault(told % {"name": meant[0].name})
    label = _("Municipalities like %(name)s") % {"name": meant[0].name}
    limit = Limit(LIKE, meant[0].key, label, f"/aehnlich/{meant[0].key}/")
    return found.with_limit(limit, replace(found.scope, bodies=alike))


def bodies_like(body: Body) -> frozenset[str]:
    """The keys of bodies like it in size, kind and density: at least :data:`ALIKE` points; one query.

    Software is left out: what towns run would have to be read of all of them for every question.
    """
    own = _profile(body)
    others = Body.objects.filter(dissolved__isnull=True, population__isnull=False).exclude(pk=body.pk)
    columns = others.only("key", "kind", "population", "area_ha")
    return frozenset(other.key for other in columns if (similarity(own, _profile(other)).score or 0) >= ALIKE)


def _profile(body: Body) -> Profile:
    return Profile(body.population, body.kind, body.density)
