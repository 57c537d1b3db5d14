"""What all pages of a workspace know."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from events.circles.access import Visit
from events.circles.refusing import Refused


def frame(visit: Visit, here: str = "") -> dict[str, Any]:
    """Context of the layout; ``here`` is the name of the page's own address."""
    return {"visit": visit, "key": visit.key, "group": visit.circle.group, "here": here}


def say(form: forms.BaseForm, refused: Refused) -> None:
    """Show beside what was typed why it was not done."""
    form.add_error(None, refused.sentence)


def typed(request: HttpRequest) -> Any:
    """What was sent; None where a page is only looked at."""
    return request.POST if request.method == "POST" else None
