"""allauth's forms with the fields and words of this site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as account
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from hub.accounts.domains import refuse_free_mail
from hub.accounts.invited import open_invitation
from hub.accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADDRESS = _("Work e-mail address")
PASSWORD = _("Password")
PASSWORD_HELP = _("At least 12 characters. Several words that only you would put together are good.")
NEW_PASSWORD = _("New password")
NEW_PASSWORD_AGAIN = _("New password, once more")
CODE = _("Code from the app, or a recovery code")
PASSKEY_NAME = _("Name, so that you recognise it later")


class Worded:
    """Gives fields their label and help text. Beside a form of allauth, before it."""

    labels: ClassVar[Mapping[str, StrOrPromise]] = {}
    helps: ClassVar[Mapping[str, StrOrPromise]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels.items():
            self.fields[name].label = label
        for name, text in self.helps.items():
            self.fields[name].help_text = text
        if "code" in self.fields:
            self.fields["code"].widget.attrs["inputmode"] = "numeric"


class SignInForm(Worded, account.LoginForm):
    """Address and password."""

    labels = {"login": ADDRESS, "password": PASSWORD, "remember": _("Stay signed in on this device")}
    helps = {"password": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # With it password managers know which password belongs to it (WCAG 2.2, 1.3.5).
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignUpForm(Worded, account.SignupForm):
    """A work address, a name and a password. Free mail only for somebody who was invited with it."""

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order: ClassVar[list[str]] = ["email", "first_name", "last_name", "password1"]
    labels = {"email": ADDRESS, "password1": PASSWORD}
    helps = {
        "email": _("We propose your municipality by it. Private addresses, as of gmx.de, are not accepted."),
        "password1": PASSWORD_HELP,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = open_invitation(context.request)
        if self.invitation is not None:
            self.fields["email"].initial = self.invitation.email
            self.fields["email"].help_text = ""

    def clean_email(self) -> str:
        """The address in lower case.

        Raises :class:`~django.core.exceptions.ValidationError` for free mail, unless the browser holds an
        open invitation of that very address.
        """
        address = self.cleaned_data["email"].lower()
        if self.invitation is None or self.invitation.email.lower() != address:
            refuse_free_mail(address)
        return str(super().clean_email())


class ChangeAddressForm(Worded, account.AddEmailForm):
    """Another work address, which takes the place of the present one once it is confirmed."""

    labels = {"email": _("New work e-mail address")}

    def clean_email(self) -> str:
        """The address; raises :class:`~django.core.exceptions.ValidationError` for free mail."""
        refuse_free_mail(self.cleaned_data["email"].lower())
        return str(super().clean_email())


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    """The present password and a new one, twice."""

    labels = {
        "oldpassword": _("Present password"),
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD_AGAIN,
    }
    helps = {"oldpassword": "", "password1": PASSWORD_HELP}


class SetPasswordForm(Worded, account.SetPasswordForm):
    """A first password, twice."""

    labels = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}
    helps = {"password1": PASSWORD_HELP}


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    """The address to which the link goes."""

    labels = {"email": ADDRESS}


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    """The new password, twice."""

    labels = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}
    helps = {"password1": PASSWORD_HELP}


class ConfirmPasswordForm(Worded, account.ReauthenticateForm):
    """The password again, before something that matters."""

    labels = {"password": PASSWORD}
    helps = {"password": ""}


class Once(Worded):
    """Takes each code of an app once, for as long as it is valid (RFC 6238, section 5.2).

    allauth remembers used codes for one period only, and the clocks may be one apart in either direction.
    """

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        """The code; raises :class:`~django.core.exceptions.ValidationError` for a wrong or used one."""
        code = str(super().clean_code())  # type: ignore[misc]  # of allauth's form, which comes after
        if self.authenticator.type == Authenticator.Type.TOTP:
            seconds = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
            if not cache.add(f"second-factor:{self.user.pk}:{normalize_user_code(code)}", 1, timeout=seconds):
                raise get_adapter().validation_error("incorrect_code")
        return code


class FactorForm(Once, factor.AuthenticateForm):
    """The code at sign-in."""

    labels = {"code": CODE}


class ConfirmFactorForm(Once, factor.ReauthenticateForm):
    """The code again, before something that matters."""

    labels = {"code": CODE}


class StartAppForm(Worded, ActivateTOTPForm):
    """The first code of an authenticator app."""

    labels = {"code": _("Six digits that the app shows now")}


class AddPasskeyForm(Worded, AddWebAuthnForm):
    """A passkey's name, and whether it also takes the place of the password."""

    labels = {"name": PASSKEY_NAME, "passwordless": _("Sign in with it alone, without a password")}
    helps = {
        "passwordless": _("Your device then asks for your fingerprint, your face or its PIN."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class RenamePasskeyForm(Worded, EditWebAuthnForm):
    """Another name for a passkey."""

    labels = {"name": PASSKEY_NAME}
