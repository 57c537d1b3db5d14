"""Roles in a body. Each is a Wagtail group on the body's section; being in the group is having the role."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import pgettext_lazy

from hub.municipalities.models import Body


class Role(models.TextChoices):
    """What somebody is in a body, least first: each may do what the one before may, and more."""

    MEMBER = "member", pgettext_lazy("role", "member")
    AUTHOR = "author", pgettext_lazy("role", "author")
    EDITOR = "editor", pgettext_lazy("role", "editor")
    COORDINATOR = "coordinator", pgettext_lazy("role", "coordinator")

    @property
    def rank(self) -> int:
        """0 for a member, more for more."""
        return list(Role).index(self)


class BodyRole(models.Model):
    """Which group stands for which role in which body. Groups may be renamed, this stays."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=12, choices=Role.choices)
    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="body_role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "role"], name="body_role_one_group")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.body_id}"
