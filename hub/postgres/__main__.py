"""``python -m hub.postgres``: check the database of ``DATABASE_URL`` and say what it lacks."""

from __future__ import annotations

import os
import sys

from hub.errors import DatabaseUnavailable
from hub.postgres.requirements import check_database, describe_address


def main() -> int:
    """Print the outcome; returns the exit code."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        print(
            "DATABASE_URL is missing, e.g. DATABASE_URL=postgres://hub@/hub?host=/run/postgresql",
            file=sys.stderr,
        )
        return 2
    try:
        check_database(url)
    except DatabaseUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The database ({describe_address(url)}) has everything a hub needs.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
