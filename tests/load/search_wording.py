"""Made-up German wording of administrations: the same for the same seed, as varied as real collections.

A noun is drawn by Zipf's law, alone or behind one or two determining words, so that few words are
everywhere and most are nearly nowhere. A document has nouns of its own that return in it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

Item = TypeVar("Item")


def _words(text: str) -> list[str]:
    return text.split()


ARTICLES = {
    "die": ("die", "der", "der", "die"),
    "der": ("der", "des", "dem", "den"),
    "das": ("das", "des", "dem", "das"),
}
"""Nominative, genitive, dative and accusative, by the article a noun stands with."""

HEADS = """
die Vergabe Vergaben|der Antrag Anträge|das Verfahren Verfahren|die Verwaltung Verwaltungen
das Amt Ämter|der Platz Plätze|die Stelle Stellen|die Planung Planungen|die Prüfung Prüfungen
der Bescheid Bescheide|die Satzung Satzungen|das Portal Portale|die Plattform Plattformen
die Schnittstelle Schnittstellen|der Dienst Dienste|die Beratung Beratungen|das Konzept Konzepte
die Förderung Förderungen|das Projekt Projekte|der Bericht Berichte|die Beschaffung Beschaffungen
die Ausschreibung Ausschreibungen|der Vertrag Verträge|die Gebühr Gebühren|der Haushalt Haushalte
die Einführung Einführungen|die Schulung Schulungen|das Handbuch Handbücher|der Leitfaden Leitfäden
die Umstellung Umstellungen|das Register Register|das Verzeichnis Verzeichnisse|die Karte Karten
der Sensor Sensoren|die Messung Messungen|die Auswertung Auswertungen|das Modell Modelle
die Beteiligung Beteiligungen|die Sitzung Sitzungen|der Beschluss Beschlüsse|die Vorlage Vorlagen
der Ausschuss Ausschüsse|die Niederschrift Niederschriften|das Protokoll Protokolle
die Genehmigung Genehmigungen|der Nachweis Nachweise|die Auskunft Auskünfte|das Formular Formulare
die Anmeldung Anmeldungen|der Termin Termine|die Sprechstunde Sprechstunden|die Warteliste Wartelisten
die Reinigung Reinigungen|die Wartung Wartungen|der Betrieb Betriebe|die Störung Störungen
die Beleuchtung Beleuchtungen|die Sanierung Sanierungen|der Bedarf Bedarfe|die Kontrolle Kontrollen
die Software Programme|das Werkzeug Werkzeuge|die Datenbank Datenbanken|der Datensatz Datensätze
die Abrechnung Abrechnungen|die Rechnung Rechnungen|der Zuschuss Zuschüsse|das Entgelt Entgelte
die Vereinbarung Vereinbarungen|die Verordnung Verordnungen|das Gesetz Gesetze|die Frist Fristen
die Umfrage Umfragen|das Archiv Archive|die Akte Akten|der Katalog Kataloge|das Netz Netze
"""
DETERMINERS = """
Kita|Verwaltungs|Bürger|Wohngeld|Straßen|Schul|Bau|Abfall|Daten|Personal|Stadt|Gemeinde|Kreis|Verkehrs
Wasser|Energie|Klima|Umwelt|Gewerbe|Sozial|Jugend|Kultur|Sport|Friedhofs|Melde|Standesamts|Ausweis
Führerschein|Parkraum|Grundsteuer|Haushalts|Rechnungs|Beschaffungs|Vergabe|Ausschreibungs|Vertrags
Leistungs|Organisations|Digitalisierungs|Förder|Projekt|Prozess|Dokumenten|Akten|Archiv|Geo|Sensor
Hochwasser|Starkregen|Pegel|Beleuchtungs|Winterdienst|Grünflächen|Spielplatz|Baum|Bewässerungs
Mobilitäts|Radwege|Bus|Ladesäulen|Photovoltaik|Wärme|Heizungs|Gebäude|Liegenschafts|Feuerwehr
Katastrophenschutz|Gesundheits|Pflege|Senioren|Familien|Ferien|Bibliotheks|Museums|Volkshochschul
Tourismus|Markt|Veranstaltungs|Vereins|Ehrenamts|Beteiligungs|Umfrage|Mängel|Anliegen|Beschwerde
Postfach|Signatur|Identitäts|Zugangs|Passwort|Netzwerk|Server|Rechenzentrums|Telefon|Glasfaser|Schnittstellen
Rats|Sitzungs|Tagesordnungs|Fraktions|Wahl|Wahlhelfer|Bescheid|Widerspruchs|Widmungs|Erschließungs
Bebauungsplan|Flächennutzungsplan|Denkmal|Lärm|Luft|Boden|Altlasten|Versicherungs|Ausbildungs|Bewerbungs
"""
MIDDLES = "platz|daten|steuer|schutz|plan|dienst|service|management|system|stellen|kosten|kraft|wesen|fach"
ADJECTIVES = _words("""
digital neu gemeinsam landesweit kommunal barrierefrei offen sicher schnell einheitlich elektronisch
interkommunal verbindlich öffentlich zentral mobil automatisch schriftlich freiwillig jährlich regional
nachhaltig wirtschaftlich rechtssicher mehrsprachig
""")
VERBS = _words("""
eingeführt beschlossen erprobt ausgewertet beschafft geschult dokumentiert veröffentlicht geprüft
gefördert verlängert angepasst übernommen erweitert abgelehnt vereinbart gemessen gewartet umgestellt
abgestimmt ausgeschrieben vergeben beantragt bewilligt archiviert
""")
SENTENCES = (
    "{Nom} wurde im Jahr {year} {verb}.",
    "{Nom} {gen} wird seit {year} in {place} {verb}.",
    "Die Beschäftigten haben {acc} mit {dat} {verb}.",
    "Mit {dat} spart die Verwaltung rund {number} Stunden im Monat.",
    "Für {acc} sind einmalig {number} Euro und jährlich {small} Euro angefallen.",
    "In {place} hat der Rat {acc} {verb}, weil {nom} {gen} fehlte.",
    "Ohne {acc} wäre {nom} nicht zu schaffen gewesen.",
    "{Plural} und {plural} werden {adj} {verb}.",
    "Grundlage ist § {section} in Verbindung mit {dat}.",
    "Das Aktenzeichen lautet {file}, zuständig ist {nom}.",
    "Wichtig war, dass {nom} {adj} und {adj} {verb} wurde.",
    "Die Software {product} verbindet {acc} und {acc}.",
    "Wer {acc} sucht, findet {plural} auf der Seite {gen}.",
    "Nach {small} Wochen waren {plural} {verb}.",
    "Der größte Stolperstein war {nom}: {plural} mussten neu {verb} werden.",
    "Gemeinsam mit {place} und {place} entstand {nom} {gen}.",
    "Die Kosten {gen} tragen alle Kommunen nach Einwohnerzahl.",
    "{Nom} ist {adj}, {nom} bleibt {adj}.",
    "Beim Umstieg auf {product} halfen {plural} aus {place}.",
    "Der Datenschutz hat {acc} geprüft, der Personalrat hat zugestimmt.",
)
ENGLISH = (
    "The town of {place} introduced a shared service for permits in {year}.",
    "Staff save about {small} hours every month with {product}.",
    "The licence allows every municipality to reuse the source code.",
    "Open data and sensors help to plan roads, schools and energy in {place}.",
    "The council decided on {number} euros for the first year.",
)
SYLLABLES = _words("""
al ber bach dorf ein fel gras hoch ill kirch lan mar nor ober pir rau sten tal ul wei zell
""")
ENDINGS = _words("""
heim bach dorf feld hausen ingen kirchen münster rath stadt thal weiler
""")
PRODUCTS = _words("""
Kom Ver Bür Ad Geo Reg Sen Dok Net Pro Fin Plan
""")
PRODUCT_ENDINGS = _words("""
nis tex via ra lo mat cus dox ia one base gov
""")


PLACES = 2_400
OWN_NOUNS = 10
OWN_SHARE = 0.4
COMPOUNDS = 0.6
LONG_COMPOUNDS = 0.2
"""Shares of the nouns that are a document's own, that are compounds, that are of three words."""

