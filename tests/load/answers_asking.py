"""Asks the mix of questions, beside the finished statements alone and a plain full-text query by any word."""

from __future__ import annotations

import sys
import time
from typing import Any

import psutil
from django.db import connection

from hub.documents import Viewer
from hub.env import env
from search.answers.pipeline import warm_up
from search.answers.service import answer_question
from tests.load.search_asking import ROUNDS, milliseconds
from tests.load.search_raw import Wire, recorded

PUBLIC = Viewer.anonymous()
FEWEST_FOUND = 0.6
"""Of the mix; fewer mean that the passages are not what is to be measured."""

SLOWEST = 5

MIX = (
    # Frequent words together, as most questions are made of.
    "Was kostet die Vergabe von Kitaplätzen?",
    "Wer prüft den Antrag auf Wohngeld?",
    "Welche Beschlüsse hat der Ausschuss zur Satzung gefasst?",
    "Wie viele Stunden spart die Verwaltung mit der Plattform?",
    "Wie lange dauerte die Umstellung des Registers?",
    "Wer trägt die Kosten der Einführung?",
    "Wann wurde die Beteiligung der Bürger beschlossen?",
    "Welche Frist gilt für die Genehmigung?",
    "Was war der größte Stolperstein beim Portal?",
    "Hat der Personalrat dem Konzept zugestimmt?",
    # Compounds, also taken apart, and seldom ones.
    "Welche Software verbindet Straßenbeleuchtung und Sensor?",
    "Wann wurde das Friedhofsgebührenportal eingeführt?",
    "Was kosten Starkregenkarten?",
    "Wie läuft die Vergabe von Plätzen in der Kita?",
    "Wie wird die Grundsteuerabrechnung veröffentlicht?",
    "Wer wartet die Ladesäulen und Sensoren?",
    # Names, numbers, one word.
    "Was kostet Komnis?",
    "Grundlage § 12 Absatz 3 mit der Satzung?",
    "Wohngeldantrag",
    "Kosten",
    # Misspelt, written otherwise, unknown.
    "Wer hat die Kitaplatzvergbae eingeführt?",
    "Gebuehren fuer die Strassenreinigung",
    "Sensorik für Parkraum",
    "Wer hat ein Xylophonorchester beschafft?",
)
"""Questions of the public over the wording of :mod:`tests.load.search_wording`, harder than people's:
its frequent words are in nearly half of all passages."""

NAIVE_TABLE = """
CREATE TABLE IF NOT EXISTS bench_naive AS
  SELECT id, to_tsvector('german', title || ' ' || heading || ' ' || text) AS terms
  FROM search_passage WHERE audience = 'public';
CREATE INDEX IF NOT EXISTS bench_naive_terms ON bench_naive USING gin (terms);
VACUUM ANALYZE bench_naive
"""
NAIVE = """
SELECT id FROM bench_naive,
  (SELECT replace(plainto_tsquery('german', %s)::text, '&', '|')::tsquery AS words) AS asked
WHERE terms @@ asked.words ORDER BY ts_rank_cd(terms, asked.words) DESC LIMIT 5
"""


def measure() -> dict[str, Any]:
    """Milliseconds of each call, of processor and of clock, and what memory this process takes."""
    with connection.cursor() as cursor:
        for statement in NAIVE_TABLE.split(";"):
            cursor.execute(statement)
    warm_up()
    times: dict[str, list[float]] = {"answer": [], "raw": [], "naive": [], "cpu": []}
    slow: list[tuple[float, str]] = []
    found = 0
    wire = Wire(env.database_url, "")
    for text in MIX:
        found += bool(answer_question(text, PUBLIC).citations)
        with recorded() as call:
            answer_question(text, PUBLIC)
        slowest = 0.0
        for _ in range(ROUNDS):
            began = time.process_time()
            took = milliseconds(lambda text=text: answer_question(text, PUBLIC))
            times["cpu"].append((time.process_time() - began) * 1000)
            times["answer"].append(took)
            times["raw"].append(milliseconds(lambda call=call: wire.ask_database(call)))
            times["naive"].append(milliseconds(lambda text=text: _ask_naively(text)))
            slowest = max(slowest, took)
        slow.append((slowest, text))
    for took, text in sorted(slow, reverse=True)[:SLOWEST]:
        print(f"  {took:8.1f} ms  {text}", file=sys.stderr)
    if found < FEWEST_FOUND * len(MIX):
        raise SystemExit(f"{found} of {len(MIX)} questions are answered")
    memory = psutil.Process().memory_full_info().pss
    return {**times, "memory": memory}


def _ask_naively(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NAIVE, [text])
        cursor.fetchall()
