"""What an event is organised with: phases, seats, contact and data protection."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.dates import last_start
from events.live.spans import EARLIEST, fits_event
from events.models import EventDesk
from events.models.desk import VOTES_AT_MOST
from events.office.moments import MomentField
from events.phases import FIELDS, LABELS, Phase

LONGEST_RETENTION = 3650
MOST_SEATS = 100_000
LONGEST_OFFER = 24 * 30
EARLIEST_REMINDER = 24 * 14


class DeskForm(forms.ModelForm[EventDesk]):
    """Part of a desk; saving writes no other part, which somebody else may just have changed."""

    class Meta:
        model = EventDesk
        fields: ClassVar[list[str]] = []

    def save(self, commit: bool = True) -> EventDesk:
        """Write the fields of this form."""
        desk: EventDesk = super().save(commit=False)
        desk.save(update_fields=list(self.fields))
        return desk


class PhasesForm(DeskForm):
    """When registration, proposals and the vote are open."""

    registration_opens = MomentField(label=_("Registration opens"), required=False)
    registration_closes = MomentField(
        label=_("Registration closes"),
        required=False,
        help_text=_("Empty: when the event starts, a series with its last date."),
    )
    proposals_open = MomentField(
        label=_("Proposals open"), required=False, help_text=_("May lie before registration opens.")
    )
    proposals_close = MomentField(
        label=_("Proposals close"), required=False, help_text=_("Empty: when the event starts.")
    )
    votes_open = MomentField(
        label=_("Vote opens"), required=False, help_text=_("Only those who are registered vote.")
    )
    votes_close = MomentField(
        label=_("Vote closes"), required=False, help_text=_("Empty: when the event starts.")
    )
    votes_each = forms.IntegerField(
        label=_("Votes of each participant"),
        min_value=1,
        max_value=VOTES_AT_MOST,
        help_text=_("From 1 to 5."),
    )

    goes_live = MomentField(
        label=_("Every change of the plan is public at once from"),
        required=False,
        help_text=_(
            "Empty: when the event starts. At most three days before. Until then the board shows the newest "
            "release."
        ),
    )

    class Meta:
        model = EventDesk
        fields: ClassVar[list[str]] = [
            *(name for pair in FIELDS.values() for name in pair),
            "votes_each",
            "goes_live",
        ]

    def clean(self) -> dict[str, Any]:
        """What closes has opened before, and opens before the event starts."""
        cleaned: dict[str, Any] = super().clean() or {}
        event = self.instance.event
        for phase, (opens, closes) in FIELDS.items():
            begin, end = cleaned.get(opens), cleaned.get(closes)
            starts = last_start(event) if phase is Phase.REGISTRATION else event.starts
            said = {"phase": LABELS[phase]}
            if end and not begin and opens not in self.errors:
                self.add_error(opens, gettext("%(phase)s closes but never opens. Say when it opens.") % said)
            elif begin and end and end <= begin:
                self.add_error(closes, gettext("%(phase)s must close after it opens.") % said)
            elif begin and starts and begin >= starts:
                self.add_error(opens, gettext("%(phase)s must open before the event starts.") % said)
        self._check_live(cleaned.get("goes_live"))
        return cleaned

    def _check_live(self, goes_live: dt.datetime | None) -> None:
        event = self.instance.event
        if goes_live and event.starts and event.ends and not fits_event(goes_live, event.starts, event.ends):
            said = gettext(
                "The plan can be public at most %(days)s days before the event starts, and not only after "
                "it ends. Before, the board shows the newest release."
            )
            self.add_error("goes_live", said % {"days": EARLIEST.days})


class SeatsForm(DeskForm):
    """How many may come, and what happens when all seats are taken."""

    seats = forms.IntegerField(
        label=_("Seats"), required=False, min_value=1, max_value=MOST_SEATS,
        help_text=_("Empty: as many as register."),
    )  # fmt: skip
    has_waiting_list = forms.BooleanField(
        label=_("Keep a waiting list when all seats are taken"), required=False
    )
    offer_hours = forms.IntegerField(
        label=_("Hours an offered seat is kept"), required=False, min_value=1, max_value=LONGEST_OFFER,
        help_text=_("Whoever waited is asked first. Empty: the seat is theirs at once."),
    )  # fmt: skip
    group_size = forms.IntegerField(
        label=_("People a municipality may register at once"), min_value=0, max_value=100,
        help_text=_("0: everybody registers alone."),
    )  # fmt: skip
    allows_guests = forms.BooleanField(
        label=_("Guests without an account may register; they confirm by a link in a mail"), required=False
    )

    class Meta:
        model = EventDesk
        fields: ClassVar[list[str]] = [
            "seats",
            "has_waiting_list",
            "offer_hours",
            "group_size",
            "allows_guests",
        ]


class DatesForm(DeskForm):
    """What everybody who has a seat gets before and after each date."""

    reminder_hours = forms.IntegerField(
        label=_("Hours before a date at which a reminder is sent"), required=False, min_value=1,
        max_value=EARLIEST_REMINDER,
        help_text=_("For example 24. With time, place, access and the way to cancel. Empty: none is sent."),
    )  # fmt: skip
    asks_feedback = forms.BooleanField(
        label=_("Ask for feedback after each date"),
        required=False,
        help_text=_("One mail, three questions, anonymous. You read the answers from three on."),
    )

    class Meta:
        model = EventDesk
        fields: ClassVar[list[str]] = ["reminder_hours", "asks_feedback"]


class PrivacyForm(DeskForm):
    """Who organises, what data are needed for and how long they are kept."""

    contact_name = forms.CharField(
        label=_("Organiser"),
        max_length=200,
        help_text=_("An office, for example “Office for digital matters”."),
    )
    contact_email = forms.EmailField(
        label=_("E-mail address of the organisers"),
        help_text=_("Invitations come from here, answers go there. Better a mailbox of an office."),
    )
    purpose = forms.CharField(
        label=_("What the data of participants are needed for"), max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For example: seats, name badges, catering. Shown to everybody before they register."),
    )  # fmt: skip
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=200)
    retention_days = forms.IntegerField(
        label=_("Days that personal data are kept after the end"), min_value=1, max_value=LONGEST_RETENTION,
        help_text=_("Then all names, addresses and answers are deleted by themselves, the night after."),
    )  # fmt: skip

    class Meta:
        model = EventDesk
        fields: ClassVar[list[str]] = [
            "contact_name",
            "contact_email",
            "purpose",
            "legal_basis",
            "retention_days",
        ]
