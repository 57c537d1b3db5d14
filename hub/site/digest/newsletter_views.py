"""The page that writes a text for a newsletter, for editors and coordinators."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from content.months import add_months
from content.topics import topics_field
from hub.accounts.long_text import LongText
from hub.accounts.roles import is_elevated
from hub.site.digest.newsletter import LONG, SHORT, Newsletter, compose_newsletter
from hub.site.reports.periods import Period, named_period, offer_periods

LONGEST = 50_000
"""Characters of an edited text."""

SHORT_CODE, LONG_CODE = "kurz", "lang"
TEXT, MARKDOWN = "txt", "md"
MEDIA_TYPES = {TEXT: "text/plain", MARKDOWN: "text/markdown"}


class NewsletterForm(forms.Form):
    """Which days, how long, which topics, in which form. Read from the address, so it can be sent on."""

    zeitraum = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    laenge = forms.ChoiceField(
        label=gettext_lazy("Length"),
        choices=[
            (SHORT_CODE, pgettext_lazy("newsletter", "short: four contributions")),
            (LONG_CODE, pgettext_lazy("newsletter", "long: eight contributions and the next events")),
        ],
        required=False,
    )
    form = forms.ChoiceField(
        label=gettext_lazy("Format of the text"),
        choices=[(TEXT, pgettext_lazy("newsletter", "plain text")), (MARKDOWN, "Markdown")],
        required=False,
    )
    thema = topics_field()

    def __init__(self, data: Any, today: dt.date) -> None:
        super().__init__(data)
        self.last_month = add_months(today.replace(day=1), -1)
        default = f"{self.last_month:%Y-%m}"
        self.fields["zeitraum"].choices = offer_periods(today)  # type: ignore[attr-defined]  # a ChoiceField
        self.initial = {"zeitraum": default, "laenge": SHORT_CODE, "form": TEXT}
        if not any(name in data for name in self.fields):
            self.is_bound = False

    def chosen(self, name: str) -> Any:
        """What was chosen, else what is usual."""
        values = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return values.get(name) or self.initial.get(name, [])

    @property
    def period(self) -> Period:
        """The days chosen; those of the last month as long as nothing sound is."""
        found = named_period(self.chosen("zeitraum"))
        assert found is not None  # noqa: S101 - only periods that can be named are offered
        return found


class EditedForm(forms.Form):
    """The text as it was edited."""

    text = LongText(
        label=gettext_lazy("Text to edit"),
        limit=LONGEST,
        rows=24,
        strip=False,
        error_messages={"required": gettext_lazy("There is no text to save. Make one above first.")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def newsletter(request: HttpRequest) -> HttpResponse:
    """The text for what was chosen; a POST hands the edited text back as a file."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if not is_elevated(request.user):
        raise PermissionDenied
    form = NewsletterForm(request.GET, timezone.localdate())
    file_form = form.chosen("form")
    if request.method == "POST":
        sent = EditedForm(request.POST)
        if sent.is_valid():
            return _hand_out(sent.cleaned_data["text"], file_form, form.period)
        context: dict[str, Any] = {"form": form, "bound": sent, "edited": sent}
    else:
        text = _write(form, file_form)
        context = {"form": form, "edited": EditedForm(initial={"text": text}) if text else None}
    return render(request, "site/digest/newsletter.html", context)


def _write(form: NewsletterForm, file_form: str) -> str:
    most = LONG if form.chosen("laenge") == LONG_CODE else SHORT
    made: Newsletter | None = compose_newsletter(form.period, form.chosen("thema"), timezone.now(), most=most)
    if made is None:
        return ""
    return made.as_markdown() if file_form == MARKDOWN else made.as_text()


def _hand_out(text: str, file_form: str, period: Period) -> HttpResponse:
    name = _("newsletter") + f"_{period.slug}.{file_form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{MEDIA_TYPES[file_form]}; charset=utf-8", headers=headers)
