"""Cases of German: what must find which text, and what must not although it looks alike.

Each case is ``(query, text)``. The analyser alone and both engines are tried with all of them. What an
item of the list is about stands as the name of its group.
"""

from __future__ import annotations

Cases = tuple[tuple[str, str], ...]

INFLECTION: Cases = (
    ("Kommune", "in allen Kommunen des Landes"),
    ("Kommunen", "die Kommune"),
    ("Leistung", "Leistungen für Familien"),
    ("Satzungen", "nach der Satzung"),
    ("Bauantrag", "zwei Bauanträge"),
    ("Bauanträgen", "des Bauantrags"),
    ("Haus", "in den Häusern der Altstadt"),
    ("Städte", "die Stadt"),
    ("Ausschuss", "die Ausschüsse tagen"),
    ("Vertrag", "die Laufzeit des Vertrages"),
    ("Gremium", "Beratung in den Gremien"),
    ("Gremien", "das Gremium tagt"),
    ("Museum", "drei Museen"),
    ("Risiko", "die Risiken der Umstellung"),
    ("Ministerien", "Erlass des Ministeriums"),
    ("Kriterium", "nach diesen Kriterien"),
    ("Kitas", "eine Kita"),
    ("Workshops", "ein Workshop"),
    ("digitale Akte", "mit digitalen Akten"),
    ("öffentliche Plätze", "auf öffentlichen Plätzen"),
    ("Digitalisierung", "wir digitalisieren den Bestand"),
    ("digitalisierte Akten", "die Digitalisierung der Akten"),
    ("geprüft", "die Fachabteilung prüft"),
    ("beschließen", "wurde im Mai beschlossen"),
)

PEOPLE: Cases = (
    ("Bürgerinnen", "alle Bürger:innen"),
    ("Bürger", "Bürger*innen fragen"),
    ("Bürgers", "mit Bürgern sprechen"),
    ("Bürgerbeteiligung", "die Beteiligung der Bürgerinnen und Bürger"),
    ("Mitarbeiter", "die Mitarbeiter_innen"),
    ("Mitarbeiterin", "Mitarbeiter/innen"),
    ("Bürgermeister", "die Bürgermeisterin"),
    ("Referent", "zwei Referentinnen"),
    ("Dezernentin", "der Dezernent"),
    ("Mitarbeitende", "alle Mitarbeiter"),
    ("Nutzer", "für NutzerInnen"),
)

COMPOUNDS: Cases = (
    ("Kitaplatzvergabe", "die Vergabe von Kitaplätzen"),
    ("Vergabe von Kitaplätzen", "Kitaplatzvergabe"),
    ("Kitaplätze vergeben", "die Kitaplatzvergabe"),
    ("Kitaplatzvergabe", "Kitaplätze werden zentral vergeben"),
    ("Kindertagesstättenplatz", "ein Platz in der Kita"),
    ("Bauantrag", "einen Antrag für den Bau"),
    ("Wohngeld", "der Wohngeldantrag"),
    ("Wohngeldantrag", "Antrag auf Wohngeld"),
    ("Antragsteller", "wer den Antrag stellt: die Antragstellerin"),
    ("Personalausweis beantragen", "der Antrag auf einen Personalausweis"),
    ("Haushalt", "die Haushaltssatzung"),
    ("Haushaltssatzung", "die Satzung für den Haushalt"),
    ("Beleuchtung von Straßen", "die Straßenbeleuchtung"),
    ("Straßenbeleuchtung", "Beleuchtung der Straßen"),
    ("Flächennutzungsplan", "der Plan zur Nutzung der Flächen"),
    ("Gewerbeanmeldung", "die Anmeldung eines Gewerbes"),
    ("Hundesteuer", "die Steuer für Hunde"),
    ("Terminvergabe", "die Vergabe von Terminen"),
    ("Rechnungseingang", "Eingang der Rechnungen"),
    ("Wärmeplanung", "Planung der Wärme"),
    ("Parkraumsensoren", "Sensoren im Parkraum"),
    ("Sensorik", "die Parkraumsensorik"),
    ("Jugendbeteiligung", "Beteiligung der Jugend"),
    ("Verwaltungsmitarbeiter", "die Mitarbeiter der Verwaltung"),
    ("Ratsinformation", "Informationen des Rates"),
    ("Bauausschuss", "der Bau- und Umweltausschuss"),
    ("Umweltausschuss", "der Bau- und Umweltausschuss"),
    ("Posteingang", "die Posteingangsklassifikation"),
    ("Gremienarbeit", "die Arbeit im Gremium"),
)

SPELLING: Cases = (
    ("Buergerbuero", "das Bürgerbüro"),
    ("Bürgerbüro", "das Buergerbuero"),
    ("BÜRGERBÜROS", "ein Bürgerbüro"),
    ("Strasse", "die Straße"),
    ("Straßen", "die Strassen"),
    ("Massnahmen", "eine Maßnahme"),
    ("Haeuser", "ein Haus"),
    ("oeffentlich", "öffentliche Sitzung"),
    ("Gebuehr", "die Gebühren"),
    ("Ver\u00adwal\u00adtung", "die Verwaltung"),
    ("Bu\u0308rgerbu\u0308ro", "Bürgerbüro"),
    ("ﬁnanzen", "die Finanzen"),
    ("Kita-\u200bplatz", "ein Kitaplatz"),
)

