"""The note of a session: which event and which entry of its programme it is of."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.core.exceptions import ValidationError
from wagtail.test.utils.form_data import rich_text, streamfield

from events.models import SessionNotePage
from hub.catalogue.settling import settle
from hub.documents import Audience, Block, Document, Event, Relation, Section, SessionNote, Slot, Text
from tests.content.kinds import (
    ATTACK,
    PAGE_QUERIES,
    add_address,
    editor_of,
    entry_of,
    form_data,
    publish,
    sections,
    show,
)
from tests.events.conftest import SLOT
from tests.theme.entries import add_entry, make_document

pytestmark = pytest.mark.django_db
OTHER_HUB = "http://koblenz.localhost:8002"


def note(section, **fields) -> SessionNotePage:
    values = {
        "title": "Notiz",
        "summary": "Kurz.",
        "locale": section.locale,
        "sections": sections(("Worum es ging", "<p>Um Kosten.</p>")),
    }
    return SessionNotePage(**{**values, **fields})


def address_of(event) -> str:
    return f"http://mainz.localhost:8001/id/{event.translation_key}"


def remote_event(**fields):
    slot = Slot(
        uid="uid-remote",
        title="Fremde Session",
        starts=dt.datetime(2027, 3, 12, 10, 15, tzinfo=dt.UTC),
        ends=dt.datetime(2027, 3, 12, 11, tzinfo=dt.UTC),
        room="Saal 4",
    )
    event = Event(starts=slot.starts, ends=slot.ends, timezone="Europe/Berlin", slots=(slot,))
    return make_document("Fremdes Barcamp", origin=OTHER_HUB, kind="event", case=None, event=event, **fields)


def test_session_note_in_document_out(section, event):
    page = publish(section, note(section, event=address_of(event), slot=SLOT, held=dt.date(2027, 3, 12)))
    block = Block(anchor="s-worum-es-ging-1", html="<p>Um Kosten.</p>", text="Um Kosten.")
    assert page.to_document() == Document(
        id=f"http://mainz.localhost:8001/id/{page.translation_key}",
        kind="session_note",
        publishers=("07315000",),
        texts={
            "de": Text(
                title="Notiz",
                summary="Kurz.",
                sections=(Section(anchor="s-worum-es-ging", heading="Worum es ging", blocks=(block,)),),
            )
        },
        session=SessionNote(event=address_of(event), slot=SLOT, held=dt.date(2027, 3, 12)),
        relations=(Relation(type="part_of", target=address_of(event)),),
    )


def test_being_part_of_its_event_is_said_once(section, event):
    stated = {"type": "part_of", "page": event.pk, "address": ""}
    page = note(section, event=address_of(event))
    page.relations = json.dumps([{"type": "relation", "value": stated, "id": "r"}])
    assert page.to_document().relations == (Relation(type="part_of", target=address_of(event)),)
    assert note(section).to_document().relations == (), "and not at all without an event"


def test_the_catalogue_finds_notes_by_their_event(section, event):
    entry = entry_of(publish(section, note(section, event=address_of(event))))
    assert entry.related == [address_of(event)]


@pytest.mark.parametrize("text", ["[]", sections(("Worum es ging", ""))])
def test_no_note_goes_live_while_it_is_empty(section, text):
    page = note(section, sections=text)
    page.live = False
    section.add_child(instance=page)
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert set(caught.value.message_dict) == {"sections"}


def data(*, publish: bool = True, **fields) -> dict[str, str]:
    content = streamfield([("paragraph", rich_text("<p>Um Kosten.</p>"))])
    values = {"event_page": "", "event": "", "slot": "", "held": "", **fields}
    part = ("section", {"heading": "Worum es ging", "content": content})
    return form_data(**values, sections=streamfield([part])) | ({"action-publish": "x"} if publish else {})


@pytest.fixture
def admin(section):
    return editor_of(section)


@pytest.fixture
def address(section):
    return add_address(section, "events", "sessionnotepage")


def test_the_editor_chooses_a_local_event_and_an_entry_of_its_programme(admin, address, event):
    settle()
    assert admin.post(address, data(event_page=str(event.pk), slot=SLOT)).status_code == 302
    page = SessionNotePage.objects.get()
    assert (page.live, page.event, page.slot) == (True, address_of(event), SLOT)

    form = admin.get(f"/admin/pages/{page.pk}/edit/").context["form"]
    assert (form["event_page"].value(), form["event"].value()) == (event.pk, "")
    assert [value for value, _label in form.fields["slot"].widget.choices] == ["", SLOT]
    assert form.fields["slot"].widget.choices[1][1] == "12.03., 09:00  Auftakt"


def test_the_editor_names_an_event_elsewhere_by_its_address(admin, address):
    entry = add_entry(remote_event(), source="koblenz")
    posted = data(event=f"{entry.object_id}/#slot-x", slot="uid-remote")
    assert admin.post(address, posted).status_code == 302
    assert SessionNotePage.objects.get().event == entry.object_id


def test_an_event_nobody_here_knows_takes_free_text(admin, address):
    posted = data(
        event="https://wissen.example.de/id/7d2f1c1e-58a5-4a51-9a43-7a3f1a2f9b10", slot="Raum 2, 11 Uhr"
    )
    assert admin.post(address, posted).status_code == 302
    assert SessionNotePage.objects.get().slot == "Raum 2, 11 Uhr"


def test_the_entry_of_another_event_is_refused_and_named(admin, address, event):
    settle()
    add_entry(remote_event(), source="koblenz")
    response = admin.post(address, data(event_page=str(event.pk), slot="uid-remote"))
    assert "anderen Termin" in response.context["form"].errors["slot"][0]
    assert not SessionNotePage.objects.exists()


def test_a_draft_keeps_the_entry_of_another_event_and_says_so(admin, address, event):
    settle()
    assert admin.post(address, data(event_page=str(event.pk), slot="fremd", publish=False)).status_code == 302
    page = SessionNotePage.objects.get()
    form = admin.get(f"/admin/pages/{page.pk}/edit/").context["form"]
    assert form.fields["slot"].widget.choices[-1] == ("fremd", "(nicht im Programm dieses Termins)")


def test_an_event_is_named_in_one_way(admin, address, event):
    response = admin.post(
        address, data(event_page=str(event.pk), event=f"{OTHER_HUB}/id/{event.translation_key}")
    )
    assert "event" in response.context["form"].errors


@pytest.mark.parametrize(
    "wrong", ["https://wissen.example.de/termine/barcamp/", "kein Link", "javascript:alert(1)"]
)
def test_what_is_no_permanent_address_is_refused(admin, address, wrong):
    response = admin.post(address, data(event=wrong))
    assert "event" in response.context["form"].errors


def test_a_page_that_is_no_event_cannot_be_chosen(admin, address, section):
    response = admin.post(address, data(event_page=str(section.pk)))
    assert "event_page" in response.context["form"].errors


@pytest.mark.parametrize(
    "address_given", ["http://mainz.localhost:8001/id/kein-uuid", "http://mainz.localhost:8001/id/"]
)
def test_an_address_of_this_hub_that_leads_nowhere_does_no_harm(admin, section, address_given):
    page = publish(section, note(section, event=address_given))
    assert admin.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert show(entry_of(page))


def test_the_page_shows_event_and_time_of_the_session(section, event):
    page = publish(section, note(section, event=address_of(event), slot=SLOT))
    html = show(entry_of(page))
    assert ">Barcamp</a>" in html
    assert f"#slot-{SLOT}" in html
    assert "12. März 2027, 09:00" in html
    assert ", Saal" in html


def test_a_received_note_shows_a_received_event_from_documents_alone():
    event = add_entry(remote_event(), source="koblenz")
    session = SessionNote(event=event.object_id, slot="uid-remote")
    document = make_document(
        origin=OTHER_HUB,
        kind="session_note",
        session=session,
        relations=(Relation(type="part_of", target=event.object_id),),
    )
    html = show(add_entry(document, source="koblenz"))
    assert "Fremdes Barcamp" in html
    assert "Fremde Session" in html
    assert "12. März 2027, 11:15" in html, "in the event's own zone"


@pytest.mark.parametrize("case", ["unknown", "withheld", "other_slot", "no_event", "nothing"])
def test_what_the_reader_may_not_see_or_is_not_known_is_left_out(case):
    audience = Audience.MEMBERS if case == "withheld" else Audience.PUBLIC
    kind = remote_event(audience=audience)
    if case == "no_event":
        kind = make_document("Fremdes Barcamp", origin=OTHER_HUB)
    event = add_entry(kind, source="koblenz")
    target = f"{OTHER_HUB}/id/00000000-0000-0000-0000-000000000000" if case == "unknown" else event.object_id
    session = None if case == "nothing" else SessionNote(event=target, slot="anderswo")
    relations = () if case == "no_event" else (Relation(type="part_of", target=target),)
    if case == "nothing":
        relations = ()
    document = make_document(
        "Notiz", origin=OTHER_HUB, kind="session_note", session=session, relations=relations, topics=()
    )
    html = show(add_entry(document, source="koblenz"))
    assert 'id="fakt-slot"' not in html
    assert ('id="fakt-event"' in html) is (case == "other_slot")


def test_markup_in_a_received_note_and_its_event_is_shown_as_text():
    slot = Slot(
        uid='x"onclick="y', title=ATTACK, starts=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
        ends=dt.datetime(2027, 1, 2, tzinfo=dt.UTC), room=ATTACK,
    )  # fmt: skip
    facts = Event(starts=slot.starts, ends=slot.ends, slots=(slot,))
    event = add_entry(make_document(ATTACK, origin=OTHER_HUB, kind="event", event=facts), source="koblenz")
    document = make_document(
        ATTACK,
        origin=OTHER_HUB,
        kind="session_note",
        session=SessionNote(event=event.object_id, slot=slot.uid),
        relations=(Relation(type="part_of", target=event.object_id),),
    )
    html = show(add_entry(document, source="koblenz"))
    assert "<script>alert" not in html
    assert 'x"onclick' not in html


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_queries_however_long_the_programme_of_its_event(
    client, django_assert_num_queries, number
):
    slots = tuple(
        Slot(uid=f"u{n}", title="x", starts=dt.datetime(2027, 1, 1, 9, n, tzinfo=dt.UTC),
             ends=dt.datetime(2027, 1, 1, 10, n, tzinfo=dt.UTC))
        for n in range(number)
    )  # fmt: skip
    facts = Event(starts=slots[0].starts, ends=slots[-1].ends, slots=slots)
    event = add_entry(make_document("E", origin=OTHER_HUB, kind="event", event=facts), source="koblenz")
    document = make_document(
        kind="session_note",
        topics=(),
        session=SessionNote(event=event.object_id, slot="u0"),
        relations=(Relation(type="part_of", target=event.object_id),),
    )
    entry = add_entry(document, source="koblenz")
    client.get(entry.get_absolute_url())
    # The event is read once for its time; the line a note stands in takes two steps.
    with django_assert_num_queries(PAGE_QUERIES + 3):
        client.get(entry.get_absolute_url())
