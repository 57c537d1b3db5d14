"""How allauth behaves here."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.account.utils import get_next_redirect_url
from allauth.core import context as running
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.accounts.confirming import BY_SIGNING_IN, choose_methods, has_signed_in_recently
from hub.accounts.mails import Mail
from hub.accounts.models import User
from hub.accounts.roles import coordinators_of, operators, roles_of
from hub.accounts.second_factor import bodies_of
from hub.accounts.sessions import end_sessions, start_noting
from hub.env import env
from hub.errors import ConfigurationError
from hub.municipalities.models import Body

SITE = f"Wissenshub {env.name}"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open: an account by itself reads what the public reads, until a body takes it in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "cannot_remove_primary_email": _("This is the address you sign in with; it cannot be removed."),
        "duplicate_email": _("This is already your address."),
        "email_password_mismatch": _("The address or the password is not right."),
        "email_taken": _("There is already an account with this address."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("The code is not right, or no longer valid."),
        "incorrect_password": _("The password is not right."),
        "invalid_password_reset": _("The link is not valid, or has been used before."),
        "too_many_login_attempts": _("Too many attempts. Please wait five minutes and try again."),
        "rate_limited": _("Too many attempts. Please wait five minutes and try again."),
        "unverified_primary_email": _("Confirm the address first."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails name the instance, and lead to it whatever host the request named."""
        links = {name: _at_home(value) for name, value in context.items() if name.endswith("_url")}
        facts = {
            "site": SITE, "origin": env.origin, "name": _name_behind(email),
            "reset_days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
        }  # fmt: skip
        super().send_mail(template_prefix, email, {**facts, **context, **links})

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """All mails are plain text and fold their subjects alike."""
        mail = super().render_mail(*args, **kwargs)
        return Mail(mail.subject, mail.body, mail.from_email, mail.to, headers=mail.extra_headers)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmation) -> str:
        """The link takes along where somebody was on the way to, for a browser that does not know it."""
        address = str(super().get_email_confirmation_url(request, emailconfirmation))
        wish = get_next_redirect_url(request)
        return f"{address}?{urlencode({'next': wish})}" if wish else address

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """On to joining a body, by way of the sign-in if the browser is not the one of the sign-up.

        Those who have a role already have merely changed their address.
        """
        user = running.request.user
        join = settings.ACCOUNT_SIGNUP_REDIRECT_URL
        if not user.is_authenticated:
            return f"{reverse('account_login')}?{urlencode({'next': join})}"
        return reverse("account_email") if roles_of(user) else str(join)

    def set_password(self, user: User, password: str) -> None:
        """A new password ends the sessions begun with the old one, except the one in which it is changed."""
        super().set_password(user, password)
        end_sessions(user, keep=running.request.session.session_key)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """A locked account, after the right password: whom to ask."""
        people: dict[User, Body | None] = {
            each: body for body in bodies_of(user) for each in coordinators_of(body)
        }
        people = people or dict.fromkeys(operators())
        asked = [(person, body) for person, body in people.items() if person.email]
        return render(request, "account/account_inactive.html", {"asked": asked}, status=403)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """How somebody confirms to be the person; none for who is signed out."""
        methods = super().get_reauthentication_methods(user)
        return choose_methods(methods) if user.is_authenticated else []

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """As configured, and also for whoever has nothing to confirm with, whom allauth lets pass.

        Raises ``ReauthenticationRequired`` for them, as allauth's callers do for the others.
        """
        request = running.request
        required = bool(super().is_reauthentication_required(app=app, **kwargs))
        by_signing_in = self.get_reauthentication_methods(request.user)[0]["id"] == BY_SIGNING_IN
        if required and by_signing_in and not has_signed_in_recently(request):
            raise ReauthenticationRequired
        return required

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Sessions are listed for those whose they are."""
        start_noting(request)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes lie encrypted in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """Ciphertext of a secret, with a key derived from SECRET_KEY."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again, also with a key from SECRET_KEY_FALLBACKS.

        Raises :class:`~hub.errors.ConfigurationError` if SECRET_KEY was replaced without a fallback.
        """
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ConfigurationError(
                "A second factor cannot be read: SECRET_KEY is another than at its setup. "
                "Bring the old key back, or reset the factor."
            ) from error

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A name to begin with."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey") if count == 0 else gettext("Passkey %(number)d") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return SITE


def _name_behind(email: str) -> str:
    """The name to greet with; none before the address is confirmed, as anybody may give any name with it."""
    known = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return known.user.get_full_name() if known else ""


def _at_home(address: str) -> str:
    """The address with this instance's origin."""
    return env.origin + urlsplit(address)._replace(scheme="", netloc="").geturl()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derive(force_bytes(key))) for key in keys])


def _derive(key: bytes) -> bytes:
    """RFC 5869, so that the key that signs sessions is not also the one that encrypts."""
    derived = HKDF(SHA256(), 32, salt=None, info=b"wissenshub second factor").derive(key)
    return base64.urlsafe_b64encode(derived)
