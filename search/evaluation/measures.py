"""What a ranking is worth. Pure; the definitions are written down in ``docs/relevanz.md``."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.evaluation.judged import GOOD

RESAMPLES = 2_000
SURE = 0.95
SEED = 20_261_122
"""Fixed, so that the same outcomes give the same interval."""


@dataclass(frozen=True)
class Interval:
    """A mean, with the bounds of its bootstrap interval of 95 %."""

    mean: float
    low: float
    high: float


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002, with gains of 2^grade - 1).

    1 means that the best items stand first in the best order; ``grades`` must hold one above 0.
    """
    best = sorted(grades.values(), reverse=True)
    gained = [grades.get(name, 0) for name in ranking]
    return _discounted(gained[:depth]) / _discounted(best[:depth])


def _discounted(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def recall(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 5) -> float:
    """The share of good items among the first ``depth``, of as many as could stand there."""
    good = {name for name, grade in grades.items() if grade >= GOOD}
    return len(good.intersection(ranking[:depth])) / min(len(good), depth)


def bootstrap(values: Sequence[float]) -> Interval:
    """The mean with its percentile interval over resampled queries (Efron 1979)."""
    drawn = random.Random(SEED)  # noqa: S311 - a sample, no secret
    count = len(values)
    means = sorted(math.fsum(drawn.choices(values, k=count)) / count for _ in range(RESAMPLES))
    spare = round((1 - SURE) / 2 * RESAMPLES)
    return Interval(math.fsum(values) / count, means[spare], means[-1 - spare])
