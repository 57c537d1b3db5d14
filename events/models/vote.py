"""Who would come to a session, and who votes for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from events.models.desk import VOTES_AT_MOST
from events.models.person import Person
from events.models.session import Session


class Interest(models.Model):
    """„Ich komme“: says how large a room has to be."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="interests")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="interests")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        constraints = [models.UniqueConstraint(fields=["person", "session"], name="interest_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.session_id}"


class Vote(models.Model):
    """One of a person's votes, by number: no more can be given than there are numbers."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="votes")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="votes")
    n = models.PositiveSmallIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.CheckConstraint(condition=Q(n__gte=1) & Q(n__lte=VOTES_AT_MOST), name="vote_in_the_cap"),
            models.UniqueConstraint(fields=["person", "n"], name="vote_number_once"),
            models.UniqueConstraint(fields=["person", "session"], name="vote_once_per_session"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.session_id}"
