"""Why something about a registration cannot be done."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    """What is in the way."""

    CLOSED = "closed"
    FULL = "full"
    OVER = "over"
    NO_GUESTS = "no_guests"
    TOO_MANY = "too_many"
    TAKEN = "taken"
    ACCOUNT = "account"
    OPENED = "opened"
    NO_ADDRESS = "no_address"
    TOO_OFTEN = "too_often"
    MANY_MAILS = "many_mails"
    MANY_CORRECTIONS = "many_corrections"


SENTENCES = {
    Reason.CLOSED: _("Registration is not open at present. Please ask the organisers."),
    Reason.FULL: _("All seats are taken, and there is no waiting list. Please look in again later."),
    Reason.OVER: _("The event has begun or does not take place; nothing can be changed here any more."),
    Reason.NO_GUESTS: _("This event is for people with an account. Please sign in to register."),
    Reason.TOO_MANY: _("That is more people than a town may register for this event."),
    Reason.TAKEN: _("Somebody else uses this address for the event. Please ask the organisers."),
    Reason.ACCOUNT: _("This person takes part with their account and changes the address themselves."),
    Reason.OPENED: _("This person has confirmed the address already and changes it themselves."),
    Reason.NO_ADDRESS: _("Your account has no e-mail address. Please register yourself first."),
    Reason.TOO_OFTEN: _("That was too often. Please wait an hour and try again."),
    Reason.MANY_MAILS: _("This address was sent many mails today. Please try again tomorrow."),
    Reason.MANY_CORRECTIONS: _("You gave several addresses for this person today. Try again tomorrow."),
}


class Refused(Exception):
    """Nothing was changed; ``reason`` says why, :attr:`sentence` tells the person."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> str:
        """What to tell whoever asked for it."""
        return str(SENTENCES[self.reason])
