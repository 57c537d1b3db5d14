"""The directory of bodies in Wagtail's admin, for operators."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from hub.municipalities.chooser import viewset as body_chooser
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies


class OperatorsOnly(BasePermissionPolicy):
    """Operators may add and change bodies. Nobody deletes one: what is gone is dissolved."""

    ACTIONS = frozenset({"view", "add", "change"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether this person may."""
        return bool(user.is_active and user.is_superuser and action in self.ACTIONS)

    def users_with_any_permission(self, actions: Any) -> QuerySet[Any]:
        """The operators, where anybody may."""
        users = get_user_model()._default_manager.filter(is_active=True, is_superuser=True)
        return users if self.ACTIONS.intersection(actions) else users.none()


class BodyForm(WagtailAdminModelForm):
    """The key is given once: another one would be another body."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["key"].disabled = True


PANELS = [
    MultiFieldPanel(
        [
            FieldPanel("key"),
            FieldPanel("name"),
            FieldPanel("kind"),
            FieldPanel("website"),
        ],
        heading=_("What it is"),
        help_text=_(
            "The next import of the official directory writes over everything but the website of "
            "municipalities, associations and districts."
        ),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("seat"), FieldPanel("postcode")]),
            FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        ],
        heading=_("Where it is"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("population"), FieldPanel("population_date")]),
            FieldPanel("area_ha"),
            FieldPanel("source"),
            FieldPanel("as_of"),
        ],
        heading=_("Facts and their source"),
    ),
]


class BodyIndexView(IndexView):
    """The list, searched as the public directory is; dissolved bodies are in it."""

    def get_base_queryset(self) -> QuerySet[Body]:
        """With their districts, in one query."""
        queryset: QuerySet[Body] = super().get_base_queryset().select_related("district")
        return queryset

    def search_queryset(self, queryset: QuerySet[Body]) -> QuerySet[Body]:
        """By name, key or postcode."""
        return search_bodies(self.search_query, queryset) if self.is_searching else queryset


class BodyViewSet(ModelViewSet):
    """List with search and filters, and the form."""

    model = Body
    index_view_class = BodyIndexView
    icon = "globe"
    menu_label = _("Directory of bodies")
    menu_order = 910
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display = ["name", "key", "kind", "population", "district", "as_of", "dissolved"]
    list_filter = ["kind", "dissolved"]
    search_fields = ["search_name"]  # without any the list has no search
    list_per_page = 50
    add_to_reference_index = False  # the only references of bodies are to bodies
    edit_handler = ObjectList(PANELS, base_form_class=BodyForm)


register_permission_policy(Body, OperatorsOnly(Body))


@hooks.register("register_admin_viewset")
def register_bodies() -> list[Any]:
    """The list under settings, and the chooser of the editor."""
    return [BodyViewSet("bodies"), body_chooser]
