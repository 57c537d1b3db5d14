"""Signing out here does not sign anybody out at home: whoever does it is told, with the way to do both."""

from __future__ import annotations

from allauth.account.internal.flows.logout import logout
from allauth.account.views import LogoutView
from django.contrib import messages
from django.utils.html import format_html
from django.utils.translation import gettext

from federation.models import Peer
from hub.accounts.models import HomeAccount


class SignOut(LogoutView):
    """allauth's page, with a message of its own for members of other hubs."""

    def logout(self) -> None:
        """End the session; one query more for who is signed in, two for members of other hubs."""
        home = HomeAccount.objects.filter(user=self.request.user.pk).first()
        peer = Peer.objects.filter(origin=home.issuer).first() if home else None
        if peer is None:
            super().logout()
            return
        logout(self.request, show_message=False)
        said = gettext("You are signed out here. At %(name)s you are still signed in.") % {"name": peer.name}
        again = gettext("Sign out there as well")
        messages.success(
            self.request, format_html('{} <a href="{}/konto/logout/">{}</a>', said, peer.origin, again)
        )
