"""Structured logs: one event a line, as JSON for machines or as text for people."""

from __future__ import annotations

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

CREDENTIALS = re.compile(
    r"(/(?:konto/einladung|konto/confirm-email|konto/password/reset/key|mein/(?:suchen/)?abmelden"
    r"|rundbrief/(?:bestaetigen|einstellungen|abmelden)|kalender/meine"
    r"|veranstaltungen/(?:teilnahme|helfen|b|(?:vorschlag|notiz)/[^/]+))/)[^\s\"'?]+"
)
"""Addresses that open something to whoever holds them: all that follows the first part is a secret."""


def mask_credentials(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Leave secrets that stand in addresses out of the log; a processor of structlog."""
    for name, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[name] = CREDENTIALS.sub(r"\1…", value)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    mask_credentials,
]


def logging_config(log_format: str) -> dict[str, Any]:
    """Set up structlog and the standard library's logging with one formatter; returns the latter's."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if log_format == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    config: dict[str, Any] = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "procrastinate": {"level": "WARNING"},
            "mcp": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "fontTools": {"level": "WARNING"},
            "weasyprint": {"level": "ERROR"},
        },
    }
    logging.config.dictConfig(config)
    return config
