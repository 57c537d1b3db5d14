"""A message as it travels between hubs: what is proved, sent, and compared with what is held."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError as InvalidEmail
from django.core.validators import validate_email
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from hub.catalogue.log import timestamp
from hub.messages.models import BEGINNINGS, Message, MessageType
from hub.messages.refusals import Reason, RefusedLetter

TEXT_LENGTH = 4000
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

Identifier = Annotated[str, StringConstraints(pattern=_UUID)]
BodyKey = Annotated[str, StringConstraints(pattern=r"^(\d{5}|\d{8}|\d{9}|[a-z][a-z0-9-]{1,19})$")]


class Letter(BaseModel):
    """One message on its way. Fields are those of :class:`Message`; ``sent`` is RFC 3339 in UTC.

    No other fields are taken, so that what is held is all that was proved.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal["wissenshub-message/1"] = "wissenshub-message/1"
    id: Identifier
    thread: Identifier
    type: Literal["interest", "question", "answer", "closing"]
    origin: str = Field(max_length=200)
    sender: BodyKey
    recipient: BodyKey
    subject: str = Field(min_length=1, max_length=300)
    text: str = Field(max_length=TEXT_LENGTH)
    role: str = Field(max_length=200)
    reply_to: str = Field(max_length=254)
    sent: Annotated[str, StringConstraints(pattern=_MOMENT)]

    @field_validator("text", "role")
    @classmethod
    def no_control_characters(cls, value: str) -> str:
        """Neither NUL nor marks that turn the direction of what follows."""
        if _CONTROL.search(value):
            raise ValueError("control characters are not taken")
        return value

    @field_validator("reply_to")
    @classmethod
    def an_address(cls, value: str) -> str:
        """An e-mail address, or nothing."""
        try:
            if value:
                validate_email(value)
        except InvalidEmail as error:
            raise ValueError("not an e-mail address") from error
        return value

    @property
    def begins(self) -> bool:
        """Whether it begins its thread."""
        return self.type in BEGINNINGS


def clean_text(text: str) -> str:
    """A text without what no letter takes, line ends as ``\\n``."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def letter_of(message: Message) -> Letter:
    """The message as it travels; the same bytes whenever it is asked for."""
    return Letter(
        id=str(message.id),
        thread=str(message.thread),
        type=MessageType(message.type).value,
        origin=message.origin,
        sender=message.sender,
        recipient=message.recipient,
        subject=message.subject_id,
        text=message.text,
        role=message.role,
        reply_to=message.reply_to,
        sent=timestamp(message.sent),
    )


def read_letter(fields: Mapping[str, Any]) -> Letter:
    """A letter from what came in, without its proof. Raises :class:`RefusedLetter` if it is none."""
    try:
        letter = Letter.model_validate(dict(fields))
        moment_of(letter)
    except (ValidationError, ValueError) as error:
        raise RefusedLetter(Reason.UNREADABLE, f"not a letter: {str(error)[:500]}") from error
    if letter.begins != (letter.thread == letter.id):
        raise RefusedLetter(Reason.UNREADABLE, "interests and questions, and only they, begin a thread")
    if letter.type != "closing" and not letter.text.strip():
        raise RefusedLetter(Reason.UNREADABLE, "it says nothing")
    if letter.sender == letter.recipient:
        raise RefusedLetter(Reason.UNREADABLE, "a body does not write to itself")
    return letter


def moment_of(letter: Letter) -> dt.datetime:
    """When it was sent. Raises ValueError for a day that does not exist."""
    return dt.datetime.strptime(letter.sent, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)


def message_of(letter: Letter, **fields: Any) -> Message:
    """An unsaved message with what the letter says; ``fields`` are those that do not travel."""
    return Message(
        id=uuid.UUID(letter.id),
        thread=uuid.UUID(letter.thread),
        type=letter.type,
        origin=letter.origin,
        sender=letter.sender,
        recipient=letter.recipient,
        subject_id=letter.subject,
        text=letter.text,
        role=letter.role,
        reply_to=letter.reply_to,
        sent=moment_of(letter),
        **fields,
    )
