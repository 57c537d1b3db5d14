"""Running the import, and the official data where it lies beside the project."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.municipalities.builder import Sample

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def run(tmp_path) -> Callable[..., str]:
    """Run the import of a sample; returns what it printed. Tables are given as text."""

    def run_import(sample: Sample | bytes, *options: str, **tables: str) -> str:
        path = tmp_path / "gv100ad.txt"
        path.write_bytes(sample if isinstance(sample, bytes) else sample.data)
        arguments = [str(path), *options]
        for name, text in tables.items():
            table = tmp_path / f"{name}.csv"
            table.write_text(text, encoding="utf-8")
            arguments += [f"--{name}", str(table)]
        out = StringIO()
        call_command("import_municipalities", *arguments, stdout=out)
        return out.getvalue()

    return run_import


@pytest.fixture(scope="session")
def official() -> Path:
    """The folder with the official directory."""
    if not (OFFICIAL / "GV100AD_301123.txt").exists():
        pytest.skip("the official directory does not lie in ../shared/data")
    return OFFICIAL