HYPHENS: Cases = (
    ("E-Akte", "die eAkte"),
    ("eAkte", "die E-Akte"),
    ("E Akte", "Einführung der E-Akte"),
    ("E-Akte", "die E Akte im Bauamt"),
    ("E-Rechnungen", "eine E-Rechnung"),
    ("Open Data", "das Open-Data-Portal"),
    ("Open-Data-Portal", "ein Portal für Open Data"),
    ("Opendata", "offene Daten"),
    ("Kita-Platz-Vergabe", "die Kitaplatzvergabe"),
    ("Kitaplatzvergabe", "Kita-Platz-Vergabe"),
    ("KI Chatbot", "der KI-Chatbot"),
    ("KI-Chatbot", "ein Chatbot mit KI"),
    ("OZG-Umsetzung", "die Umsetzung des OZG"),
    ("Smart-City-Projekt", "Projekt zur Smart City"),
    ("IT\u2011Sicherheit", "die IT-Sicherheit"),
    ("ISO 27001", "nach ISO-27001"),
    ("ISO27001", "nach ISO 27001"),
    ("DIN 66398", "nach DIN66398"),
)

ABBREVIATIONS: Cases = (
    ("OZG", "nach dem Onlinezugangsgesetz"),
    ("Onlinezugangsgesetzes", "die OZG-Leistungen"),
    ("RIS", "ein Ratsinformationssystem"),
    ("Ratsinformationssystem", "das RIS der Stadt"),
    ("DMS", "die E-Akte"),
    ("Dokumentenmanagement", "ein DMS"),
    ("elektronische Akte", "ein DMS"),
    ("AGS", "der amtliche Gemeindeschlüssel"),
    ("Gemeindeschlüssel", "mit AGS und Namen"),
    ("Amtlicher Gemeindeschlüssel", "AGS"),
    ("ARS", "der Regionalschlüssel"),
    ("KI", "Künstliche Intelligenz"),
    ("künstlicher Intelligenz", "KI-gestützte Triage"),
    ("DSGVO", "die Datenschutz-Grundverordnung"),
    ("DSFA", "eine Datenschutz-Folgenabschätzung"),
    ("AVV", "ein Vertrag zur Auftragsverarbeitung"),
    ("Vertrag zur Auftragsverarbeitung", "der AV-Vertrag"),
    ("B-Plan", "der Bebauungsplan"),
    ("Bebauungsplan", "im B-Plan"),
    ("FNP", "der Flächennutzungsplan"),
    ("BauGB", "das Baugesetzbuch"),
    ("GemO", "nach der Gemeindeordnung"),
    ("VwVfG", "das Verwaltungsverfahrensgesetz"),
    ("UVgO", "die Unterschwellenvergabeordnung"),
    ("BSI", "das Bundesamt für Sicherheit in der Informationstechnik"),
    ("ÖPNV", "der Nahverkehr"),
    ("VHS", "die Volkshochschule"),
    ("LV", "das Leistungsverzeichnis"),
    ("Kfz-Zulassung", "die Zulassung von Kraftfahrzeugen"),
    ("Kita", "eine Kindertagesstätte"),
    ("Kindertagesstätte", "die Kitaplatzvergabe"),
    ("MFA", "die Zwei-Faktor-Authentifizierung"),
    ("Passwort und zweiter Faktor", "das Passwort und die MFA"),
)

SYNONYMS: Cases = (
    ("KI-Chatbot", "Chatbot mit Künstlicher Intelligenz"),
    ("Parkraum Sensoren", "die Parkraumsensorik"),
    ("Parksensoren", "die Parkraumsensorik"),
    ("Straßenlampen", "die Straßenbeleuchtung"),
    ("Straßenlaternen", "adaptive Leuchten"),
    ("KI-VO", "nach dem AI Act"),
    ("AI Act", "die KI-Verordnung"),
    ("ChatGPT", "ein Sprachmodell"),
    ("KI-Assistenten", "mit ChatGPT"),
    ("Personaldaten", "in Personalakten"),
    ("Nachbargemeinden", "interkommunale Vereinbarung"),
    ("IKZ", "mit der Nachbarkommune"),
    ("Müllabfuhr", "die Entsorgung: Abfallentsorgung"),
    ("Mülltonne", "eine Abfalltonne"),
    ("Handy", "auf dem Smartphone"),
    ("Hackerangriff", "nach dem Cyberangriff"),
)

