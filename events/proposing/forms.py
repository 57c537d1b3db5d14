"""Forms of proposals. What was typed comes back with every mistake."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from events.models import EventDesk, Person, Session
from events.people import body_of, lends_address
from events.proposing.hosts import list_credits
from events.proposing.joining import Visitor
from events.proposing.periods import Period, list_periods, remaining
from events.proposing.queries import list_proposals
from events.proposing.services import Wording
from hub.accounts.long_text import LongText
from hub.accounts.models import User

SUMMARY_LENGTH, REMARK_LENGTH, HOSTS_LENGTH = 2000, 1000, 1000
MINUTES = (20, 30, 45, 60, 90)


class NameField(forms.CharField):
    """One line that goes into mails in somebody's name: nobody sends a message or an address by it."""

    default_validators = [
        RegexValidator(
            r"[\r\n\v\f\x85\u2028\u2029]|://",
            _("Please write the name alone, in one line and without web addresses."),
            inverse_match=True,
        )
    ]


class WordingForm(forms.Form):
    """What a session is called, what it is about, how long it lasts, and who runs it."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("A question or a claim draws more people than a topic."),
        error_messages={"required": _("Please give the session a title; it can be changed later.")},
    )
    summary = LongText(
        label=_("What is it about?"),
        limit=SUMMARY_LENGTH,
        rows=6,
        required=False,
        help_text=_("Two or three sentences: what you bring, and what you would like to talk about."),
    )
    minutes = forms.TypedChoiceField(label=_("Length"), coerce=int, initial=45)
    co_hosts = LongText(
        label=_("Who runs it with you?"),
        limit=HOSTS_LENGTH,
        rows=2,
        required=False,
        help_text=_(
            "One per line, for example “Alex Beispiel, Stadt Trier”. Name only people who agreed: they "
            "stand in the list and in the programme."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lengths = sorted({*MINUTES, *filter(None, [self.initial.get("minutes")])})
        choices = [(number, gettext("%(number)s minutes") % {"number": number}) for number in lengths]
        self.fields["minutes"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def clean_co_hosts(self) -> str:
        """Lines without empty ones; each begins with a name."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["co_hosts"].splitlines()]
        lines = [line for line in lines if line.strip(", ")]
        if any(line.startswith(",") for line in lines):
            raise forms.ValidationError(gettext("Please begin each line with a name."))
        return "\n".join(lines)

    @property
    def wording(self) -> Wording:
        """What was typed; only of a valid form."""
        return Wording(**{name: self.cleaned_data[name] for name in WordingForm.base_fields})


