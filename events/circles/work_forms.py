"""What is typed while a group works: items of the agenda, decisions, questions, tasks."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from events.circles.dates import MeetingDate, keep_meeting
from events.circles.forms import DayInput
from events.models import AgendaItem, Circle, CircleMember, Decision, Meeting, OpenQuestion, Task

Row = TypeVar("Row", bound=Model)


class OfMeetingForm(forms.ModelForm[Row]):
    """Something of a group that belongs to one of its meetings, or to none.

    ``dates`` are all the group has; ``meeting`` offers them by :attr:`MeetingDate.name`, the last first.
    """

    meeting = forms.ChoiceField(label=_("Meeting"), required=False)

    def __init__(self, *args: Any, dates: Iterable[MeetingDate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dates = {each.name: each for each in dates}
        chosen: Any = self.fields["meeting"]
        offered = [(name, f"{each.when} · {each.title}") for name, each in reversed(self.dates.items())]
        chosen.choices = [("", _("of no meeting")), *offered]
        self.order_fields([*self._meta.fields, "meeting"] if self._meta.fields else None)

    def read_meeting(self) -> Meeting | None:
        """The row of the meeting that was chosen; it is made when it is first needed."""
        found = self.dates.get(self.cleaned_data["meeting"])
        return keep_meeting(found) if found else None


class AgendaForm(forms.ModelForm[AgendaItem]):
    """An item somebody proposes."""

    class Meta:
        model = AgendaItem
        fields = ("title", "note", "minutes")
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


def name_stand(form: forms.ModelForm[Row]) -> str:
    """Names what stands now in the row of a form: the same as long as none of its fields changed."""
    stand = [(name, str(form.get_initial_for_field(field, name))) for name, field in form.fields.items()]
    return hashlib.sha256(repr(stand).encode()).hexdigest()[:32]


def read_stand(form: forms.ModelForm[Row]) -> list[tuple[str, str]]:
    """What stands now in the row of a form, whatever was typed: label and words of each field."""
    found = ((bound, form.get_initial_for_field(bound.field, bound.name)) for bound in form)
    return [(str(bound.label), _read_words(bound.field, value)) for bound, value in found]


def _read_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return {str(key): str(words) for key, words in choices}.get(str(value or ""), "")
    return date_format(value) if isinstance(value, dt.date) else str(value or "")


class DecisionForm(OfMeetingForm[Decision]):
    """One decision. ``replaces`` offers those that still hold."""

    class Meta:
        model = Decision
        fields = ("text", "decided", "replaces")
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "decided": DayInput}
        labels = {"replaces": _("Replaces")}

    def __init__(self, *args: Any, circle: Circle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing: Any = self.fields["replaces"]
        standing.queryset = circle.decisions.filter(replaced_by=None)
        standing.empty_label = _("none: this one is new")


class QuestionForm(OfMeetingForm[OpenQuestion]):
    """What the group does not know."""

    class Meta:
        model = OpenQuestion
        fields = ("text",)


class AnswerForm(forms.Form):
    """The answer to an open question."""

    answer = forms.CharField(label=_("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class TaskForm(OfMeetingForm[Task]):
    """Who does what until when."""

    class Meta:
        model = Task
        fields = ("text", "member", "due")
        widgets = {"due": DayInput}
        labels = {"member": _("Who")}

    def __init__(self, *args: Any, circle: Circle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = CircleMember.objects.filter(circle=circle, left=None, joined__isnull=False)
        who: Any = self.fields["member"]
        who.queryset = members.select_related("user")
        who.label_from_instance = lambda member: member.name
        who.empty_label = _("still to be found")
