"""Page types and what is organised around them, by subject."""

from events.models.desk import EventDesk
from events.models.event import EventPage
from events.models.letter import Letter
from events.models.person import Consent, ConsentText, Person
from events.models.placement import HostBooking, Placement
from events.models.plan import Band, Plan, Room
from events.models.registration import Answer, Question, Registration
from events.models.release import PlanChange, Release
from events.models.session import Availability, Host, Session, SessionHost
from events.models.session_note import SessionNotePage
from events.models.vote import Interest, Vote

__all__ = [
    "Answer",
    "Availability",
    "Band",
    "Consent",
    "ConsentText",
    "EventDesk",
    "EventPage",
    "Host",
    "HostBooking",
    "Interest",
    "Letter",
    "Person",
    "Placement",
    "Plan",
    "PlanChange",
    "Question",
    "Registration",
    "Release",
    "Room",
    "Session",
    "SessionHost",
    "SessionNotePage",
    "Vote",
]
