"""Words and synonyms of the search in Wagtail's menu. Imported by ``search.wagtail_hooks``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import CreateView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from search.admin import words
from search.admin.indexes import PERMISSION
from search.admin.words_forms import SynonymForm, WordForm
from search.models import LexiconWord, SynonymGroup


class ForThoseWhoLookAfterTheSearch(BasePermissionPolicy):
    """One permission for everything about words and synonyms."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether this person may."""
        return bool(user.has_perm(PERMISSION))

    def users_with_any_permission(self, actions: Any) -> QuerySet[Any]:
        """Everybody who may."""
        app, codename = PERMISSION.split(".")
        granted = Q(groups__permissions__content_type__app_label=app, groups__permissions__codename=codename)
        users = get_user_model()._default_manager.filter(is_active=True)
        return users.filter(granted | Q(is_superuser=True)).distinct()


class AddSynonymsView(CreateView):
    """An empty group, or one that begins with ``?spellings=``: what was sought and not found."""

    def get_initial_form_instance(self) -> SynonymGroup:
        """The instance that the form shows."""
        return SynonymGroup(spellings=self.request.GET.get("spellings", "")[:80].replace("\x00", ""))


class WordViewSet(ModelViewSet):
    """The words: list with search, and the form."""

    model = LexiconWord
    icon = "openquote"
    url_prefix = "suche/woerter/liste"
    copy_view_enabled = False
    list_display = ["word", "parts", "note", "changed"]
    search_fields = ["word", "note"]
    list_per_page = 50
    add_to_reference_index = False  # nothing refers to a word

    def get_form_class(self, for_update: bool = False) -> type[WordForm]:
        """The form with the rules of words."""
        return WordForm


class SynonymViewSet(ModelViewSet):
    """The groups of synonyms: list with search, and the form."""

    model = SynonymGroup
    icon = "link"
    url_prefix = "suche/woerter/synonyme"
    add_view_class = AddSynonymsView
    copy_view_enabled = False
    list_display = ["__str__", "note", "changed"]
    search_fields = ["spellings", "note"]
    list_per_page = 50
    add_to_reference_index = False

    def get_form_class(self, for_update: bool = False) -> type[SynonymForm]:
        """The form with the rules of groups."""
        return SynonymForm


class WordsMenuItem(MenuItem):
    """Shown to whoever may change the words."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may."""
        return bool(request.user.has_perm(PERMISSION))


register_permission_policy(LexiconWord, ForThoseWhoLookAfterTheSearch(LexiconWord))
register_permission_policy(SynonymGroup, ForThoseWhoLookAfterTheSearch(SynonymGroup))


@hooks.register("register_admin_viewset")
def register_words() -> list[Any]:
    """The two lists."""
    return [WordViewSet("search_word"), SynonymViewSet("search_synonyms")]


@hooks.register("register_admin_urls")
def register_word_pages() -> list[URLPattern]:
    """Trying out, writing out and reading in."""
    return [
        path("suche/woerter/", words.words, name="search_words"),
        path("suche/woerter/einlesen/", words.read_in, name="search_words_read_in"),
        path("suche/woerter.txt", words.write_out, name="search_words_text"),
    ]


@hooks.register("register_search_menu_item")
def register_words_item() -> MenuItem:
    """Among the pages of the search."""
    return WordsMenuItem(_("Words and synonyms"), reverse("search_words"), icon_name="openquote", order=200)
