"""The editor of a session note: first the event, then the entry of its programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminPageChooser

from content.identity import document_id
from content.outlines import OutlineForm
from events.models.event import EventPage
from events.sessions import find_programme
from hub.documents import Slot, Viewer
from hub.env import env


class SessionNoteForm(OutlineForm):
    """Offers the programme of the chosen event. An event that is not known here takes free text.

    The page holds one address; ``event_page`` is another way of naming it.
    """

    event_page = forms.ModelChoiceField(
        label=_("event on this hub"),
        queryset=EventPage.objects.all(),
        required=False,
        help_text=_("Choose the event and save the draft; then its programme can be chosen from below."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not above: the widget asks for a model before all are loaded.
        self.fields["event_page"].widget = AdminPageChooser(target_models=[EventPage])
        if page := find_local_event(self.instance.event):
            self.initial["event_page"], self.initial["event"] = page.pk, ""
        self.programme = find_programme(self._current_event(), Viewer.local())
        if self.programme and (field := self.fields.get("slot")):
            field.widget = forms.Select(choices=self._offer())
            field.help_text = gettext("From the programme of the event.")

    def clean_event(self) -> str:
        """The permanent address, without what a browser adds to it."""
        address: str = (self.cleaned_data.get("event") or "").partition("#")[0].rstrip("/")
        if address and "/id/" not in address and not self.is_deferred_validation:
            raise ValidationError(
                gettext("A permanent address contains “/id/”; it stands at the end of the event.")
            )
        return address

    def clean(self) -> dict[str, Any]:
        """One event, named in one of the two ways, and an entry of its own programme."""
        cleaned = super().clean()
        page = cleaned.get("event_page")
        if page and cleaned.get("event") and not self.is_deferred_validation:
            self.add_error("event", gettext("Give either an event of this hub or an address."))
        if page:
            cleaned["event"] = document_id(page)
        known = {slot.uid for slot in self.programme}
        if cleaned.get("slot") and known and cleaned["slot"] not in known and not self.is_deferred_validation:
            self.add_error("slot", gettext("This entry belongs to another event. Choose again."))
        return cleaned

    def _current_event(self) -> str:
        """The id of the event in what was sent, else of the page as it is saved."""
        if not self.is_bound:
            return str(self.instance.event)
        chosen = str(self.data.get(self.add_prefix("event_page")) or "")
        page = EventPage.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
        if page:
            return document_id(page)
        return str(self.data.get(self.add_prefix("event")) or "").partition("#")[0].rstrip("/")

    def _offer(self) -> list[tuple[str, str]]:
        choices = [("", gettext("the whole event, or unknown"))]
        choices += [(slot.uid, _describe(slot)) for slot in self.programme]
        held = self.instance.slot
        if held and held not in dict(choices):
            choices.append((held, gettext("(not in the programme of this event)")))
        return choices


def find_local_event(address: str) -> EventPage | None:
    """The event page of this hub with that permanent address."""
    prefix = f"{env.origin}/id/"
    if not address.startswith(prefix):
        return None
    try:
        pages = EventPage.objects.filter(translation_key=address.removeprefix(prefix), alias_of=None)
        page: EventPage | None = pages.order_by("pk").first()
        return page
    except ValidationError:  # no uuid
        return None


def _describe(slot: Slot) -> str:
    when = localtime(slot.starts).strftime("%d.%m., %H:%M")
    return f"{when}  {slot.title}"
