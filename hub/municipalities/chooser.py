"""Choosing a body in the editor: 2,500 are no list to scroll through."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from hub.municipalities.models import Body
from hub.municipalities.queries import current_bodies, search_bodies


class BodyFilterForm(BaseFilterForm):
    """Finds bodies as the public directory does."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name, postcode or key")}),
    )

    def filter(self, objects: QuerySet[Body]) -> QuerySet[Body]:
        """Those that fit what was typed."""
        found: QuerySet[Body] = super().filter(objects)
        if text := self.cleaned_data.get("q"):
            self.is_searching, self.search_query = True, text
            found = search_bodies(text, found)
        return found


class _BodyChoosing:
    filter_form_class = BodyFilterForm

    def get_object_list(self) -> QuerySet[Body]:
        """Bodies that exist today, with their districts in one query."""
        return current_bodies().select_related("district")

    @property
    def columns(self) -> list[Any]:
        """Name, and what tells two of the same name apart."""
        return [
            *super().columns,  # type: ignore[misc]  # of the view it is mixed into
            Column("kind", label=_("Kind"), accessor="get_kind_display"),
            Column("district", label=_("District"), accessor="district"),
            Column("key", label=_("Key"), accessor="key"),
        ]


class ChooseBodyView(_BodyChoosing, ChooseView):
    """The dialogue."""


class ChooseBodyResultsView(_BodyChoosing, ChooseResultsView):
    """Its list, after each search."""


class BodyChooserViewSet(ChooserViewSet):
    """Used by every field of the editor that refers to a body."""

    model = Body
    icon = "globe"
    per_page = 20
    choose_one_text = _("Choose a municipality or other body")
    choose_another_text = _("Choose another one")
    choose_view_class = ChooseBodyView
    choose_results_view_class = ChooseBodyResultsView


viewset = BodyChooserViewSet("body_chooser")
BodyChooserBlock = viewset.get_block_class(name="BodyChooserBlock", module_path="hub.municipalities.chooser")
"""A body within a StreamField."""