NOUN_SLOTS = frozenset({"Nom", "nom", "gen", "dat", "acc", "Plural", "plural"})
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Noun:
    """A noun with its article (``der``, ``die`` or ``das``)."""

    article: str
    word: str
    plural: str

    @property
    def genitive(self) -> str:
        if self.article == "die":
            return self.word
        return self.word + ("es" if self.word.endswith(("s", "z", "ß", "x")) else "s")

    def behind(self, determiner: str) -> Noun:
        """The compound of a determining word and this one."""
        return Noun(self.article, determiner + self.word.lower(), determiner + self.plural.lower())


class Zipf(Generic[Item]):
    """Draws items, the first most often, by their rank (Mandelbrot's variant)."""

    def __init__(self, items: Sequence[Item], exponent: float = 1.0) -> None:
        self._items = items
        self._weights = list(accumulate(1 / (rank + 2.7) ** exponent for rank in range(len(items))))

    def draw(self, chance: random.Random) -> Item:
        return chance.choices(self._items, cum_weights=self._weights)[0]


def _read_nouns() -> list[Noun]:
    lines = HEADS.replace("\n", "|").split("|")
    return [Noun(*line.split()) for line in lines if line]


def place_name(number: int) -> str:
    """The name of a made-up place; no two numbers below 5,000 share one."""
    number, ending = divmod(number, len(ENDINGS))
    number, second = divmod(number, len(SYLLABLES))
    first = SYLLABLES[(number + 7 * second) % len(SYLLABLES)]
    return (first + SYLLABLES[second] + ENDINGS[ending]).capitalize()


