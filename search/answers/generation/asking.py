"""Asking the model, as a Haystack pipeline. Importing this module imports Haystack: about two seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from haystack import Pipeline
from haystack.components.builders import ChatPromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from search.answers.generation.prompt import REQUEST, RULES
from search.answers.generation.transport import TIMEOUT, BoundedTransport

for _name in ("haystack", "httpx"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # they tell of every step

MOST_TOKENS = 1_500

WISHES: dict[str, Any] = {
    "temperature": 0,
    "max_tokens": MOST_TOKENS,
    "stream_options": {"include_usage": True},
}
"""What an endpoint may refuse to be told; our own limits hold without it."""


def ask(
    url: str,
    name: str,
    key: str,
    request: dict[str, Any],
    *,
    wishes: dict[str, Any],
    transport: BoundedTransport,
    hear: Callable[[StreamingChunk], None],
) -> None:
    """Put one request to the model ``name`` at ``url``; ``hear`` is called with each piece of the answer.

    Raises what Haystack raises, and what ``hear`` does.
    """
    generator = OpenAIChatGenerator(
        api_key=Secret.from_token(key or "none"),
        model=name,
        api_base_url=url,
        streaming_callback=hear,
        generation_kwargs=wishes,
        timeout=TIMEOUT["read"],
        max_retries=0,
        http_client_kwargs={"transport": transport, "follow_redirects": False, "trust_env": False},
    )
    try:
        _pipeline(generator).run({"prompt": request})
    finally:
        generator.close()


def _pipeline(generator: OpenAIChatGenerator) -> Pipeline:
    pipeline = Pipeline()
    template = [ChatMessage.from_system(RULES), ChatMessage.from_user(REQUEST)]
    pipeline.add_component("prompt", ChatPromptBuilder(template=template, required_variables="*"))
    pipeline.add_component("model", generator)
    pipeline.connect("prompt.prompt", "model.messages")
    return pipeline
