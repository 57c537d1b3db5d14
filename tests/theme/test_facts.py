"""Every fact of a page has its own address, which passages about facts and costs lead to."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hub.documents import Case, Costs, CostShare
from search.answers.passages import case_facts
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
