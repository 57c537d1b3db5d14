"""How whoever looks at the page of a body may take part in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from wagtail.models import Locale

from content.models import BodyPage
from hub.accounts.models import Role, User
from hub.accounts.roles import role_in
from hub.municipalities.models import Body


@dataclass(frozen=True)
class TakingPart:
    """What is offered to ``user`` on the page of ``body``. No query for who is not signed in."""

    user: User | AnonymousUser
    body: Body

    @cached_property
    def writes(self) -> bool:
        """Whether they write for the body; one query."""
        role = role_in(self.user, self.body)
        return role is not None and role.rank >= Role.AUTHOR.rank

    @property
    def join(self) -> str:
        """Where they ask for a role in this body, by way of an account; empty for members of other hubs."""
        address = f"{reverse('accounts:join')}?{urlencode({'kommune': self.body.key})}"
        if not self.user.is_authenticated:
            return f"{reverse('account_signup')}?{urlencode({'next': address})}"
        return address if self.user.email else ""

    @cached_property
    def introduction(self) -> str:
        """Where the body's own page is edited, if they may; read for writers only."""
        if not self.writes:
            return ""
        pages = BodyPage.objects.filter(body=self.body, alias_of=None, locale=Locale.get_default())
        page = pages.first()
        if page is None or not page.permissions_for_user(self.user).can_edit():
            return ""
        return reverse("wagtailadmin_pages:edit", args=[page.pk])
