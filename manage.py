#!/usr/bin/env python
"""Django's command line."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line
from django.db import Error

from hub.errors import ConfigurationError, DatabaseUnavailable
from hub.postgres import check_database


def run(arguments: list[str]) -> None:
    """Run the command. Where the database is at fault, say what it lacks instead of a traceback."""
    try:
        execute_from_command_line(arguments)
    except Error:
        from hub.env import env

        check_database(env.database_url)
        raise


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")
    try:
        run(sys.argv)
    except (ConfigurationError, DatabaseUnavailable) as error:
        sys.exit(str(error))
