"""Why a change of the plan is not carried out, in a sentence for whoever ordered it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from hub.errors import HubError


class Blocked(HubError):
    """Something is in the way now: look at what it names, choose another place, try again.

    ``reason`` is ``room_taken``, ``host_busy``, ``stale``, ``host_away`` or ``room_closed``, ``text`` the
    sentence. ``blocks`` are the sessions that are in the way, ``stand`` the sessions concerned as they are
    now, in the shape of :func:`events.planning.queries.describe_session`. ``public_text`` is the sentence
    for those who organise nothing: hosts are named in it as they agreed to be.
    """

    def __init__(
        self,
        reason: str,
        text: str,
        *,
        public_text: str = "",
        blocks: Iterable[uuid.UUID] = (),
        stand: Iterable[dict[str, Any]] = (),
    ) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
        self.public_text = public_text or text
        self.blocks = tuple(blocks)
        self.stand = tuple(stand)


class Refused(HubError):
    """An order that can never be carried out as it is: correct what the sentence says.

    ``reason`` is ``outside``, ``break``, ``hidden``, ``not_accepted``, ``unknown`` or ``malformed``.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text
