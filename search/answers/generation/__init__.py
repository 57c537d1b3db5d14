"""Answers phrased by a language model, of which only what its sources say reaches a reader.

No endpoint is spoken to unless ``HUB_ANSWERS_URL`` names one. Key files: ``streaming`` (one answer),
``checking`` (what is believed) with ``wording``, ``numbers`` and ``plain``, ``prompt``, ``exchange`` and
``transport`` (the endpoint, within limits), ``asking`` (Haystack), ``pausing``.
"""

from search.answers.generation.claims import Claim, End, Outcome, Quote, Usage
from search.answers.generation.streaming import Model, model, stream, warm_up

__all__ = ["Claim", "End", "Model", "Outcome", "Quote", "Usage", "model", "stream", "warm_up"]
