"""A form as a browser sends it: every field of the page, with what it holds."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.http import HttpResponse
from django.test import Client


def fields_of(page: str) -> dict[str, list[str]]:
    """What the page's form for changes would send if nothing were typed: values by the names of fields."""
    form = BeautifulSoup(page, "html.parser").select("main form[method=post]")[0]
    sent: dict[str, list[str]] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.get("type") in ("checkbox", "radio") and not field.has_attr("checked"):
            sent.setdefault(str(field["name"]), [])
        else:
            sent.setdefault(str(field["name"]), []).append(_value(field))
    return sent


def send_back(client: Client, address: str, **typed: Any) -> HttpResponse:
    """Open a form, fill in what a person types, and send exactly what the page holds.

    Raises :class:`KeyError` for a field that the form does not have.
    """
    opened = client.get(address)
    assert opened.status_code == 200, address
    sent = fields_of(opened.content.decode())
    for name, value in typed.items():
        if name not in sent:
            raise KeyError(name)
        sent[name] = [value]
    return client.post(address, {name: values for name, values in sent.items() if values})  # type: ignore[return-value]


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        chosen = field.select_one("option[selected]") or field.select_one("option")
        return str(chosen.get("value", "")) if chosen else ""
    return str(field.get("value", ""))
