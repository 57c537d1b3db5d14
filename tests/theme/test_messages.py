"""The check of the message catalogues."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import polib
import pytest

COMMAND = Path(__file__).resolve().parents[2] / "bin" / "messages"


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    loader = SourceFileLoader("messages_command", str(COMMAND))
    module = module_from_spec(spec_from_loader("messages_command", loader) or pytest.fail("no such file"))
    loader.exec_module(module)
    return module


def test_catalogues_are_complete_and_keep_their_placeholders(messages: ModuleType) -> None:
    assert [fault for path in messages.catalogues() for fault in messages.faults_of(path)] == []


@pytest.mark.parametrize(
    ("source", "translation", "sound"),
    [
        ("All", "%(number)s Beitrag", False),
        ("%(number)s of %(all)s", "%(number)s", False),
        ("%(number)s of %(all)s", "von %(all)s: %(number)s", True),
        ("{name} at %s", "%s hat {name}", True),
        ("100 % done", "100 % fertig", True),
    ],
)
def test_placeholders_are_compared(messages: ModuleType, source: str, translation: str, sound: bool) -> None:
    assert bool(messages.fault_of(polib.POEntry(msgid=source, msgstr=translation))) is not sound


@pytest.mark.parametrize(
    ("one", "many", "sound"),
    [("Ein Treffer", "%(n)s Treffer", True), ("%(n)s Treffer", "Treffer", False), ("%(m)s", "%(n)s", False)],
)
def test_only_a_form_for_one_may_leave_the_number_out(
    messages: ModuleType, one: str, many: str, sound: bool
) -> None:
    entry = polib.POEntry(msgid="%(n)s hit", msgid_plural="%(n)s hits", msgstr_plural={0: one, 1: many})
    assert bool(messages.fault_of(entry)) is not sound
