"""Forms of asking for a role and of deciding about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from hub.accounts.domains import propose_bodies, spells
from hub.accounts.long_text import LongText
from hub.accounts.models import Role
from hub.accounts.queries import with_team
from hub.municipalities.models import Body
from hub.municipalities.queries import current_bodies, search_bodies

RESULTS = 10

EXPLANATIONS: Mapping[Role, str | Promise] = {
    Role.MEMBER: gettext_lazy("reads what is for member municipalities only"),
    Role.AUTHOR: gettext_lazy("writes drafts as well"),
    Role.EDITOR: gettext_lazy("publishes as well, what others have written, too"),
    Role.COORDINATOR: gettext_lazy("decides about the people of the municipality as well"),
}
"""One line about each role; each may do what the one before may."""


def explain_roles() -> list[tuple[str, str]]:
    """Choices of a role, each with its line."""
    return [(role.value, f"{role.label} – {EXPLANATIONS[role]}") for role in Role]


class RoleField(forms.TypedChoiceField):
    """One of the roles, explained."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=explain_roles, coerce=Role, widget=forms.RadioSelect, **kwargs)


class JoinForm(forms.Form):
    """Which body, which role, and a word to those who decide.

    ``address`` proposes bodies; what is searched for and what was chosen are offered besides. The best
    proposal is chosen beforehand, unless it is one of ``taken``: asked for or held already.
    """

    search = forms.CharField(
        label=gettext_lazy("Look for your municipality"),
        help_text=gettext_lazy("Name, Verbandsgemeinde, district or postcode"),
        required=False,
        max_length=100,
    )
    body = forms.ChoiceField(
        label=gettext_lazy("Your municipality"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose your municipality. If it is not listed, look for it below."),
            "invalid_choice": gettext_lazy("This municipality is not in the directory. Look for it below."),
        },
    )
    role = RoleField(label=gettext_lazy("Role you need"), initial=Role.AUTHOR.value)
    message = LongText(
        label=gettext_lazy("Message to those who decide"),
        help_text=gettext_lazy("For example your office and what you would like to write about."),
        required=False,
        limit=1000,
        rows=4,
    )

    def __init__(self, *args: Any, address: str, taken: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = self.data if self.is_bound else self.initial
        self.sought = str(given.get("search", "")).strip()[:100]
        self.proposed = propose_bodies(address)
        self.found, self.found_in_all = self._search()
        chosen = current_bodies().filter(pk=str(given.get("body", ""))).first()
        offered = [*([chosen] if chosen else []), *self.proposed, *self.found]
        self.bodies = {body.pk: body for body in offered}
        self.peopled = with_team(self.bodies.values())
        field = self.fields["body"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(body.pk, self._describe(body)) for body in self.bodies.values()]
        if chosen is None and self.proposed and self.proposed[0].pk not in taken:
            chosen = self.proposed[0]
        if not self.is_bound:
            self._choose(chosen)

    @property
    def found_nothing(self) -> bool:
        """Whether there was a search and no body answers to it."""
        return bool(self.sought) and not self.found

    @property
    def without_team(self) -> Body | None:
        """The body chosen beforehand, if nobody has joined it yet."""
        body = self.bodies.get(str(self["body"].value()))
        return body if body is not None and body.pk not in self.peopled else None

    def chosen_body(self) -> Body:
        """The body that was chosen; only of a valid form."""
        return self.bodies[self.cleaned_data["body"]]

    def _choose(self, body: Body | None) -> None:
        """Choose a body beforehand; the first person of a body usually coordinates it."""
        if body is None:
            return
        self.initial["body"] = body.pk
        if body.pk not in self.peopled:
            self.initial.setdefault("role", Role.COORDINATOR.value)

    def _search(self) -> tuple[list[Body], int]:
        """The first of those that answer to what is sought, and how many do."""
        if not self.sought:
            return [], 0
        answering = search_bodies(self.sought)
        found = list(answering.select_related("district")[:RESULTS])
        return found, len(found) if len(found) < RESULTS else answering.count()

    def _describe(self, body: Body) -> str:
        """A name with what tells it from others of the same name, and whether nobody is there yet."""
        more = [str(body.get_kind_display())]
        if body.district:
            more.append(body.district.name)
        if body.pk not in self.peopled:
            more.append(gettext("no team yet"))
        return f"{body.name} ({', '.join(more)})"


class ApproveForm(forms.Form):
    """The role to give, and whether ``domain`` becomes known as ``body``'s where it ``may_learn``.

    That is ticked beforehand if the domain spells the body's name.
    """

    role = RoleField(label=gettext_lazy("Role to give"))
    learn = forms.BooleanField(required=False)

    def __init__(self, *args: Any, domain: str, body: Body, may_learn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_learn:
            del self.fields["learn"]
            return
        label = gettext("From now on propose %(body)s to everybody with an address of %(domain)s")
        self.fields["learn"].label = label % {"body": body, "domain": domain}
        self.fields["learn"].initial = spells(domain, body)


class DeclineForm(forms.Form):
    """Why not."""

    reason = LongText(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The person reads it and may ask again."),
        limit=1000,
        rows=3,
        error_messages={
            "required": gettext_lazy("Say why you decline: the person reads it and may ask again.")
        },
    )


class InviteForm(forms.Form):
    """Whom to invite, to which role."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = RoleField(label=gettext_lazy("Role"), initial=Role.AUTHOR.value)
    private = forms.BooleanField(
        label=gettext_lazy("This person has no work address"),
        help_text=gettext_lazy("Only then may it be a private one, as honorary mayors have."),
        required=False,
    )


class RoleForm(forms.Form):
    """Another role for somebody."""

    role = RoleField(label=gettext_lazy("Role"))


class HeirForm(forms.Form):
    """Who takes over somebody's pages; has to be said where there is somebody."""

    heir = forms.TypedChoiceField(
        label=gettext_lazy("Who takes over the contributions"),
        coerce=int,
        error_messages={"required": gettext_lazy("Choose who takes over the contributions.")},
    )

    def __init__(self, *args: Any, heirs: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not heirs:
            del self.fields["heir"]
            return
        field = self.fields["heir"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(heirs.items())


class RemoveForm(HeirForm):
    """Who takes over, and that it is meant."""

    sure = forms.BooleanField(
        label=gettext_lazy("Yes, remove this person from the team"),
        error_messages={"required": gettext_lazy("Confirm that the person is to be removed.")},
    )


class ResetForm(forms.Form):
    """That somebody has made sure of who asks for another second factor."""

    spoken = forms.BooleanField(
        label=gettext_lazy("I have spoken to the person"),
        error_messages={"required": gettext_lazy("Speak to the person first, then tick this.")},
    )


class LockForm(forms.Form):
    """Why an account is locked, and that it is meant."""

    reason = LongText(
        label=gettext_lazy("Reason"),
        limit=1000,
        rows=2,
        error_messages={"required": gettext_lazy("Say why the account is locked.")},
    )
    lock = forms.BooleanField(
        label=gettext_lazy("Yes, lock this account"),
        error_messages={"required": gettext_lazy("Confirm that the account is to be locked.")},
    )


class DomainForm(forms.Form):
    """A mail domain of the body."""

    domain = forms.CharField(label=gettext_lazy("Mail domain"), max_length=253)
