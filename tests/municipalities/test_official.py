"""The whole official directory, where it lies beside the project."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from hub.municipalities.facts import Stamp, default_population_date, facts_of
from hub.municipalities.gv100ad import read_directory
from hub.municipalities.models import Body

KIND = Body.Kind


@pytest.mark.django_db
def test_the_whole_of_rheinland_pfalz_is_imported(official):
    arguments = [str(official / "GV100AD_301123.txt")]
    arguments += ["--coordinates", str(official / "gemeinden_rlp_koordinaten.csv")]
    out = StringIO()
    call_command("import_municipalities", *arguments, stdout=out)
    assert {kind: Body.objects.filter(kind=kind).count() for kind in KIND} == {
        KIND.CITY: 12,
        KIND.TOWN: 118,
        KIND.MUNICIPALITY: 2171,
        KIND.VERBANDSGEMEINDE: 129,
        KIND.DISTRICT: 24,
        KIND.OTHER: 0,
    }
    assert not Body.objects.filter(pk="07000999").exists()
    assert Body.objects.get(pk="07315000").population == 220_552
    assert sum(Body.objects.filter(kind=KIND.DISTRICT).values_list("population", flat=True)) == 3_073_770
    without = set(Body.objects.filter(latitude=None).values_list("name", flat=True))
    assert without == {"Neitersen"}, "every district and Verbandsgemeinde has found its seat"
    again = StringIO()
    call_command("import_municipalities", *arguments, stdout=again)
    assert "Nichts geändert: 2454" in again.getvalue()


def test_the_whole_of_germany_is_read(official):
    directory = read_directory((official / "GV100AD_301123.txt").read_bytes())
    stamp = Stamp("", directory.as_of, default_population_date(directory.as_of))
    facts = facts_of(directory, set(directory.states), {}, stamp)
    kinds = [each.kind for each in facts]
    assert len(directory.states) == 16
    assert kinds.count(KIND.CITY) == 106
    assert kinds.count(KIND.DISTRICT) == 294
    municipalities = [each for each in facts if each.kind in (KIND.CITY, KIND.TOWN, KIND.MUNICIPALITY)]
    assert len(municipalities) == 10_773
    assert sum(each.population for each in municipalities) == 84_358_845 - 748 - 4_437, (
        "all but Lohheide and Osterheide"
    )
    assert max(len(each.name) for each in facts) <= 120
