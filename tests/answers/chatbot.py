"""A report of another hub that answers one question, for tests of every way to ask it."""

from __future__ import annotations

from hub.catalogue.models import CatalogueEntry
from hub.documents import Contact
from hub.municipalities.models import Body
from tests.search.catalogue import KOBLENZ, MAINZ, make_document, publish, section

WORDING = "Der Chatbot wurde nach sieben Monaten abgeschaltet, weil die Fehlerquote zu hoch war."
INNER = "Das Geheimregister beginnt im Mai mit 4711 Einträgen."
QUESTION = "Warum wurde der Chatbot abgeschaltet?"


def publish_report(wording: str = WORDING) -> CatalogueEntry:
    """The report of Koblenz, beside a body of this hub."""
    for key, name in ((KOBLENZ, "Koblenz"), (MAINZ, "Mainz")):
        Body.objects.update_or_create(key=key, defaults={"name": name, "kind": "city"})
    report = make_document(
        "Chatbot im Bürgerservice",
        sections=(section("Stolpersteine", wording, anchor="stolpersteine"),),
        origin="http://koblenz.example",
        publishers=(KOBLENZ,),
        topics=("ki",),
        contact=Contact(role="Servicecenter", email="service@koblenz.demo.invalid"),
    )
    return publish(report, source="koblenz")
