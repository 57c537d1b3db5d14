"""What a focus group led to stands on its page once: as its results, not in its line as well."""

from __future__ import annotations

import pytest
from django.test import Client

from content.lineage import trace
from hub.documents import Viewer
from tests.content.test_lineage import add, titles
from tests.theme.entries import add_bodies

pytestmark = pytest.mark.django_db

PUBLIC = Viewer.anonymous()


def test_the_results_of_a_focus_group_are_left_to_its_page() -> None:
    add_bodies()
    session = add("Session", "session_note")
    report = add("Bericht")
    module = add("Baustein", "module", ("derived_from", report))
    group = add("Gruppe", "focus_group", ("derived_from", session), ("led_to", report))
    line = trace(group, PUBLIC)
    assert titles(line) == [["Session"], ["Gruppe"], ["Baustein"]]
    assert line.named == {session.object_id, module.object_id, report.object_id}
    assert titles(trace(report, PUBLIC)) == [["Session"], ["Gruppe"], ["Bericht"], ["Baustein"]]
    page = Client(headers={"accept-language": "de"}).get(group.get_absolute_url()).content.decode()
    assert page.count(">Bericht</a>") == 1
    assert '<a class="small" href="#ergebnisse">Ergebnisse</a>' in page


def test_a_focus_group_with_nothing_but_results_needs_no_line() -> None:
    add_bodies()
    group = add("Gruppe", "focus_group", ("led_to", add("Bericht")))
    line = trace(group, PUBLIC)
    assert not line
    assert line.stages == []
    assert 'href="#werdegang"' not in Client().get(group.get_absolute_url()).content.decode()
