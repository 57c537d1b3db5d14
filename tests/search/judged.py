"""A small judged set for tests, and where the one over the demo lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from search.evaluation.judged import JudgedSet

DEMO = Path(__file__).resolve().parent.parent / "evaluation" / "search" / "demo.yaml"
KITA, RADWEG = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
SMALL: dict[str, Any] = {
    "title": "Klein",
    "version": 1,
    "documents": {"kita": f"https://mainz.example/id/{KITA}", "radweg": RADWEG},
    "queries": [
        {
            "id": "wort-1",
            "stratum": "wort",
            "text": "Kitaplätze",
            "need": "Plätze",
            "grades": {"kita": 3, "radweg": 1},
        },
        {
            "id": "wort-2",
            "stratum": "wort",
            "half": "held-out",
            "text": "Radwege",
            "need": "Wege",
            "grades": {"radweg": 2},
        },
    ],
}


def changed(**changes: Any) -> dict[str, Any]:
    return {**SMALL, **changes}


def with_query(**changes: Any) -> dict[str, Any]:
    return changed(queries=[{**SMALL["queries"][0], **changes}])


def write(folder: Path, content: Any) -> Path:
    path = folder / "set.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def small() -> JudgedSet:
    return JudgedSet.model_validate(SMALL)
