"""People: accounts, their roles in bodies, how they join, and where their home is."""

from hub.accounts.models.history import AccountEvent
from hub.accounts.models.home import HomeAccount
from hub.accounts.models.joining import BodyDomain, Invitation, JoinRequest, RequestState
from hub.accounts.models.preferences import Preferences
from hub.accounts.models.role import BodyRole, Role
from hub.accounts.models.user import User

__all__ = [
    "AccountEvent", "BodyDomain", "BodyRole", "HomeAccount", "Invitation", "JoinRequest", "Preferences",
    "RequestState", "Role", "User",
]  # fmt: skip
