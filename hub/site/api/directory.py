"""Topics and bodies as the API tells them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Func, Q

from hub.catalogue.publishing import published_by
from hub.env import env
from hub.municipalities.models import Body
from hub.site.api.parameters import BodyFilters, read_cursor
from hub.site.api.records import ANYBODY, ROOT, describe, read_names
from hub.site.api.schemas import BodyDetail, BodyInfo, BodyPage, NamedBody, TopicInfo, TopicList
from hub.site.cursors import encode_cursor
from hub.site.feeds.reading import feed_address
from hub.site.queries import body_entries, contributions
from theme.topics import read_vocabulary


def list_topics() -> TopicList:
    """The current vocabulary with counts; two queries."""
    vocabulary = read_vocabulary()
    rows = (
        contributions(ANYBODY)
        .order_by()
        .values(code=Func(F("topics"), function="unnest"))
        .annotate(n=Count("pk"))
    )
    counts = dict(rows.values_list("code", "n"))
    merged: dict[str, list[str]] = {}
    for old, current in sorted(vocabulary.merges.items()):
        merged.setdefault(current, []).append(old)
    topics = [
        TopicInfo(
            code=code,
            name=str(name),
            records=counts.get(code, 0),
            merged=merged.get(code, []),
            url=f"{env.origin}/wissen/?{urlencode({'thema': code})}",
            feed=feed_address("atom", urlencode({"thema": code})),
        )
        for code, name in vocabulary.names.items()
    ]
    return TopicList(topics=topics)


def list_bodies(filters: BodyFilters) -> BodyPage:
    """A page of the directory by key; one query. Raises :class:`hub.site.api.problems.Refused`."""
    conditions = Q(key__gt=read_cursor(filters.cursor, "bodies") or "")
    if filters.kind:
        conditions &= Q(kind__in=filters.kind)
    if filters.region:
        conditions &= Q(district__in=filters.region)
    found = Body.objects.filter(conditions).select_related("district", "association")
    rows = list(found.order_by("key")[: filters.limit + 1])
    shown = rows[: filters.limit]
    following = None
    if len(rows) > filters.limit:
        params = filters.model_dump(mode="json", exclude={"cursor"}, exclude_defaults=True)
        cursor = encode_cursor("bodies", shown[-1].key)
        following = f"{ROOT}/bodies?{urlencode(params | {'cursor': cursor}, doseq=True)}"
    return BodyPage(bodies=[BodyInfo(**_facts(body)) for body in shown], next=following)


def describe_body(key: str) -> BodyDetail | None:
    """A body with what it has published; None for an unknown key. Five queries, three without a portrait."""
    body = Body.objects.select_related("district", "association").filter(pk=key).first()
    if body is None:
        return None
    theirs = contributions(ANYBODY).filter(published_by([key], ANYBODY)).order_by()
    counts = dict(theirs.values("kind").annotate(n=Count("pk")).order_by("kind").values_list("kind", "n"))
    portrait = body_entries(ANYBODY, [key]).get(key)
    return BodyDetail(
        **_facts(body),
        records=counts,
        portrait=describe(portrait, read_names([portrait], [], read_vocabulary())) if portrait else None,
        feed=feed_address("atom", urlencode({"kommune": key})),
    )


def _facts(body: Body) -> dict[str, Any]:
    same = ("key", "name", "kind", "population", "population_date", "area_ha", "latitude", "longitude")
    return {name: getattr(body, name) for name in same} | {
        "region": _named(body.district),
        "association": _named(body.association),
        "website": body.website or None,
        "dissolved": body.dissolved,
        "successor": body.successor_id,
        "url": f"{env.origin}/kommunen/{body.key}/",
        "api_url": f"{ROOT}/bodies/{body.key}",
    }


def _named(body: Body | None) -> NamedBody | None:
    return NamedBody(key=body.key, name=body.name) if body else None
