"""The copy of somebody's data that they may take along (Art. 15 (3) and Art. 20 DSGVO)."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation

from hub.accounts.models import User
from hub.env import env
from hub.site.personal.records import RECORDS, collect_records

README = """Ihre Daten im Wissenshub {name}
Stand: {day:%d.%m.%Y, %H:%M} Uhr ({origin})

Diese Datei enthält, was dieser Wissenshub über Sie gespeichert hat
(Auskunft und Datenübertragbarkeit nach Art. 15 und 20 DSGVO).
daten.json ist eine Textdatei in UTF-8 und maschinenlesbar. Zeiten stehen in UTC.

Was wo steht
{parts}

Was nicht enthalten ist
  Kennwort, Schlüssel und Wiederherstellungscodes: Sie sind nur verschlüsselt oder als Prüfsumme
  gespeichert und würden in fremden Händen Ihr Konto gefährden.
  Die Inhalte der Seiten: Sie gehören der Kommune, für die Sie geschrieben haben.
  Namen anderer Personen: Über sie geben wir nur ihnen selbst Auskunft.

Wozu und wie lange
  Konto, Rollen und Einstellungen dienen der Mitarbeit im Wissenshub. Sie bleiben gespeichert, bis Sie
  das Konto löschen: {origin}/mein/loeschen/
  Andere Wissenshubs erfahren nur dann etwas über Sie, wenn Sie sich dort mit diesem Konto anmelden.

Ihre weiteren Rechte
  Berichtigung, Löschung, Einschränkung und Widerspruch (Art. 16 bis 18 und 21 DSGVO) sowie Beschwerde
  bei der Aufsichtsbehörde für den Datenschutz. Wer verantwortlich ist: {origin}/datenschutz/
"""


def write_json(user: User) -> str:
    """``daten.json``: indented, parts by name."""
    return json.dumps(collect_records(user), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n"


def write_readme(now: dt.datetime) -> str:
    """``LIESMICH.txt``: what stands where, what is left out and why, which rights there are."""
    with translation.override("de"):
        parts = "\n".join(f"  {record.name}: {record.words}" for record in RECORDS)
    return README.format(name=env.name, origin=env.origin, day=timezone.localtime(now), parts=parts)


def build_archive(user: User, now: dt.datetime) -> bytes:
    """A ZIP with ``daten.json`` and ``LIESMICH.txt``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("LIESMICH.txt", write_readme(now))
        archive.writestr("daten.json", write_json(user))
    return buffer.getvalue()
