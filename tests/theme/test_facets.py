from __future__ import annotations

from django.http import QueryDict

from theme.facets import active_options, build_facet

LABELS = {"ki": "KI", "recht": "Recht", "energie": "Energie"}


def test_options_stand_by_count_and_remember_the_choice() -> None:
    facet = build_facet(
        "thema", "Thema", {"recht": 2, "ki": 5}, LABELS, QueryDict("thema=recht&art=module&seite=3")
    )
    assert [(option.value, option.count, option.selected) for option in facet.options] == [
        ("ki", 5, False),
        ("recht", 2, True),
    ]


def test_removing_a_choice_keeps_the_others_and_starts_at_page_one() -> None:
    params = QueryDict("thema=recht&thema=ki&art=module&seite=3")
    facet = build_facet("thema", "Thema", {"recht": 2, "ki": 5}, LABELS, params)
    (_, first), _second = active_options([facet])
    assert first.value == "ki"
    assert dict(QueryDict(first.remove[1:]).lists()) == {"thema": ["recht"], "art": ["module"]}


def test_choice_without_results_stays_removable() -> None:
    facet = build_facet("thema", "Thema", {}, LABELS, QueryDict("thema=energie"))
    assert [(option.label, option.count) for option in facet.active] == [("Energie", 0)]


def test_unknown_code_is_shown_as_it_is() -> None:
    facet = build_facet("thema", "Thema", {"neues": 1}, LABELS, QueryDict())
    assert facet.options[0].label == "neues"


def test_order_of_labels_can_be_kept() -> None:
    facet = build_facet("thema", "Thema", {"energie": 9, "ki": 1}, LABELS, QueryDict(), keep_order=True)
    assert [option.value for option in facet.options] == ["ki", "energie"]
