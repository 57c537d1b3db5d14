"""Reset a lost second factor at the server: the way back in for the only operator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.accounts.models import User
from hub.accounts.second_factor import has_second_factor, reset_second_factor


class Command(BaseCommand):
    help = "Take the second factor from the account with this address; its sessions end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the account's e-mail address")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"There is no account with the address {options['email']}.")
        if not has_second_factor(user):
            raise CommandError(f"{options['email']} has no second factor.")
        reset_second_factor(user, actor=None)
        self.stdout.write(f"The second factor of {user.email} is reset.")
