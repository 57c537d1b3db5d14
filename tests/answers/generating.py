"""Answers phrased by the scripted model: what was found, the endpoint by environment, and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.env import env
from search.answers.generation import Claim, End, Outcome, stream
from search.answers.models import Passage
from search.answers.service import Answer, Citation
from search.answers.verdicts import Verdict
from tests.wire.model_server import ModelServer

WAITING = "Im Median wartete eine Familie 71 Tage ab Anmeldeschluss, ein Zehntel länger als 118 Tage."
COSTS = "Die Schnittstelle kostete einmalig 42.000 €. Der Betrieb kostet im Jahr 8.400 €."
CRITERIA = (
    "Der Punkt „Berufstätigkeit beider Eltern“ kostete vier Sitzungen; geblieben ist eine Härtefallregel."
)


def use_model(monkeypatch: pytest.MonkeyPatch, server: ModelServer, **settings: object) -> None:
    """As ``HUB_ANSWERS_URL`` and its siblings would."""
    values = {"answers_url": server.url, "answers_model": "scripted", **settings}
    monkeypatch.setattr("search.answers.generation.streaming.env", replace(env, **values))


def passage(text: str, **fields: object) -> Passage:
    """A passage that is not stored."""
    values = {
        "object_id": f"{env.origin}/id/1", "language": "de", "title": "Kitaplätze vergeben",
        "heading": "Verlauf", "audience": Audience.PUBLIC, "text": text, **fields,
    }  # fmt: skip
    return Passage(**values)


def found(*given: str | Passage, question: str = "Wie lange wartete eine Familie?") -> Answer:
    """An answer for which these passages were retrieved."""
    passages = [passage(one) if isinstance(one, str) else one for one in given]
    citations = tuple(Citation(one, CatalogueEntry()) for one in passages)
    return Answer(question, Verdict.VERBATIM, citations[:1], retrieved=citations)


def listen(answer: Answer, before: Sequence[str] = ()) -> tuple[list[Claim], End]:
    """All that the model says to it."""
    *claims, end = stream(answer, before)
    assert isinstance(end, End)
    assert all(isinstance(claim, Claim) for claim in claims)
    return claims, end  # type: ignore[return-value]


def outcome(answer: Answer) -> tuple[list[str], Outcome]:
    """The texts of the claims, and how it ended."""
    claims, end = listen(answer)
    return [claim.text for claim in claims], end.outcome
