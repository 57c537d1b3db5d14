"""How somebody comes to a role: by asking for it, or by invitation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hub.accounts.models.role import Role
from hub.municipalities.models import Body


class BodyDomain(models.Model):
    """A mail domain that is known to be a body's. It proposes the body to newcomers and grants nothing."""

    domain = models.CharField(max_length=253, primary_key=True)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="domains")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints = [models.CheckConstraint(condition=~Q(domain=""), name="body_domain_not_empty")]

    def __str__(self) -> str:
        return self.domain


class RequestState(models.TextChoices):
    """``pending`` goes to any of the others, which are final."""

    PENDING = "pending", pgettext_lazy("request", "waiting")
    APPROVED = "approved", pgettext_lazy("request", "approved")
    DECLINED = "declined", pgettext_lazy("request", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "withdrawn")


class JoinRequest(models.Model):
    """Somebody asks for a role in a body. ``reason`` is the decider's, ``message`` the asker's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="join_requests")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AUTHOR)
    domain = models.CharField(max_length=253)
    message = models.TextField(blank=True, max_length=1000)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.PENDING)
    created = models.DateTimeField(auto_now_add=True)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(blank=True, max_length=1000)
    reminded = models.DateTimeField(null=True, blank=True)
    escalated = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "body"], condition=Q(state="pending"), name="join_request_one_pending"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided__isnull=True)
                | (~Q(state="pending") & Q(decided__isnull=False)),
                name="join_request_pending_or_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.body_id}: {self.state}"


class Invitation(models.Model):
    """A coordinator's invitation of a colleague by mail; used once, until ``expires``."""

    email = models.EmailField()
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AUTHOR)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "body",
                condition=Q(accepted__isnull=True, revoked__isnull=True),
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(revoked__isnull=True),
                name="invitation_accepted_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.body_id}"
