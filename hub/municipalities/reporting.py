"""Says in sentences what a run changed in the directory of bodies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.municipalities.models import Body
from hub.municipalities.summary import Summary

SHOWN = 10  # names in a list; the rest is counted unless every body is asked for


def report_lines(summary: Summary, *, every: bool = False) -> Iterator[str]:
    """The report, by kind of body. ``every`` lists each changed body with its fields."""
    if summary.is_empty:
        yield _("Nothing changed: %(count)d bodies are as they were.") % {"count": len(summary.unchanged)}
    else:
        for kind in Body.Kind:
            yield from _lines_of_kind(kind, summary)
    if every:
        for change in summary.changed:
            fields = ", ".join(_label(name) for name in change.fields)
            yield f"  {change.body.key} {change.body.name}: {fields}"
    yield from _dissolved_lines(summary)
    if summary.revived:
        yield _("There again: %(names)s") % {"names": _names(summary.revived, every)}
    if summary.without_place:
        yield _("Without coordinates: %(names)s") % {"names": _names(summary.without_place, every)}


def _lines_of_kind(kind: Body.Kind, summary: Summary) -> Iterator[str]:
    changes = [change for change in summary.changed if change.body.kind == kind]
    parts = [
        _part(_("%(count)d added"), summary.added, kind),
        _("%(count)d changed") % {"count": len(changes)} if changes else "",
        _part(_("%(count)d dissolved"), summary.dissolved, kind),
        _part(_("%(count)d there again"), summary.revived, kind),
        _part(_("%(count)d unchanged"), [*summary.unchanged, *summary.confirmed], kind),
    ]
    if any(parts):
        yield f"{kind.label}: " + ", ".join(filter(None, parts))
    if changes:
        fields = Counter(name for change in changes for name in change.fields)
        counted = ", ".join(f"{_label(name)} {count}" for name, count in fields.most_common())
        yield "  " + _("changed: %(fields)s") % {"fields": counted}


def _part(text: str, bodies: Iterable[Body], kind: Body.Kind) -> str:
    count = sum(body.kind == kind for body in bodies)
    return text % {"count": count} if count else ""


def _dissolved_lines(summary: Summary) -> Iterator[str]:
    for body in summary.dissolved:
        if body.successor_id:
            yield _("Dissolved: %(name)s (%(key)s), succeeded by %(successor)s") % {
                "name": body.name,
                "key": body.key,
                "successor": body.successor_id,
            }
    lost = summary.without_successor
    if lost:
        names = ", ".join(f"{body.name} ({body.key})" for body in lost)
        yield _("Dissolved without successor: %(names)s") % {"names": names}


def _names(bodies: list[Body], every: bool) -> str:
    shown = bodies if every else bodies[:SHOWN]
    names = ", ".join(f"{body.name} ({body.key})" for body in shown)
    rest = len(bodies) - len(shown)
    if not rest:
        return names
    return f"{names} " + ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest}


def _label(field: str) -> str:
    """The field's name for people."""
    return next(str(each.verbose_name) for each in Body._meta.fields if each.attname == field)
