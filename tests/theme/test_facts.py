"""Every fact of a page has its own address, which passages about facts and costs lead to."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hub.documents import Case, Costs, CostShare
from search.answers.case_facts import case_facts
from search.answers.kind_facts import kind_facts
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document

pytestmark = pytest.mark.django_db

KOBLENZ_HUB = "http://koblenz.localhost:8002"


def test_a_passage_about_facts_opens_at_its_line() -> None:
    add_bodies()
    names = (
        "interfaces",
        "skills",
        "legal_basis",
        "dpia",
        "processor_contract",
        "works_council",
        "procurement",
    )
    document = make_document(
        origin=KOBLENZ_HUB,
        case=Case(**{name: f"Wortlaut {name}" for name in names}),
        costs=Costs(note="Wortlaut Kosten", shares=(CostShare(body=KOBLENZ, yearly_eur=1),)),
    )
    entry = add_entry(document, source="koblenz")
    page = Client().get(entry.get_absolute_url()).content.decode()
    facts = list(case_facts(document, "de"))
    assert len(facts) == len(names) + 1
    for anchor, _heading, wording in facts:
        line = re.search(rf'id="{anchor}">(.*?)</div>', page, re.DOTALL)
        assert line is not None, anchor
        assert wording in line[1]


FACTS: dict[str, dict[str, object]] = {
    "module": {"module": {"licence": "EUPL-1.2", "requirements": "PostgreSQL 17"}},
    "dataset": {
        "dataset": {
            "licence": "DL-DE-BY-2.0",
            "frequency": "quarterly",
            "modified": "2026-08-31",
            "area": "Stadtgebiet Koblenz",
            "distributions": [{"format": "CSV", "url": "https://daten.koblenz.example/x.csv"}],
        }
    },
    "indicator": {
        "indicator": {
            "unit": "Prozent",
            "formula": "Online gestellte durch alle Anträge",
            "source": "Fachverfahren",
            "measurements": [{"period": "2026-Q2", "value": "36.7"}, {"period": "2026-Q3", "value": "38.1"}],
        }
    },
    "training": {
        "training": {
            "target_group": "Beschäftigte ohne Vorkenntnisse",
            "prerequisites": "ein Dienstkonto",
            "step_minutes": [90, 60],
        }
    },
    "motion": {
        "motion": {
            "result": "einstimmig beschlossen",
            "decided": "2026-05-28",
            "committee": "Hauptausschuss",
            "licence": "CC0-1.0",
        }
    },
    "focus_group": {
        "group": {"seats": [{"body": KOBLENZ, "role": "Ratsbüro"}], "rhythm": "alle sechs Wochen"}
    },
}


@pytest.mark.parametrize("kind", FACTS)
def test_every_fact_that_can_be_quoted_has_its_line_on_the_page(kind: str) -> None:
    add_bodies()
    document = make_document(origin=KOBLENZ_HUB, kind=kind, case=None, costs=None, **FACTS[kind])
    facts = list(kind_facts(document, "de", {KOBLENZ: "Koblenz"}))
    assert facts
    page = Client().get(add_entry(document, source="koblenz").get_absolute_url()).content.decode()
    for anchor, _heading, _wording in facts:
        assert f'id="{anchor}"' in page


def test_without_a_vote_and_without_values_facts_lead_to_the_lines_there_are() -> None:
    add_bodies()
    motion = {"motion": {"decided": "2026-05-28"}}
    indicator = {"indicator": {"unit": "Prozent"}}
    for kind, fields, anchor in (("motion", motion, "fakt-decided"), ("indicator", indicator, "fakt-unit")):
        document = make_document(origin=KOBLENZ_HUB, kind=kind, case=None, costs=None, **fields)
        assert [line[0] for line in kind_facts(document, "de", {})] == [anchor]
        page = Client().get(add_entry(document, source="koblenz").get_absolute_url()).content.decode()
        assert f'id="{anchor}"' in page


def test_facts_on_a_page_in_another_language_say_which_they_are_written_in() -> None:
    add_bodies()
    german = make_document().texts["de"]
    document = make_document(
        origin=KOBLENZ_HUB,
        texts={"de": german, "en": german.model_copy(update={"title": "Parking sensors"})},
        case=Case(legal_basis="§ 24 SGB VIII", started="2026-01-01"),
    )
    address = add_entry(document, source="koblenz").get_absolute_url()
    page = Client(headers={"accept-language": "en"}).get(f"{address}?sprache=en").content.decode()
    assert '<h1 lang="en">' in page
    assert '<dd lang="de">§ 24 SGB VIII</dd>' in page
    assert '<span lang="de">Verkehrsplanung</span>' in page
    assert "<dd>January 2026</dd>" in page, "the page's own wording"
    assert '<dd class="unknown">unknown</dd>' in page


@pytest.mark.parametrize("part", ["dataset", "motion", "module"])
def test_a_file_names_the_licence_of_its_document(part: str) -> None:
    add_bodies()
    file = {"url": f"{KOBLENZ_HUB}/x", "name": "vorlage.odt", "media_type": "text/plain", "size": 8}
    document = make_document(
        origin=KOBLENZ_HUB,
        kind=part,
        case=None,
        attachments=[file | {"digest": "sha256:" + "0" * 64}],
        **{part: {"licence": "CC0-1.0"}},
    )
    page = Client().get(add_entry(document, source="koblenz").get_absolute_url()).content.decode()
    assert re.search(r'<span class="file-line">vorlage\.odt · 8.B · CC0-1\.0</span>', page)


def test_slides_and_captions_stand_in_their_own_place_alone() -> None:
    add_bodies()
    digests = ["sha256:" + digit * 64 for digit in "123"]
    files = [
        {"url": f"{KOBLENZ_HUB}/{n}", "name": f"{n}.pdf", "media_type": "a/b", "size": 8, "digest": digest}
        for n, digest in enumerate(digests)
    ]
    document = make_document(
        origin=KOBLENZ_HUB,
        kind="format",
        case=None,
        attachments=files,
        recording={"slides": digests[0], "captions": digests[1]},
    )
    page = Client().get(add_entry(document, source="koblenz").get_absolute_url()).content.decode()
    listed = page[page.index('id="dateien"') :]
    assert "2.pdf" in listed
    assert "0.pdf" not in listed
    assert "1.pdf" not in listed
    for digest in digests[:2]:
        assert page.count(f"<code>{digest[7:]}</code>") == 1


def test_the_contents_name_every_section_that_follows_the_text() -> None:
    add_bodies()
    document = make_document(origin=KOBLENZ_HUB, kind="module", case=None)
    entry = add_entry(document, source="koblenz")
    report = make_document(origin=KOBLENZ_HUB, relations=({"type": "uses", "target": document.id},))
    add_entry(report, source="koblenz")
    page = Client().get(entry.get_absolute_url()).content.decode()
    contents = re.search(r'<nav class="doc-toc".*?</nav>', page, re.DOTALL)
    assert contents is not None
    anchors = re.findall(r'href="#([^"]+)"', contents[0])
    assert anchors == [
        "auf-einen-blick", "ziel", "nachnutzung", "werdegang", "kommunen-wie-meine", "mitnehmen", "rahmen",
    ]  # fmt: skip
    for anchor in anchors:
        assert f'id="{anchor}"' in page


def test_the_contents_of_a_news_item_name_nothing_that_is_not_there() -> None:
    add_bodies()
    document = make_document(origin=KOBLENZ_HUB, kind="news", case=None, costs=None)
    page = Client().get(add_entry(document, source="koblenz").get_absolute_url()).content.decode()
    contents = re.search(r'<nav class="doc-toc".*?</nav>', page, re.DOTALL)
    assert contents is not None
    for anchor in re.findall(r'href="#([^"]+)"', contents[0]):
        assert f'id="{anchor}"' in page


@pytest.mark.parametrize("kind", ["case_report", "module", "event", "body"])
def test_no_id_stands_twice_on_a_page_and_every_fact_has_one(kind: str) -> None:
    add_bodies()
    event = {"starts": "2027-01-01T10:00:00Z", "ends": "2027-01-01T12:00:00Z"}
    document = make_document(
        origin=KOBLENZ_HUB, kind=kind, module={"version": "1"}, event=event, costs=Costs(note="x")
    )
    page = Client().get(add_entry(document, source="koblenz").get_absolute_url()).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    facts = re.search(r'<dl class="facts">(.*?)</dl>', page, re.DOTALL)
    assert facts is not None
    assert len(re.findall("<div", facts[1])) == len(re.findall(r'<div id="fakt-[a-z-]+">', facts[1])) > 3
