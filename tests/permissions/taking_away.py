"""Trying to take documents away: in other forms, and in a collection."""

from __future__ import annotations

from hub.site.collecting.models import PrintedCollection
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World


@probe("in anderer Form laden")
def load_form(world: World, caller: str, case: Case) -> str:
    """As Markdown and as data; a PDF is printed of reports alone, which takes longer."""
    item, client = world.item(case), world.people[caller]
    outcomes = set()
    for form in ("md", "json", "pdf") if case.kind == "Bericht" else ("md", "json"):
        response = client.get(f"{item.url.rstrip('/')}.{form}")
        if refused := refusal(response):
            assert item.word.encode() not in response.content, "the refusal itself names it"
            outcomes.add(refused)
        else:
            outcomes.add(granted(really=form == "pdf" or item.word.encode() in response.content))
    assert len(outcomes) == 1, outcomes
    return outcomes.pop()


@probe("zitieren")
def cite(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    response = world.people[caller].get(f"/id/{item.uuid}.ris")
    if refused := refusal(response):
        assert item.word.encode() not in response.content, "the refusal itself names it"
        return refused
    return granted(really=item.word.encode() in response.content)


@probe("in die Sammlung aufnehmen")
def collect(world: World, caller: str, case: Case) -> str:
    item, client = world.item(case), world.people[caller]
    response = client.post(f"/sammlung/{item.uuid}/aufnehmen/")
    page = client.client.get("/sammlung/").content.decode()  # with the session that guests have only now
    if refused := refusal(response):
        assert item.word not in page
        return refused
    return granted(really=f'href="{item.url}"' in page)


@probe("in einer geteilten Sammlung finden")
def find_shared(world: World, caller: str, case: Case) -> str:
    item = world.item(case)
    page = world.people[caller].get(f"/sammlung/geteilt/?liste={item.uuid.hex}").content.decode()
    return granted(really=f'href="{item.url}"' in page)


@probe("Sammlung als PDF bestellen")
def order_print(world: World, caller: str, case: Case) -> str:
    item, client = world.item(case), world.people[caller]
    response = client.post("/sammlung/druck/", {"titel": "Auswahl", "liste": item.uuid.hex})
    printed = PrintedCollection.objects.filter(records__contains=[item.uuid]).last()
    if printed is None:
        return granted(really=False)
    assert client.get(response["Location"]).status_code == 200
    assert client.get(f"/sammlung/druck/{printed.pk}/sammlung.pdf").status_code == 404, "not made yet"
    return granted(really=True)


@probe("PDF einer fremden Sammlung laden")
def load_print(world: World, caller: str, case: Case) -> str:
    """The operators have it made: it may hold what they alone may read."""
    item = world.item(case)
    world.people["Betrieb"].post("/sammlung/druck/", {"titel": "Auswahl", "liste": item.uuid.hex})
    printed = PrintedCollection.objects.get(records=[item.uuid])
    response = world.people[caller].get(f"/sammlung/druck/{printed.pk}/")
    if refused := refusal(response):
        assert "Auswahl" not in response.content.decode()
        return refused
    return granted(really=True)
