"""What cannot be done with a proposal or a vote."""

from __future__ import annotations

from hub.errors import HubError


class ProposalRefused(HubError):
    """It is not possible (any more): the message is a sentence for whoever tried. Nothing was changed."""


class ProposalOutdated(ProposalRefused):
    """Somebody else changed the proposal meanwhile: show how it stands now, beside what was typed."""
