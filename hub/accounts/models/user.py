"""Accounts. What somebody may do is said by Wagtail groups, and nowhere else."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account that may sign in; ``email`` is stored in lower case."""
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The operator's account."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The account with that address, however it is written."""
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """A person with an account here, known by the e-mail address."""

    username = None  # type: ignore[assignment]  # the address takes its place
    # Empty for accounts of another hub's members: they are known by issuer and subject (HomeAccount).
    email = models.EmailField(_("e-mail address"), unique=True, null=True)  # type: ignore[assignment]  # may be empty
    # What other hubs know the account by; never given to another one, unlike an address.
    subject = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # no username manager

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_once")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email or gettext("member of another hub")

    def clean(self) -> None:
        """Lower the address; an account without one keeps none, since empty ones are not unique."""
        self.email = self.email.lower() if self.email else None
