"""Page types and what is organised around them, by subject."""

from events.models.check_in import CheckIn
from events.models.circle import (
    AgendaItem,
    Circle,
    CircleMember,
    CircleSeries,
    Decision,
    Meeting,
    OpenQuestion,
    Task,
)
from events.models.desk import EventDesk
from events.models.event import EventPage
from events.models.feedback import Feedback, FeedbackGiven, Recorded
from events.models.helper import Helper
from events.models.letter import Letter
from events.models.live import LiveChange, LiveHead, Notice
from events.models.note import Note, NoteAuthor, NoteRevision, Outcome
from events.models.person import Consent, ConsentText, Person
from events.models.pitch import Pitch, StagePress
from events.models.placement import HostBooking, Placement
from events.models.plan import Band, Plan, Room
from events.models.registration import Answer, Question, Registration
from events.models.release import AnnouncedHost, PlanChange, Release
from events.models.session import Availability, Host, Session, SessionHost
from events.models.session_note import SessionNotePage
from events.models.vote import Interest, Vote

__all__ = [
    "AgendaItem",
    "AnnouncedHost",
    "Answer",
    "Availability",
    "Band",
    "CheckIn",
    "Circle",
    "CircleMember",
    "CircleSeries",
    "Consent",
    "ConsentText",
    "Decision",
    "EventDesk",
    "EventPage",
    "Feedback",
    "FeedbackGiven",
    "Helper",
    "Host",
    "HostBooking",
    "Interest",
    "Letter",
    "LiveChange",
    "LiveHead",
    "Meeting",
    "Note",
    "NoteAuthor",
    "NoteRevision",
    "Notice",
    "OpenQuestion",
    "Outcome",
    "Person",
    "Pitch",
    "Placement",
    "Plan",
    "PlanChange",
    "Question",
    "Recorded",
    "Registration",
    "Release",
    "Room",
    "Session",
    "SessionHost",
    "SessionNotePage",
    "StagePress",
    "Task",
    "Vote",
]
