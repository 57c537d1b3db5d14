"""The mix of queries that search is measured with, over the wording of :mod:`tests.load.search_wording`."""

from __future__ import annotations

from search.engines.base import Query, Sort

MIX = (
    # One word, frequent and rare, compounds, a short form, umlauts written out, a number.
    *(Query(text=text) for text in (
        "Vergabe", "Beratung", "Wohngeld", "Kitaplatzvergabe", "Sensor", "Satzungen", "OZG", "Gebuehren",
        "Straßenbeleuchtung", "§ 12", "Starkregenkarte", "Friedhofsgebühr",
    )),
    # Two words, also a compound taken apart.
    *(Query(text=text) for text in (
        "Antrag Wohngeld", "Vergabe von Kitaplätzen", "Sitzung Protokoll", "digitale Akte",
        "Kosten Straßenreinigung", "Ladesäulen Planung", "Haushalt Beschluss", "Daten Katalog",
    )),
    # Three and four words.
    *(Query(text=text) for text in (
        "Anmeldung Kita Warteliste", "elektronische Rechnung einführen Kosten", "Vertrag Wartung Software",
        "Beteiligung der Bürger Umfrage", "Auskunft Register Schnittstelle Dienst",
        "Genehmigung Bau Formular Frist",
    )),
    # Misspelt, and unknown.
    *(Query(text=text) for text in (
        "Kitaplatzvergbae", "Wohngelt Antrag", "Genemigung", "Xylophonorchester",
    )),
    # Filtered, sorted, further pages.
    Query(text="Vergabe", filters={"kind": ("case_report",)}),
    Query(text="Beratung", filters={"topics": ("ki", "open-data"), "maturity": ("operation",)}),
    Query(text="Satzung", filters={"kind": ("module", "motion"), "year": ("2024", "2025")}),
    Query(text="Sensor Messung", filters={"sizes": ("5000", "10000")}),
    Query(text="Software", filters={"costs": ("10000",), "licence": ("EUPL-1.2",)}),
    Query(text="Anmeldung", sort=Sort.NEWEST),
    Query(text="Bericht", page=5),
    # Without words: what the page shows first.
    Query(sort=Sort.NEWEST),
    Query(filters={"kind": ("case_report",), "topics": ("digitale-dienste",)}, sort=Sort.NEWEST),
    Query(filters={"sizes": ("1000",)}, sort=Sort.TITLE),
)  # fmt: skip
"""Forty queries of the public: words by falling frequency, as people filter and sort them."""


def name_of(query: Query) -> str:
    """How a query is told in the table."""
    filters = " ".join(f"{facet}={'|'.join(values)}" for facet, values in query.filters.items())
    return f"„{query.text}“ {filters} {query.sort.value if query.sort != Sort.RELEVANCE else ''}".strip()