class Writer:
    """Writes wordings; two of the same seed write the same."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self._nouns = Zipf(_read_nouns(), 0.8)
        self._determiners = Zipf(DETERMINERS.strip().replace("\n", "|").split("|"), 0.9)
        self._middles = MIDDLES.split("|")
        self._places = Zipf([place_name(number) for number in range(PLACES)], 1.0)
        self._sentences = [_SLOT.split(sentence) for sentence in SENTENCES]
        self._english = [_SLOT.split(sentence) for sentence in ENGLISH]
        self._own: list[Noun] = []

    def begin(self) -> None:
        """Begin a document: it gets nouns of its own."""
        self._own = [self._draw_noun() for _ in range(OWN_NOUNS)]

    def title(self) -> str:
        """„Kitaplatzvergabe in Albachheim: digitale Anmeldung“, of the document's own nouns."""
        first, second = self._own[:2]
        kind = self.chance.randrange(4)
        place = self._places.draw(self.chance)
        if kind == 0:
            return f"{first.word} in {place}"
        if kind == 1:
            return f"{first.word} und {second.word}"
        adjective = self.chance.choice(ADJECTIVES).capitalize()
        return f"{adjective}e {first.plural}" + (f" mit {second.word} in {place}" if kind == 2 else "")

    def sentence(self) -> str:
        """A German sentence."""
        return self._fill(self.chance.choice(self._sentences))

    def english(self) -> str:
        """An English sentence."""
        return self._fill(self.chance.choice(self._english))

    def paragraph(self) -> str:
        """Two to six sentences."""
        return " ".join(self.sentence() for _ in range(self.chance.randint(2, 6)))

    def length(self) -> int:
        """The number of paragraphs of a document: eight in the middle, seldom more than forty."""
        return min(80, max(1, round(self.chance.lognormvariate(2.1, 0.7))))

    def _fill(self, pieces: list[str]) -> str:
        """``pieces`` are literal text and names of slots by turns."""
        return "".join(self._slot(piece) if number % 2 else piece for number, piece in enumerate(pieces))

    def _slot(self, name: str) -> str:
        if name in NOUN_SLOTS:
            return self._phrase(name)
        chance = self.chance
        match name:
            case "verb":
                word = chance.choice(VERBS)
            case "adj":
                word = chance.choice(ADJECTIVES)
            case "place":
                word = self._places.draw(chance)
            case "year":
                word = str(chance.randint(2014, 2026))
            case "number":
                word = f"{chance.randint(1, 400) * 500:,}".replace(",", ".")
            case "small":
                word = str(chance.randint(2, 90))
            case "section":
                word = f"{chance.randint(1, 120)} Absatz {chance.randint(1, 5)}"
            case "file":
                word = f"{chance.randint(10, 99)}-{chance.randint(1, 40)}/{chance.randint(1, 9999)}"
            case _:
                word = product_name(chance.randrange(len(PRODUCTS) * len(PRODUCT_ENDINGS)))
        return word

    def _phrase(self, name: str) -> str:
        noun = self.chance.choice(self._own) if self.chance.random() < OWN_SHARE else self._draw_noun()
        nominative, genitive, dative, accusative = ARTICLES[noun.article]
        phrases = {
            "Nom": f"{nominative.capitalize()} {noun.word}",
            "nom": f"{nominative} {noun.word}",
            "gen": f"{genitive} {noun.genitive}",
            "dat": f"{dative} {noun.word}",
            "acc": f"{accusative} {noun.word}",
        }
        return phrases.get(name, noun.plural)

    def _draw_noun(self) -> Noun:
        noun = self._nouns.draw(self.chance)
        dice = self.chance.random()
        if dice > COMPOUNDS:
            return noun
        if dice < LONG_COMPOUNDS:
            noun = noun.behind(self.chance.choice(self._middles).capitalize())
        return noun.behind(self._determiners.draw(self.chance))


def product_name(number: int) -> str:
    """The name of a made-up software."""
    first, ending = divmod(number, len(PRODUCT_ENDINGS))
    return PRODUCTS[first] + PRODUCT_ENDINGS[ending]
