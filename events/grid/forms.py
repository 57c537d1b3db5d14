"""The forms behind each session, for whoever has no scripts: place it, swap it with another, take it out."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.grid.plain import Stand, list_rooms, list_times, tell_place
from events.planning.orders import Order, Place, Remove, Swap

GONE = {"invalid_choice": _("This was changed meanwhile. Please choose again.")}


class OrderForm(forms.Form):
    """What each order has: a key, so that it is carried out once, and the version of the session seen."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, session: Mapping[str, Any], data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), "seen": session["version"]})

    def build_order(self, session: uuid.UUID) -> Order:
        """What it asks for; only of a valid form."""
        raise NotImplementedError

    def renew(self, session: Mapping[str, Any]) -> None:
        """Let what was refused be sent again as an order of its own, on the session as it is now."""
        sent: Any = self.data
        sent[self.add_prefix("key")] = str(uuid.uuid4())
        sent[self.add_prefix("seen")] = session["version"]

    def _fill(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)


class PlaceForm(OrderForm):
    """A room and a time."""

    prefix = "place"
    room = forms.ChoiceField(label=_("Room"), error_messages=GONE)
    starts = forms.ChoiceField(label=pgettext_lazy("grid", "Time"), error_messages=GONE)

    def __init__(self, stand: Stand, session: Mapping[str, Any], data: QueryDict | None = None) -> None:
        super().__init__(session, data)
        self._fill("room", ((room["id"], room["name"]) for room in list_rooms(stand)))
        self._fill("starts", list_times(stand))
        if place := session["placement"]:
            self.initial = {**self.initial, "room": place["room"], "starts": place["starts"]}

    def build_order(self, session: uuid.UUID) -> Place:
        """Put it there."""
        chosen = self.cleaned_data
        room, starts = uuid.UUID(chosen["room"]), dt.datetime.fromisoformat(chosen["starts"])
        return Place(chosen["key"], session, room, starts, chosen["seen"])


class SwapForm(OrderForm):
    """Another session that has a place; with the version of it that was seen."""

    prefix = "swap"
    other = forms.ChoiceField(label=_("Swap with"), error_messages=GONE)

    def __init__(self, stand: Stand, session: Mapping[str, Any], data: QueryDict | None = None) -> None:
        super().__init__(session, data)
        others = [other for other in stand["sessions"] if other["placement"] and other["id"] != session["id"]]
        self._fill(
            "other",
            (
                (f"{other['id']}:{other['version']}", f"{other['title']} ({tell_place(stand, other)})")
                for other in others
            ),
        )

    def build_order(self, session: uuid.UUID) -> Swap:
        """Let them change places."""
        chosen = self.cleaned_data
        other, _colon, seen = chosen["other"].partition(":")
        return Swap(chosen["key"], session, uuid.UUID(other), chosen["seen"], int(seen))


class RemoveForm(OrderForm):
    """Nothing to choose: back to the tray."""

    prefix = "remove"

    def build_order(self, session: uuid.UUID) -> Remove:
        """Take it out."""
        return Remove(self.cleaned_data["key"], session, self.cleaned_data["seen"])
