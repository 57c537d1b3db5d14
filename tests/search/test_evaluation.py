"""What rankings are worth, and the command that measures this instance's search."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from search.engines.base import EngineUnavailable, Query, Results
from search.evaluation.judged import GOOD
from search.evaluation.measures import bootstrap, ndcg, recall
from search.evaluation.outcomes import run, summarise
from search.management.commands import evaluate_search
from tests.search.catalogue import make_document, publish, withdraw
from tests.search.judged import DEMO, KITA, changed, small, write


def test_ndcg_is_one_for_the_best_order_and_nothing_for_no_hit() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], grades) == 1
    assert ndcg(["x", "y"], grades) == 0
    assert ndcg([], grades) == 0


def test_ndcg_discounts_by_the_logarithm_of_the_place() -> None:
    best = 7 / math.log2(2) + 3 / math.log2(3)
    assert ndcg(["x", "a", "b"], {"a": 3, "b": 2}) == pytest.approx(
        (7 / math.log2(3) + 3 / math.log2(4)) / best
    )
    assert ndcg(["b", "a"], {"a": 3, "b": 2}) == pytest.approx((3 + 7 / math.log2(3)) / best)


def test_ndcg_looks_at_ten_places() -> None:
    noise = [f"x{n}" for n in range(10)]
    assert ndcg([*noise, "a"], {"a": 3}) == 0
    assert ndcg([*noise[:9], "a"], {"a": 3}) == pytest.approx(1 / math.log2(11))


def test_recall_counts_good_items_among_the_first_five() -> None:
    grades = {"a": 3, "b": GOOD, "c": 1}
    assert recall(["c", "a", "x"], grades) == 0.5
    assert recall(["c", "a", "x", "y", "b"], grades) == 1
    assert recall(["c", "a", "x", "y", "z", "b"], grades) == 0.5


def test_recall_can_reach_one_where_more_items_are_good_than_fit() -> None:
    grades = {f"d{n}": 2 for n in range(8)}
    assert recall([f"d{n}" for n in range(5)], grades) == 1


def test_the_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = [0.0, 0.2, 0.4, 1.0, 1.0, 0.9]
    interval = bootstrap(values)
    assert interval == bootstrap(values)
    assert 0 < interval.low < interval.mean < interval.high < 1
    assert bootstrap([0.5] * 4).low == bootstrap([0.5] * 4).high == 0.5


def test_outcomes_name_what_the_set_knows_whichever_hub_it_lies_on() -> None:
    judged = small()
    other = "33333333-3333-4333-8333-333333333333"
    found = [
        f"https://trier.example/id/{KITA}",
        f"https://a.example/id/{other}",
        f"https://b.example/id/{KITA}",
    ]
    outcome = run(judged, judged.queries[:1], lambda text: found)[0]
    assert outcome.found == ("kita", other)
    assert outcome.recall == 1
    assert outcome.ndcg == pytest.approx(7 / (7 + 1 / math.log2(3)))


def test_figures_come_for_all_queries_and_by_stratum() -> None:
    judged = small()
    lines = summarise(run(judged, judged.queries, lambda text: [KITA] if text == "Kitaplätze" else []))
    assert [(line.stratum, line.queries, line.empty) for line in lines] == [("all", 2, 0.5), ("wort", 2, 0.5)]
    assert lines[0].recall.mean == 0.5


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """Two items, one of them for members, and the set that judges them."""
    kita = publish(make_document("Kitaplätze gemeinsam vergeben", "Ein Lauf für alle."))
    radweg = publish(make_document("Radwege am Fluss", "Neue Wege.", audience=Audience.MEMBERS))
    documents = {"kita": kita.object_id, "radweg": radweg.object_id}
    return write(tmp_path, changed(documents=documents, audience="members"))


def told(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("evaluate_search", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_prints_the_figures_of_an_engine_by_stratum(catalogue: Path) -> None:
    lines = told(catalogue, "--engine", "postgres").splitlines()
    assert lines[1].split() == ["postgres", "n", "nDCG@10", "recall@5", "no", "results"]
    assert lines[2].split()[:2] == ["all", "2"]
    assert lines[2].split()[-1] == "0.0%"
    assert lines[3].split()[:2] == ["wort", "2"]
    assert "1.000 (1.00–1.00)" in lines[2]


@pytest.mark.django_db
def test_a_set_of_the_public_does_not_see_what_is_for_members(catalogue: Path) -> None:
    content = yaml.safe_load(catalogue.read_text())
    public = write(catalogue.parent, {**content, "audience": "public"})
    assert told(public, "--engine", "postgres").splitlines()[2].split()[-1] == "50.0%"


@pytest.mark.django_db
def test_the_command_measures_one_half_and_lists_its_queries(catalogue: Path) -> None:
    said = told(catalogue, "--engine", "postgres", "--half", "train", "--queries")
    assert "wort-1: Kitaplätze" in said
    assert "wanted kita 3, radweg 1" in said
    assert "found  kita 3" in said
    assert "Radwege" not in said


@pytest.mark.django_db
def test_the_command_writes_the_figures_for_machines(catalogue: Path, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    told(catalogue, "--engine", "postgres", "--half", "held-out", "--json", path)
    figures = json.loads(path.read_text())
    assert figures["postgres"][0]["stratum"] == "all"
    assert figures["postgres"][0]["ndcg"]["mean"] == 1.0


@pytest.mark.parametrize("half", [[], ["--half", "held-out"]])
def test_queries_of_the_held_out_half_are_not_listed(half: list[str]) -> None:
    with pytest.raises(CommandError, match="--queries goes with --half train only"):
        told(DEMO, "--queries", *half)


@pytest.mark.django_db
def test_an_engine_that_is_not_set_up_is_refused_with_those_that_are(catalogue: Path) -> None:
    with pytest.raises(CommandError, match="No engine solr is set up here; there is postgres"):
        told(catalogue, "--engine", "solr")


@pytest.mark.django_db
def test_a_half_without_queries_is_refused(catalogue: Path) -> None:
    content = yaml.safe_load(catalogue.read_text())
    path = write(catalogue.parent, {**content, "queries": content["queries"][:1]})
    with pytest.raises(CommandError, match="no queries of the half held-out"):
        told(path, "--half", "held-out")


@pytest.mark.django_db
def test_judged_items_that_are_not_here_are_named(catalogue: Path) -> None:
    withdraw(CatalogueEntry.objects.get(title="Radwege am Fluss"))
    with pytest.raises(CommandError, match="1 of 2 documents of the set are not in this instance: radweg"):
        told(catalogue)


def test_a_wrong_set_is_refused_by_the_command(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.yaml cannot be opened"):
        told(tmp_path / "nowhere.yaml")


@pytest.mark.django_db
def test_an_engine_that_does_not_answer_ends_the_measurement(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent:
        name = "silent"

        def search(self, query: Query) -> Results:
            raise EngineUnavailable("nobody there")

    monkeypatch.setattr(evaluate_search, "engines", lambda: [Silent()])
    with pytest.raises(CommandError, match="silent does not answer: nobody there"):
        told(catalogue)
