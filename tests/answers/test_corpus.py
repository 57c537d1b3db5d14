"""What becomes a passage and what does not: documents of approved senders, never what is said about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from wagtail.models import Comment

from content.documentation.services import NewRelease, take_over
from content.services import open_section
from federation.models import Peer, Quarantined
from federation.peers import approve
from federation.quarantine import retry_quarantined
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Audience, Document, Statement, Text, Viewer
from search.answers.models import Passage
from search.answers.service import answer_question
from search.answers.verdicts import Verdict
from tests.content.documentation import pack
from tests.factories.messages import add_answer, add_request
from tests.factories.pages import add_module, add_report, add_section
from tests.factories.people import add_operator
from tests.search.catalogue import KOBLENZ, make_document, publish, section
from tests.wire.content import use_storage
from tests.wire.foreign import ForeignHub

pytestmark = pytest.mark.django_db

EVERYBODY = Viewer.local()
WORDING = "Die Stellplatzsatzung verlangt je Wohnung einen Stellplatz."
QUESTION = "Was verlangt die Stellplatzsatzung je Wohnung?"
TRIER = "07211000"


def passages() -> list[str]:
    """The titles of what has this wording, once all consumers have followed."""
    settle()
    run_consumers()
    held = Passage.objects.filter(text__contains="Stellplatzsatzung")
    assert [each.entry.title for each in answer_question(QUESTION, EVERYBODY).citations] == [
        passage.title for passage in held
    ]
    return [passage.title for passage in held]


# Who sends


@pytest.fixture
def koblenz() -> ForeignHub:
    return ForeignHub()


@pytest.fixture
def peer(koblenz: ForeignHub) -> Peer:
    return approve(koblenz.identity())


def report(hub: ForeignHub, *publishers: str) -> Document:
    wording = Text(title="Bauen", sections=(section("Verlauf", WORDING),))
    return hub.document(texts={"de": wording}, publishers=publishers)


@pytest.mark.usefixtures("peer")
def test_what_a_sender_never_approved_sends_is_no_passage(client: Client, koblenz: ForeignHub) -> None:
    stranger = ForeignHub("http://trier.localhost:8004", "trier")
    refused = stranger.push(client, stranger.publish(report(stranger, TRIER)))
    assert refused.status_code in {401, 403}
    assert passages() == []
    assert koblenz.push(client, koblenz.publish(report(koblenz, KOBLENZ))).status_code == 202
    assert passages() == ["Bauen"]


@pytest.mark.usefixtures("peer")
def test_what_is_in_quarantine_is_no_passage_until_it_may_be_shown(
    client: Client, koblenz: ForeignHub
) -> None:
    assert koblenz.push(client, koblenz.publish(report(koblenz, TRIER))).status_code == 202
    assert Quarantined.objects.count() == 1
    assert passages() == []
    assert retry_quarantined() == 0
    assert passages() == []
    approve(koblenz.identity(bodies=[KOBLENZ, TRIER]))
    assert retry_quarantined() == 1
    assert passages() == ["Bauen"]


# What is said about documents


@pytest.fixture
def about() -> CatalogueEntry:
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle."))
    return publish(make_document("Bauen", "Der Bericht zum Bau."))


@pytest.mark.parametrize("kind", ["check", "co_publication", "adoption"])
def test_statements_are_no_passages(about: CatalogueEntry, kind: str) -> None:
    fields: dict[str, Any] = {"case": None, "publishers": (KOBLENZ,), "summary": WORDING}
    said = Statement(about=about.object_id, note=WORDING)
    statement = publish(make_document("Aussage", WORDING, kind=kind, statement=said, **fields))
    assert passages() == []
    assert not Passage.objects.filter(object_id=statement.object_id).exists()
    publish(make_document("Bericht", WORDING, **fields))
    assert set(passages()) == {"Bericht"}


def test_messages_of_a_thread_are_no_passages(about: CatalogueEntry) -> None:
    before = set(Passage.objects.values_list("text", flat=True))
    add_answer(add_request(about, KOBLENZ, text=WORDING, role=WORDING), text=WORDING)
    publish(about.document)
    assert passages() == []
    assert set(Passage.objects.values_list("text", flat=True)) == before


def test_comments_of_editors_are_no_passages() -> None:
    town = add_section()
    open_section(town)
    page = add_report(town, "Parkraum")
    Comment.objects.create(page=page, user=add_operator(), text=WORDING, contentpath="goal")
    page.save_revision().publish()
    assert passages() == []
    assert Passage.objects.filter(title="Parkraum").exists()
    page.goal = [("paragraph", f"<p>{WORDING}</p>")]
    page.save_revision().publish()
    assert passages() == ["Parkraum"]


# Documentation of a building block


def test_a_chapter_of_documentation_answers_and_opens_at_its_section(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    use_storage(settings, tmp_path)
    publish(make_document("Radwege", "Das Geoportal zeigt Unfälle."))
    town = add_section()
    open_section(town)
    module = add_module(town, "Ratsantrag", module_type="contract", licence="CC-BY-4.0")
    files: dict[str, str | bytes] = {
        "README.md": "# Handbuch\n\nBeginnen Sie mit dem Einrichten.\n",
        "install.md": f"# Einrichten\n\nVorweg.\n\n## Stellplätze\n\n{WORDING}\n",
    }
    with translation.override("de"):
        release = NewRelease("1.3.0", timezone.localdate(), "Neu: Handbuch.")
        taken = take_over(module, None, pack(files), "docs.zip", release)
    assert passages() == []
    taken.revision.publish()
    assert passages() == ["Ratsantrag"]
    answer = answer_question(QUESTION, Viewer(audiences=frozenset({Audience.PUBLIC})))
    assert answer.verdict is Verdict.VERBATIM
    (citation,) = answer.citations
    passage = citation.passage
    assert (passage.text, passage.heading) == (WORDING, "Stellplätze")
    assert citation.url == f"{citation.entry.get_absolute_url()}#{passage.anchor}"
    assert f'id="{passage.anchor}"' in client.get(citation.url.partition("#")[0]).content.decode()
