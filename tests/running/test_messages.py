"""The catalogue check: each kind of fault is reported, and nothing else is."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import polib
import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, looking at a project of one catalogue in ``tmp_path``."""
    loader = importlib.machinery.SourceFileLoader("messages", str(PROJECT / "bin" / "messages"))
    spec = importlib.util.spec_from_loader("messages", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    return module


def write_catalogue(project: Path, **flags: tuple[str, list[str]]) -> Path:
    path = project / "theme" / "locale" / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    for source, (target, marks) in flags.items():
        catalogue.append(polib.POEntry(msgid=source, msgstr=target, flags=marks))
    catalogue.save(str(path))
    return path


def test_a_complete_catalogue_passes(messages: ModuleType, tmp_path: Path) -> None:
    write_catalogue(tmp_path, Search=("Suche", []))
    assert messages.check_complete() == 0


def test_empty_and_fuzzy_messages_are_reported(
    messages: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_catalogue(tmp_path, Search=("", []), Event=("Anlass", ["fuzzy"]))
    assert messages.check_complete() == 1
    told = capsys.readouterr().out
    assert "not translated: 'Search'" in told
    assert "uncertain (fuzzy): 'Event'" in told


def test_compiled_catalogues_are_written_and_follow_changes(messages: ModuleType, tmp_path: Path) -> None:
    path = write_catalogue(tmp_path, Search=("Suche", []))
    messages.compile_all()
    assert polib.mofile(str(path.with_suffix(".mo")))[0].msgstr == "Suche"
