"""What is proposed and takes place: sessions, who hosts them, and when people and rooms are there."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models.person import Person
from events.models.plan import Plan, Room


class Host(models.Model):
    """Who runs sessions; an account is not needed. ``person`` if they take part as well.

    The name is for organisers; how somebody stands in public is said by each :class:`SessionHost`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="hosts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="hosts")
    name = models.CharField(_("name"), max_length=200)
    affiliation = models.CharField(_("municipality or organisation"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "person"], condition=models.Q(person__isnull=False), name="host_person_once"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.affiliation)))


class Session(models.Model):
    """A session, from its proposal on. Its id is that of its slot in documents and calendars.

    ::

        UNCONFIRMED ─ link followed ─▶ PROPOSED ─ accept ─▶ ACCEPTED     (the proposals of guests begin here)
                                         ├─ decline ─▶ DECLINED ─ reopen ─▶ PROPOSED
                                         └─ withdraw, or merged into another ─▶ WITHDRAWN

    ``version`` rises with each change of the wording or the placement: who changes it says which one they
    saw. Who hosts it is said by the proposal (``proposer``, ``co_hosts``: one per line, a comma before the
    town) until it is accepted; then hosts stand in ``hosts`` (:mod:`events.proposing.hosts`). ``away`` are
    pairs of ISO times at which the proposer cannot. ``shows_name``: they agree to be named in public
    with this session; with others of theirs they may not.
    """

    class State(models.TextChoices):
        """What became of the proposal."""

        UNCONFIRMED = "unconfirmed", _("address not confirmed yet")
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what it is about"), blank=True, max_length=2000)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=45)
    proposer = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals"
    )
    shows_name = models.BooleanField(default=False)
    co_hosts = models.TextField(_("who runs it with you"), blank=True, max_length=1000)
    away = models.JSONField(default=list, blank=True)
    remark = models.TextField(_("remark to the organisers"), blank=True, max_length=1000)
    reason = models.TextField(
        blank=True, max_length=1000, help_text="why it was declined, as written to them"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged"
    )
    hosts = models.ManyToManyField(Host, through="SessionHost", related_name="sessions")
    version = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created", "pk")
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    def __str__(self) -> str:
        return self.title


OPEN = (Session.State.PROPOSED, Session.State.ACCEPTED)
"""States in which others see a session, say that they come and vote."""


class SessionHost(models.Model):
    """One of the hosts of a session, in the order they are named; ``is_named``: by their name in public."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE)
    host = models.ForeignKey(Host, on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(default=0)
    is_named = models.BooleanField(default=True)

    class Meta:
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint(fields=["session", "host"], name="session_host_once")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.host_id}"

    @property
    def public_name(self) -> str:
        """How the host stands in the programme with this session: „Name, town“, or the town alone."""
        return str(self.host) if self.is_named else self.host.affiliation or gettext("a participant")


class Availability(models.Model):
    """When a host or a room is there. Whoever has none of these is there all the time."""

    host = models.ForeignKey(
        Host, on_delete=models.CASCADE, null=True, blank=True, related_name="availabilities"
    )
    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, null=True, blank=True, related_name="availabilities"
    )
    during = DateTimeRangeField(_("time"))

    class Meta:
        ordering = ("during",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(host__isnull=False, room__isnull=True)
                | models.Q(host__isnull=True, room__isnull=False),
                name="availability_of_one",
            ),
            models.CheckConstraint(condition=models.Q(during__isempty=False), name="availability_lasts"),
        ]

    def __str__(self) -> str:
        return str(self.during)
