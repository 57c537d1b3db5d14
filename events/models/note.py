"""Notes that several people write at once, during a session or a meeting."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.models.circle import Meeting
from events.models.person import Person
from events.models.session import Session

NOTE_LENGTH = 60_000


class Note(models.Model):
    """The text as it is now. The row is locked before it changes; what comes is merged, never laid over.

    ``version`` is the number of its last :class:`NoteRevision`. ``taken_out`` is the one with which lines
    or older versions last went, because somebody does not agree or is forgotten: a page made of an earlier
    one may still have them. ``gone`` tells of such lines, by their digest, the ids of who wrote them, so
    that they stay theirs when they come back. ``withdrawn``: when somebody took back their consent to a
    page that is published, or to minutes that were.
    """

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, null=True, blank=True, related_name="note"
    )
    meeting = models.OneToOneField(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="note"
    )
    version = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True, max_length=NOTE_LENGTH)
    closed = models.DateTimeField(null=True, blank=True, help_text="when writing ended")
    taken_out = models.PositiveIntegerField(default=0)
    gone = models.JSONField(default=dict, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("session", "note")
        verbose_name_plural = pgettext_lazy("session", "notes")
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, meeting__isnull=True)
                | Q(session__isnull=True, meeting__isnull=False),
                name="note_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_id or self.meeting_id}/{self.version}"


class NoteAuthor(models.Model):
    """Who wrote in it, and whether they agree that it is published.

    Consent is to the text of one version (``agreed_version``): a text that changed since is asked anew
    of those who wrote. ``is_named``: they want to be named. Whoever agreed and is forgotten since leaves a
    row without person, account and name.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="notes_written"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="event_notes"
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_named = models.BooleanField(default=False)
    asked = models.DateTimeField(null=True, blank=True)
    agreed = models.DateTimeField(null=True, blank=True)
    agreed_version = models.PositiveIntegerField(null=True, blank=True)
    declined = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.UniqueConstraint(
                fields=["note", "person"], condition=Q(person__isnull=False), name="note_author_person_once"
            ),
            models.UniqueConstraint(
                fields=["note", "user"], condition=Q(user__isnull=False), name="note_author_user_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.name}"


class NoteRevision(models.Model):
    """The whole text after one author's change; ``base`` is what they had before them when they wrote."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    author = models.ForeignKey(
        NoteAuthor, on_delete=models.SET_NULL, null=True, blank=True, related_name="revisions"
    )
    at = models.DateTimeField()
    key = models.UUIDField(unique=True, help_text="given by the browser: the same one is not merged twice")
    writers = models.JSONField(
        default=list, blank=True, help_text="for each line, the ids of the authors whose words stand in it"
    )

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["note", "number"], name="note_revision_once")]

    def __str__(self) -> str:
        return f"{self.note_id}/{self.number}"


class Outcome(models.Model):
    """What became of a session: held with a page, held without one and why, or not held and why.

    ``drafted`` is the version of the note of which the page has its wording.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="outcome")
    held = models.BooleanField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    page = models.ForeignKey(
        "events.SessionNotePage", on_delete=models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    drafted = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(auto_now=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="session_outcomes"
    )

    class Meta:
        verbose_name = _("outcome of a session")
        verbose_name_plural = _("outcomes of sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(held=True) | Q(page__isnull=True), name="not_held_has_no_page"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.held}"
