"""``manage.py accept_handover``"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from federation.notices.queries import describe, offered_to_us
from federation.notices.taking_over import accept_handover


class Command(BaseCommand):
    """Takes over what other hubs hand over to this one."""

    help = "Publish here what other hubs hand over to this one; run it again for what was not possible yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        notices = offered_to_us()
        if not notices:
            self.stdout.write(_("Nobody hands anything over to this instance."))
        for notice in notices:
            self.stdout.write(describe(notice))
            done = accept_handover(notice, self.stdout.write)
            self.stdout.write(_("%(count)s items are published here now.") % {"count": done.count})
            for object_id, differences in done.changed.items():
                self.stdout.write(
                    _("%(id)s reads otherwise: %(how)s") % {"id": object_id, "how": differences}
                )
            for object_id, reason in done.waiting.items():
                self.stdout.write(_("%(id)s waits: %(reason)s") % {"id": object_id, "reason": reason})
            if done.missing:
                self.stdout.write(
                    _("%(count)s items have not been received from there yet.") % {"count": done.missing}
                )
