"""How many collections one sender has made: so many an hour, so many at once."""

from __future__ import annotations

import uuid

from allauth.core.internal.ratelimit import consume, get_ip
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from hub.errors import HubError
from hub.site.collecting.models import PrintedCollection, PrintState

LIMITS = {"print": "10/h/key"}
MOST_WAITING_EACH = 3
HOUR = 3600


class TooMany(HubError):
    """The sender has asked for too many: the sentence says when to come again."""


class Sender:
    """Who asks: the person who is signed in, else the network address. Neither is stored as such."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        person = request.user.pk
        who = f"person {person}" if person else f"address {get_ip(request)}"
        self.key = salted_hmac("hub.site.collecting.sender", who, algorithm="sha256").hexdigest()

    def ask_for(self, key: uuid.UUID) -> None:
        """Count one more collection that has to be made. Raises :class:`TooMany`."""
        place = f"collecting:waiting:{self.key}"
        asked: list[str] = cache.get(place, [])
        # Two that come in the same moment may both pass: the hour's limit counts them in any case.
        waiting = PrintedCollection.objects.filter(pk__in=asked, state=PrintState.WAITING)
        still = [str(each) for each in waiting.values_list("pk", flat=True)]
        if len(still) >= MOST_WAITING_EACH:
            raise TooMany(_("Three of your collections are being printed. Please wait until one is ready."))
        if not consume(self.request, app="site", action="print", config=LIMITS, key=self.key):
            raise TooMany(_("You have had many collections printed. Please wait an hour and send it again."))
        cache.set(place, [*still, str(key)], HOUR)