IDENTIFIERS: Cases = (
    ("§ 24", "nach §24 Abs. 2 SGB VIII"),
    ("§24", "nach § 24 SGB VIII"),
    ("§31a", "ein Erlass nach § 31a SGB X"),
    ("§ 12 a", "nach § 12a"),
    ("Paragraph 34", "ein Vorhaben nach § 34 BauGB"),
    ("§ 34", "ein Vorhaben nach Paragraf 34"),
    ("§ 25", "nach den §§ 23, 24 und 25"),
    ("Art. 6 DSGVO", "nach Artikel 6 DSGVO"),
    ("61.2-1234/25", "Aktenzeichen 61.2-1234/25"),
    ("61.2/1234-25", "Aktenzeichen 61.2-1234/25"),
    ("1234/25", "Aktenzeichen 61.2-1234/25"),
    ("BV/0123/2024", "Beschlussvorlage BV/0123/2024"),
    ("0123/2024", "Beschlussvorlage BV/0123/2024"),
    ("12000 Euro", "12.000 Euro"),
    ("07111000", "mit dem Schlüssel 07111000"),
)

FOUND: dict[str, Cases] = {
    "inflection": INFLECTION,
    "people": PEOPLE,
    "compounds": COMPOUNDS,
    "spelling": SPELLING,
    "hyphens": HYPHENS,
    "abbreviations": ABBREVIATIONS,
    "synonyms": SYNONYMS,
    "identifiers": IDENTIFIERS,
}

NEAR_MISSES: Cases = (
    ("Kommune", "die Kommunikation"),
    ("Haus", "der Haushalt"),
    ("Amt", "insgesamt drei"),
    ("Rat", "die Beratung"),
    ("Eltern", "die doppelten Zusagen"),
    ("Stadt", "sondern es findet statt"),
    ("neu", "neun Monate"),
    ("Bürger", "auf der Burg"),
    ("Bau", "der Bauer"),
    ("Fest", "das festgelegte Ziel"),
    ("Tier", "das Programm formatiert"),
    ("Wand", "der Aufwand"),
    ("Ort", "die Antwort"),
    ("Kitaplatzvergabe", "die Vergabe von Bauplätzen"),
    ("Kitaplatzvergabe", "ein Kitaplatz"),
    ("Bauantrag", "Der Antrag galt nicht dem Weg, sondern dem Bau"),
    ("Hundesteuer", "die Gewerbesteuer"),
    ("künstliche Intelligenz", "künstliche Blumen und etwas Intelligenz"),
    ("OZG", "das Ozonloch"),
    ("RIS", "ein Riss im Putz"),
    ("AGS", "der Landkreis"),
    ("§ 24", "nach § 25"),
    ("§ 24", "in 24 Stunden"),
    ("§ 24", "nach § 24a"),
    ("24 Stunden", "nach § 24 in zwei Stunden"),
    ("Art. 6 DSGVO", "nach Art. 9 DSGVO"),
    ("Art. 6", "nach § 6"),
    ("61.2-1234/25", "Aktenzeichen 61.2-1234/26"),
    ("61.2-1234/25", "Aktenzeichen 61.3-1234/25"),
    ("1234/25", "Aktenzeichen 25/1234"),
    ("BV/0123/2024", "Beschlussvorlage BV/0124/2024"),
    ("ISO 27001", "nach ISO 27002"),
    ("12.000 Euro", "120.000 Euro"),
    ("07111000", "mit dem Schlüssel 07211000"),
    ("und oder", "und oder"),
)

NO_PARTS: Cases = (
    ("Hafen", "in Ludwigshafen"),
    ("Essen", "Sensoren messen"),
    ("Ende", "die Studierenden"),
    ("Lage", "wurde vorgeschlagen"),
    ("Haft", "die Bauherrschaft"),
)
"""Endings that the analyser does not take for words. Engines may, where the corpus suggests it."""

TYPOS: Cases = (
    ("Straßenbelechtung", "die Straßenbeleuchtung wird erneuert"),
    ("Strassenbelleuchtung", "die Straßenbeleuchtung wird erneuert"),
    ("Digitalisirung", "die Digitalisierung der Verwaltung"),
    ("Verwatlung", "die Verwaltung"),
    ("Haushaltssazung", "die Haushaltssatzung"),
    ("Breitbandausbua", "der Breitbandausbau"),
    ("Bebaungsplan", "der Bebauungsplan"),
    ("Kindertagesstäte", "eine Kindertagesstätte"),
)
"""Long words with one or two mistakes. Only engines correct them: by the words of the corpus."""

UNCORRECTED: Cases = (
    ("OZH", "nach dem OZG"),
    ("RUS", "das RIS der Stadt"),
    ("61.2-1235/25", "Aktenzeichen 61.2-1234/25"),
    ("§ 43", "nach § 34"),
)
"""Short words and identifiers: another one is meant, not this one mistyped."""

UNKNOWN_WORDS: Cases = (
    ("Quarzsandfilter", "ein Quarzsandfilter"),
    ("Zwölfpfünder", "das Zwölfpfündermuseum"),
    ("Pegelfunk", "der Moselpegelfunk"),
)
"""Words that no lexicon has: the corpus itself says what they are part of."""
