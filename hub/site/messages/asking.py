"""Who may ask about a document, and what those read who may not."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.models import AnonymousUser

from hub.accounts.models import HomeAccount, User
from hub.catalogue.models import CatalogueEntry
from hub.documents import Contact, Viewer
from hub.messages.models import Message
from hub.messages.queries import open_thread
from hub.municipalities.models import Body
from hub.site.messages.queries import bodies_of
from hub.site.queries import body_entries
from theme.templatetags.theme import readable_document


class Asking:
    """Somebody before the form: for which bodies they may ask, or why they may not. Three queries at most."""

    def __init__(self, entry: CatalogueEntry, user: User | AnonymousUser) -> None:
        self.entry = entry
        self.user = user

    @property
    def owner(self) -> str:
        """Key of the body that is asked."""
        return self.entry.publishers[0]

    @cached_property
    def writing_for(self) -> list[Body]:
        """All bodies somebody writes for."""
        return bodies_of(self.user) if isinstance(self.user, User) else []

    @cached_property
    def home(self) -> HomeAccount | None:
        """The account of another hub's member, who asks there."""
        return home_account(self.user)

    @cached_property
    def bodies(self) -> list[Body]:
        """For whom they may ask: a body does not ask itself."""
        return [body for body in self.writing_for if body.key not in self.entry.publishers]

    @cached_property
    def held(self) -> Message | None:
        """What the only body they may ask for has open about it already."""
        return open_thread(self.bodies[0].key, self.entry.object_id) if len(self.bodies) == 1 else None

    @property
    def is_own(self) -> bool:
        """Whether it is a contribution of their own body."""
        return bool(self.writing_for) and not self.bodies

    @property
    def own_contact(self) -> Contact | None:
        """Whom the first of their bodies names on its page; one query."""
        return contact_of(self.bodies[0].key)


def home_account(user: User | AnonymousUser) -> HomeAccount | None:
    """The account by which a member of another hub is here; one query for those without an address."""
    known = isinstance(user, User) and not user.email
    return HomeAccount.objects.filter(user=user.pk).first() if known else None


def contact_of(body: str) -> Contact | None:
    """Whom a body of this hub names on its page; one query."""
    portrait = body_entries(Viewer.local(), [body]).get(body)
    document = readable_document(portrait) if portrait else None
    return document.contact if document else None
