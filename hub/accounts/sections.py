"""Which pages belong to a body: those below the pages its groups have rights on, in every language."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from wagtail.models import Page

from hub.accounts.models import User
from hub.municipalities.models import Body


def pages_of(body: Body) -> QuerySet[Page]:
    """All pages of a body's section and of its translations; none before it has a section. Two queries."""
    roots = Page.objects.filter(group_permissions__group__body_role__body=body)
    everywhere = Page.objects.filter(translation_key__in=roots.values("translation_key"))
    paths = list(everywhere.values_list("path", flat=True).distinct())
    below: QuerySet[Page] = Page.objects.filter(_below(paths)) if paths else Page.objects.none()
    return below


def own_pages(user: User, body: Body) -> QuerySet[Page]:
    """The pages somebody owns in a body's section, by title."""
    return pages_of(body).filter(owner=user).order_by("title", "pk")


def drafts_of(user: User, body: Body) -> QuerySet[Page]:
    """Those of them with something that is not published."""
    return own_pages(user, body).filter(has_unpublished_changes=True)


def _below(paths: Iterable[str]) -> Q:
    condition = Q()
    for path in paths:
        condition |= Q(path__startswith=path)
    return condition
