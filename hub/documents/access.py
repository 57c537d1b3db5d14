"""Who may read what, and what all parts of a document have in common."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Audience(StrEnum):
    """Who may read: everybody, staff of any member body, or this instance alone."""

    PUBLIC = "public"
    MEMBERS = "members"
    INSTANCE = "instance"


class Part(BaseModel):
    """Base of every part of a document: frozen, unknown fields ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Viewer(Part):
    """On whose behalf something is read. Every query over the catalogue takes one."""

    audiences: frozenset[Audience] = frozenset({Audience.PUBLIC})

    @classmethod
    def anonymous(cls) -> Viewer:
        """The public."""
        return cls()

    @classmethod
    def member(cls) -> Viewer:
        """Signed-in staff of a member body, here or on another hub."""
        return cls(audiences=frozenset({Audience.PUBLIC, Audience.MEMBERS}))

    @classmethod
    def local(cls) -> Viewer:
        """Signed-in staff of this instance."""
        return cls(audiences=frozenset(Audience))

    def may_read(self, audience: str) -> bool:
        """Whether something of ``audience`` may be shown to this viewer."""
        return audience in self.audiences
