"""What a report is to be of: which days, whose contributions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.municipalities.models import Body
from hub.site.reports.periods import FREE, Period, named_period, offer_periods, quarter_of
from hub.site.statements.forms import day_input

EARLIEST = dt.date(2020, 1, 1)
MINE, ALL = "meine", "alle"
LONGEST = 366 * 5
"""Days."""


class ReportForm(forms.Form):
    """Read from the address, so that a report can be sent on; what it does not say is filled in.

    ``own`` are the bodies somebody has a role in, ``here`` all of this instance. ``everything`` is what all
    together are called; it is then what is shown first.
    """

    zeitraum = forms.ChoiceField(label=gettext_lazy("Period"))
    von = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("For “free dates”, for example 01.09.2026."),
        error_messages={"invalid": gettext_lazy("Please enter a day like 01.09.2026.")},
    )
    bis = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=day_input(),
        error_messages={"invalid": gettext_lazy("Please enter a day like 30.09.2026.")},
    )
    kommune = forms.ChoiceField(label=gettext_lazy("Whose contributions"))

    def __init__(
        self, data: Any, own: Sequence[Body], here: Sequence[Body], today: dt.date, everything: str = ""
    ) -> None:
        defaults = {"zeitraum": quarter_of(today), "kommune": MINE if own and not everything else ALL}
        given = {name: data.get(name, "").strip() for name in ("zeitraum", "von", "bis", "kommune")}
        if given["von"] or given["bis"]:
            defaults["zeitraum"] = FREE
        filled = {name: value or defaults.get(name, "") for name, value in given.items()}
        super().__init__(filled if any(given.values()) else None, initial=defaults)
        self.own, self.today = own, today
        periods = [*_beyond(given["zeitraum"]), *offer_periods(today), (FREE, _("free dates"))]
        self.fields["zeitraum"].choices = periods  # type: ignore[attr-defined]
        mine = [(MINE, _("my body") if len(own) == 1 else _("my bodies"))] if own else []
        together = (ALL, everything or _("all of this instance"))
        bodies = [*mine, together, *((body.key, body.name) for body in here)]
        self.fields["kommune"].choices = bodies  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Free dates need both days, in their order."""
        values = super().clean() or self.cleaned_data
        if values.get("zeitraum") != FREE:
            return values
        for name in ("von", "bis"):
            if name not in self.errors and not values.get(name):
                self.add_error(name, _("Please enter the day, or choose a period."))
        first, last = values.get("von"), values.get("bis")
        if first and last:
            self._check_days(first, last)
        return values

    def _check_days(self, first: dt.date, last: dt.date) -> None:
        if last < first:
            self.add_error("bis", ValidationError(_("The last day lies before the first.")))
        elif first < EARLIEST or last > self.today + dt.timedelta(days=366):
            self.add_error("von", ValidationError(_("Nothing is counted for these days.")))
        elif (last - first).days >= LONGEST:
            self.add_error("bis", ValidationError(_("A report spans five years at most.")))

    @property
    def period(self) -> Period:
        """The days chosen; those of the current quarter as long as nothing sound is."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        if values.get("zeitraum") == FREE:
            return Period(values["von"], values["bis"])
        chosen = named_period(values.get("zeitraum", "")) or named_period(quarter_of(self.today))
        assert chosen is not None  # noqa: S101 - the current quarter has a code
        return chosen

    @property
    def chosen(self) -> str:
        """Whose contributions: ``meine``, ``alle`` or the key of a body."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return str(values.get("kommune", self.initial["kommune"]))

    @property
    def keys(self) -> list[str] | None:
        """Keys of the bodies chosen; None for all of this instance."""
        if self.chosen == ALL:
            return None
        return [body.key for body in self.own] if self.chosen == MINE else [self.chosen]

    @property
    def scope(self) -> str:
        """What was chosen, in words."""
        if self.chosen == MINE:
            return ", ".join(body.name for body in self.own)
        return dict(self.fields["kommune"].choices)[self.chosen]  # type: ignore[attr-defined,no-any-return]


def _beyond(code: str) -> list[tuple[str, str]]:
    """The period an address names, which may be older than those that are offered."""
    period = named_period(code)
    return [(code, period.wording)] if period else []
