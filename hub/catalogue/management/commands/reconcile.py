"""``manage.py reconcile``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hub.catalogue.settling import reconcile


class Command(BaseCommand):
    help = "Read every page again and mend the catalogue where it differs, which should be nowhere."

    def handle(self, *args: Any, **options: Any) -> None:
        found = reconcile()
        for object_id in found.mended:
            self.stdout.write(f"mended {object_id}")
        self.stdout.write(f"{found.read} items read, {len(found.mended)} mended")
