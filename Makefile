# Ohne Ziel: diese Liste. PORT wählt den ersten von vier Ports des Demo-Netzes.

PORT ?= 8001
ORDERS ?= 500
PYTHON := .venv/bin/python
SOURCES := content events federation fixtures hub search theme manage.py

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests demo demo-reset test chaos lint format types contracts migrations messages bench lock clean

help: ## Diese Liste
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Alles Nötige einrichten (Umgebung, Pakete, Systempakete wo erlaubt)
	@bin/setup

setup-tests: ## Wie setup, dazu Chromium und gettext für die Prüfungen
	@bin/setup --tests

demo: setup ## Das Demo-Netz aus vier Städten starten (andere Ports: PORT=9001)
	@$(PYTHON) -m fixtures.network up --port-base $(PORT)

demo-reset: setup ## Den Stand des Demo-Netzes löschen
	@$(PYTHON) -m fixtures.network reset --port-base $(PORT)

test: setup-tests ## Alle Prüfungen, auch die im Browser
	$(PYTHON) -m pytest -n 2 --maxschedchunk 60 --ignore tests/browser --ignore tests/chaos
	$(PYTHON) -m pytest tests/browser
	$(PYTHON) -m pytest tests/chaos

chaos: setup ## Vier Hubs veröffentlichen, während Prozesse sterben und Leitungen reißen (SEED=…, ORDERS=500)
	$(PYTHON) -m tests.chaos --orders $(ORDERS) $(if $(SEED),--seed $(SEED))

lint: ## Stil prüfen (ruff)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format: ## Stil herstellen (ruff)
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types: ## Typen prüfen (mypy)
	$(PYTHON) -m mypy $(SOURCES)

contracts: ## Stockwerke prüfen: Importe zeigen nur nach unten (import-linter)
	.venv/bin/lint-imports

migrations: ## Fehlende Migrationen melden
	DJANGO_SETTINGS_MODULE=hub.settings.test $(PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

messages: ## Übersetzungen aus den Quellen nachführen
	$(PYTHON) bin/messages update

bench: setup ## Kennzahlen messen, als Tabelle und JSON
	$(PYTHON) -m tests.load

lock: setup ## Versionen neu auflösen und festschreiben (Python und npm)
	@test -x .venv/bin/uv || $(PYTHON) -m pip install --quiet uv
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --quiet --extra embedded pyproject.toml -o requirements.txt
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --quiet --extra embedded --extra lsa --extra local -c requirements.txt pyproject.toml -o requirements-embedding.txt
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --quiet --extra embedded --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	npm install --package-lock-only --ignore-scripts

clean: ## Umgebung und Zwischenstände löschen (nicht den Stand des Demo-Netzes)
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
