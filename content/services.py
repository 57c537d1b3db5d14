"""Verbs of content: giving a body its section."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from content.models import BodyPage

AUTHOR_PAGE = ("add_page",)
EDITOR_PAGE = ("add_page", "change_page", "publish_page")
LIBRARY = (
    ("wagtailimages", "add_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "choose_document"),
)
LIBRARY_CHANGES = (("wagtailimages", "change_image"), ("wagtaildocs", "change_document"))


@dataclass(frozen=True)
class Section:
    """What belongs to a body's section: its groups and its library of pictures and files."""

    authors: Group
    editors: Group
    collection: Collection


def open_section(page: BodyPage) -> Section:
    """Give ``page`` its groups and library; what is there already stays.

    Authors write and change their own drafts, editors change and publish everything in the section.
    """
    name = page.body.name
    root = Collection.get_first_root_node()
    collection = root.get_children().filter(name=name).first() or root.add_child(name=name)
    authors, _ = Group.objects.get_or_create(name=f"Autor {name}")
    editors, _ = Group.objects.get_or_create(name=f"Redaktion {name}")
    for group, actions in ((authors, AUTHOR_PAGE), (editors, EDITOR_PAGE)):
        group.permissions.add(_permission("wagtailadmin", "access_admin"))
        for action in actions:
            GroupPagePermission.objects.get_or_create(
                group=group, page=page.page_ptr, permission=_permission("wagtailcore", action)
            )
    for group, library in ((authors, LIBRARY), (editors, LIBRARY + LIBRARY_CHANGES)):
        for app, action in library:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=_permission(app, action)
            )
    return Section(authors, editors, collection)


def _permission(app: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app, codename=codename)
