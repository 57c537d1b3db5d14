"""Members of other hubs who sign in here with their home account."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HomeAccount(models.Model):
    """What another hub asserts about its member, known by (issuer, subject) and never by e-mail.

    ``issuer`` is the home hub's origin, ``body`` the key of the body it asserts. The assertion is renewed
    at every sign-in and looked up again at the home hub while the session lasts (``checked``); sessions
    end at ``expires``. ``access_token`` is what it is looked up with.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="home")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=191)
    body = models.CharField(max_length=20)
    role = models.CharField(max_length=12)
    email = models.EmailField(blank=True)
    asserted = models.DateTimeField()
    checked = models.DateTimeField()
    expires = models.DateTimeField()
    access_token = models.TextField(blank=True)

    class Meta:
        verbose_name = _("account of another hub")
        verbose_name_plural = _("accounts of other hubs")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="home_account_once"),
            models.CheckConstraint(
                condition=~Q(issuer="") & ~Q(subject="") & ~Q(body=""), name="home_account_complete"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.issuer})"
