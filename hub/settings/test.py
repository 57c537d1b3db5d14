"""Settings for tests: fast password hashing, mails in memory, plain static files.

The environment of the caller is set aside except ``DATABASE_URL``: without it the tests bring
their own embedded PostgreSQL (started by ``tests/conftest.py``, its address is known beforehand).
"""

from __future__ import annotations

import os
from pathlib import Path

from hub.postgres import Cluster

STATE = Path(__file__).resolve().parent.parent.parent / ".state" / "tests"

# WhiteNoise looks for it at start, though tests collect nothing.
(STATE / "static").mkdir(parents=True, exist_ok=True)

# A Meilisearch server for the tests of that engine (tests/search/conftest.py); all others run without.
MEILI_FOR_TESTS = (os.environ.get("MEILI_URL", ""), os.environ.get("MEILI_KEY", ""))
for _name in [name for name in os.environ if name.startswith(("HUB_", "MEILI_"))]:
    del os.environ[_name]
os.environ |= {
    "HUB_ORIGIN": "http://mainz.localhost:8001",
    "HUB_SLUG": "mainz",
    "HUB_NAME": "Mainz",
    "HUB_BODY": "07315000",
    "HUB_DATA_DIR": str(STATE / "data"),
    "HUB_STATIC_ROOT": str(STATE / "static"),
    "HUB_LOG_FORMAT": "text",
    "HUB_SECOND_FACTOR": "optional",
    "SECRET_KEY": "known-to-everybody-and-good-for-tests-alone-0123456789",
    "DATABASE_URL": os.environ.get("DATABASE_URL") or Cluster(STATE).url("hub"),
}

from hub.settings.base import *  # noqa: E402, F403 - extends base, which reads the environment set above
from hub.settings.base import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["OPTIONS"].pop("pool", None)
# Wagtail's own tasks (reference index, search index) run at once: no worker process serves a test.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
