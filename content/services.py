"""Verbs of content: giving a body its section."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale

from content.editorial.review import drop_preset, open_review
from content.models import BodyPage
from hub.accounts.models import Role
from hub.accounts.roles import open_roles
from hub.municipalities.models import Body

AUTHOR_PAGE = ("add_page",)
EDITOR_PAGE = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
PAGE_ACTIONS = {Role.AUTHOR: AUTHOR_PAGE, Role.EDITOR: EDITOR_PAGE, Role.COORDINATOR: EDITOR_PAGE}
LIBRARY = (
    ("wagtailimages", "add_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "choose_document"),
)
COORDINATION = (("catalogue", "add_moderationact"), ("search", "change_searchindex"))
"""What those who coordinate may do beyond their section, as (app, permission)."""
LIBRARY_CHANGES = (("wagtailimages", "change_image"), ("wagtaildocs", "change_document"))


@dataclass(frozen=True)
class Section:
    """What belongs to a body's section: its groups and its library of pictures and files."""

    groups: dict[Role, Group]
    collection: Collection


def open_section(page: BodyPage) -> Section:
    """Give ``page`` its groups and library; what is there already stays.

    Authors write and change their own drafts, editors change and publish everything in the section,
    coordinators besides decide about its people, moderate what other instances publish and look after the
    search. Members read.
    What authors hand in is decided by editors and coordinators.
    """
    groups = open_roles(page.body)
    collection = _open_library(page.body)
    groups[Role.COORDINATOR].permissions.add(*(_permission(app, name) for app, name in COORDINATION))
    for role, actions in PAGE_ACTIONS.items():
        groups[role].permissions.add(
            _permission("wagtailadmin", "access_admin"), _permission("wagtail_localize", "submit_translation")
        )
        for action in actions:
            GroupPagePermission.objects.get_or_create(
                group=groups[role], page=page.page_ptr, permission=_permission("wagtailcore", action)
            )
        library = LIBRARY if role == Role.AUTHOR else LIBRARY + LIBRARY_CHANGES
        for app, action in library:
            GroupCollectionPermission.objects.get_or_create(
                group=groups[role], collection=collection, permission=_permission(app, action)
            )
    open_review(page, groups)
    return Section(groups, collection)


def keep_sections() -> int:
    """Bring the section of every body that has roles up to date, its review's name included; their number.

    For bodies that joined before a right or a step was added, and for those that were renamed.
    """
    drop_preset()
    own = Q(alias_of=None) | ~Q(locale=Locale.get_default())
    pages = BodyPage.objects.filter(own, body__roles__isnull=False).distinct()
    for page in pages.select_related("body").order_by("pk"):
        open_section(page)
    return len(pages)


def _open_library(body: Body) -> Collection:
    """The body's library; of two bodies of one name, the second one's carries the key."""
    root = Collection.get_first_root_node()
    names = (body.name, f"{body.name} ({body.key})")
    named = root.get_children().filter(name__in=names)
    held = named.filter(group_permissions__group__body_role__body=body).first()
    if held is not None:
        return held
    others = GroupCollectionPermission.objects.filter(group__body_role__isnull=False)
    taken = others.exclude(group__body_role__body=body).values("collection")
    free = named.filter(name=names[0]).exclude(pk__in=taken).first()
    if free is not None:
        return free
    is_taken = named.filter(name=names[0]).exists()
    return root.add_child(name=names[1] if is_taken else names[0])


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)