class ProposalForm(WordingForm):
    """A proposal with when its proposer cannot come, and what only the organisers read."""

    remark = LongText(
        label=_("Remark to the organisers"),
        limit=REMARK_LENGTH,
        rows=3,
        required=False,
        help_text=_("For example a time you wish for, or a proposal yours could be merged with."),
    )
    away = forms.MultipleChoiceField(
        label=_("When can you not be there?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    shows_name = forms.BooleanField(
        label=_("My name may stand with this session, in the list and in the programme."), required=False
    )

    def __init__(self, desk: EventDesk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        self.periods: list[Period] = list_periods(desk)
        away = self.fields["away"]
        away.choices = [(each.value, each.label) for each in self.periods]  # type: ignore[attr-defined]  # ditto
        if not self.periods:
            del self.fields["away"]

    def clean_away(self) -> list[str]:
        """Some of the event has to be left."""
        away: list[str] = self.cleaned_data["away"]
        if away and not remaining(self.desk, away):
            raise forms.ValidationError(gettext("Please leave at least one time at which you can be there."))
        return away

    @property
    def wording(self) -> Wording:
        """What was typed; only of a valid form."""
        data = self.cleaned_data
        names = [*WordingForm.base_fields, "remark", "shows_name"]
        return Wording(away=tuple(data.get("away", ())), **{name: data[name] for name in names})


class NewProposalForm(ProposalForm):
    """A proposal and who makes it. What is known of them is not asked for.

    ``key`` becomes the id of the session, so that the form sent twice is one proposal.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    given_name = NameField(
        label=_("Given name"), max_length=100, error_messages={"required": _("Please enter your given name.")}
    )
    family_name = NameField(
        label=_("Family name"),
        max_length=100,
        error_messages={"required": _("Please enter your family name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send you a link there. It is not shown to anybody but the organisers."),
        error_messages={"required": _("Please enter the address the link is to go to.")},
    )
    affiliation = NameField(label=_("Municipality or organisation"), max_length=200, required=False)

    def __init__(self, desk: EventDesk, person: Person | None, user: User | None, *args: Any, **kwargs: Any):
        self.person, self.user = person, user
        body = body_of(user) if user and not person else None
        initial = {
            "key": uuid.uuid4(),
            "given_name": user.first_name if user else "",
            "family_name": user.last_name if user else "",
            "affiliation": person.affiliation if person else body.name if body else "",
            "email": person.email if person else "",
        }
        super().__init__(desk, *args, initial=initial, **kwargs)
        if (person and person.confirmed) or (user and lends_address(desk, user)):
            del self.fields["email"]
        if (person and person.name) or (user and user.first_name and user.last_name):
            del self.fields["given_name"], self.fields["family_name"]
        for name, hint in (("given_name", "given-name"), ("family_name", "family-name"), ("email", "email")):
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = hint

    def clean(self) -> dict[str, Any]:
        """Something of them has to be public: their name, or where they come from."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("shows_name") and not data.get("affiliation") and "affiliation" not in self.errors:
            words = _("Please name your municipality or organisation, or let your name be shown.")
            self.add_error("affiliation", words)
        return data

    @property
    def visitor(self) -> Visitor:
        """Who proposes; only of a valid form."""
        names = ("given_name", "family_name", "email", "affiliation")
        typed = {name: self.cleaned_data.get(name, "") for name in names}
        if self.user and not self.person and "given_name" not in self.fields:  # their account has told it
            typed |= {"given_name": self.user.first_name, "family_name": self.user.last_name}
        return Visitor(person=self.person, user=self.user, language=get_language() or "de", **typed)


class OwnProposalForm(ProposalForm):
    """One's own proposal again. ``seen`` is the version it was read in."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        names = ("title", "summary", "minutes", "co_hosts", "remark", "away", "shows_name")
        initial = {name: getattr(session, name) for name in names}
        super().__init__(session.plan.desk, *args, initial={**initial, "seen": session.version}, **kwargs)
        self.proposer = session.proposer

    def clean_shows_name(self) -> bool:
        """Somebody without a town has to be named."""
        shows: bool = self.cleaned_data["shows_name"]
        if not shows and not (self.proposer and self.proposer.affiliation):
            raise forms.ValidationError(
                gettext("Please let your name be shown: your municipality or organisation is not known.")
            )
        return shows


class RewordForm(WordingForm):
    """The wording as organisers put it."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        initial = {name: getattr(session, name) for name in WordingForm.base_fields}
        super().__init__(*args, initial={**initial, "seen": session.version}, **kwargs)
        self.fields["co_hosts"].label = _("Who runs it as well?")


class AddForm(WordingForm):
    """A session that somebody announced in the room."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": uuid.uuid4()}, **kwargs)
        hosts = self.fields["co_hosts"]
        hosts.label = _("Who runs it?")
        hosts.required = True
        hosts.help_text = _("One per line, for example “Alex Beispiel, Stadt Trier”. No account is needed.")
        hosts.error_messages["required"] = _("Please name whoever runs it; a town is enough.")


class DeclineForm(forms.Form):
    """Why a proposal is declined."""

    reason = LongText(
        label=_("Reason"),
        limit=REMARK_LENGTH,
        rows=4,
        help_text=_("The proposer reads it in the mail. Kind, in two sentences, and with what is possible."),
        error_messages={"required": _("Please write a reason: nobody likes a bare no.")},
    )


class MergeForm(forms.Form):
    """Which other proposal becomes part of this one."""

    other = forms.ChoiceField(
        label=_("Which proposal joins this one?"),
        error_messages={"required": _("Please choose a proposal.")},
    )

    def __init__(self, session: Session, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = list_proposals(session.plan.desk).exclude(pk=session.pk).order_by("title")
        self.others = {str(each.pk): each for each in others}
        choices = [(key, _describe(each)) for key, each in self.others.items()]
        self.fields["other"].choices = [("", gettext("Please choose")), *choices]  # type: ignore[attr-defined]  # ditto

    @property
    def chosen(self) -> Session:
        """The other; only of a valid form."""
        return self.others[self.cleaned_data["other"]]


def _describe(session: Session) -> str:
    credit = ", ".join(map(str, list_credits(session)[:1]))
    return f"{session.title} ({credit})" if credit else session.title
