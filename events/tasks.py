"""Jobs of events, gathered where the worker looks for them; each room has its own."""

from __future__ import annotations

import events.formats.tasks
import events.mailing.tasks
import events.office.tasks
import events.registering.tasks
import events.results.tasks  # noqa: F401  # importing registers them
