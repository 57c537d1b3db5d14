"""The desk of an event: what its organisers decide beyond its page, and the row that hands out seats."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

VOTES_AT_MOST = 5


class EventDesk(models.Model):
    """Phases, seats, legal basis and retention of one event that is organised here.

    Whoever may publish the event's page organises it. A phase without a beginning is not offered; one
    without an end lasts until the event starts (:mod:`events.phases`). The row is locked before a seat is
    given or freed (:mod:`events.registering`).
    """

    event = models.OneToOneField(
        "events.EventPage", on_delete=models.PROTECT, related_name="desk", verbose_name=_("event")
    )
    registration_opens = models.DateTimeField(_("registration opens"), null=True, blank=True)
    registration_closes = models.DateTimeField(_("registration closes"), null=True, blank=True)
    proposals_open = models.DateTimeField(_("proposals open"), null=True, blank=True)
    proposals_close = models.DateTimeField(_("proposals close"), null=True, blank=True)
    votes_open = models.DateTimeField(_("vote opens"), null=True, blank=True)
    votes_close = models.DateTimeField(_("vote closes"), null=True, blank=True)
    votes_each = models.PositiveSmallIntegerField(
        _("votes of each participant"), default=3, help_text=_("From 1 to 5.")
    )
    seats = models.PositiveIntegerField(
        _("seats"), null=True, blank=True, help_text=_("Empty: as many as register.")
    )
    has_waiting_list = models.BooleanField(_("waiting list"), default=True)
    offer_hours = models.PositiveSmallIntegerField(
        _("hours an offered seat is kept"),
        null=True,
        blank=True,
        default=48,
        help_text=_("Whoever waited is asked first. Empty: the seat is theirs at once."),
    )
    group_size = models.PositiveSmallIntegerField(
        _("people a town may register at once"), default=10, help_text=_("0: everybody registers alone.")
    )
    allows_guests = models.BooleanField(
        _("guests without an account"), default=True, help_text=_("They confirm by a link in a mail.")
    )
    contact_name = models.CharField(_("organiser"), max_length=200, blank=True)
    contact_email = models.EmailField(
        _("e-mail address of the organisers"),
        blank=True,
        help_text=_("Invitations come from here, answers go there. Better a mailbox of an office."),
    )
    purpose = models.TextField(
        _("purpose of the data"), blank=True, help_text=_("What the data of participants are needed for.")
    )
    legal_basis = models.CharField(
        _("legal basis"),
        max_length=200,
        default="Art. 6 Abs. 1 lit. e DSGVO i. V. m. § 3 LDSG RLP",
        help_text=_("Shown to everybody before they register."),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days personal data are kept after the end"), default=90
    )
    goes_live = models.DateTimeField(
        _("board shows the plan from"),
        null=True,
        blank=True,
        help_text=_("From then on every change of the plan is public at once. Empty: when the event starts."),
    )
    reminder_hours = models.PositiveSmallIntegerField(
        _("hours before which a reminder is sent"),
        null=True,
        blank=True,
        help_text=_("To everybody who has a seat. Empty: none is sent."),
    )
    asks_feedback = models.BooleanField(
        _("ask for feedback after each date"),
        default=False,
        help_text=_("Everybody who had a seat gets one mail. Nobody can tell whose answer it is."),
    )
    created = models.DateTimeField(auto_now_add=True)
    forgotten = models.DateTimeField(
        null=True, blank=True, help_text="when personal data were deleted, their time being over"
    )
    tally = models.JSONField(
        default=dict, blank=True, help_text="what stays of them: how many registrations by state"
    )

    class Meta:
        verbose_name = _("event desk")
        verbose_name_plural = _("event desks")
        constraints = [
            models.CheckConstraint(
                condition=Q(votes_each__gte=1) & Q(votes_each__lte=VOTES_AT_MOST), name="desk_votes_each"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{opens}__isnull": True})
                    | Q(**{f"{closes}__isnull": True})
                    | Q(**{f"{closes}__gt": F(opens)}),
                    name=f"desk_{opens}_before_it_closes",
                )
                for opens, closes in (
                    ("registration_opens", "registration_closes"),
                    ("proposals_open", "proposals_close"),
                    ("votes_open", "votes_close"),
                )
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)
