"""An event page as a document, and the sequence its calendar entries carry."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime
from wagtail.blocks.struct_block import StructBlockValidationError

from events.blocks import SlotBlock
from events.models import EventPage
from hub.documents import Event, Slot
from tests.events.conftest import SLOT, slots


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2027, 3, 12, hour, minute, tzinfo=dt.UTC)


def publish(page: EventPage) -> EventPage:
    page.save_revision().publish()
    return EventPage.objects.get(pk=page.pk)


def test_event_page_in_document_out(event):
    assert event.to_document().event == Event(
        starts=at(7, 15),
        ends=at(16),
        timezone="Europe/Berlin",
        location="Digital Hub",
        address="Taunusstraße 59, 55118 Mainz",
        status="confirmed",
        sequence=0,
        slots=(
            Slot(
                uid=SLOT,
                title="Auftakt",
                starts=at(8),
                ends=at(9),
                room="Saal",
                hosts=("Geschäftsstelle, Mainz", "Team, Trier"),
                summary="Regeln; dann, los.",
            ),
        ),
    )


@pytest.mark.parametrize(
    "change",
    [
        {"starts": parse_datetime("2027-03-12T08:30:00+01:00")},
        {"location": "Rathaus"},
        {"status": "cancelled"},
        {"slots": slots(room="Werkstatt")},
        {"slots": slots(ends="2027-03-12T10:15:00+01:00")},
        {"slots": "[]"},
    ],
)
def test_a_changed_time_place_or_status_raises_the_sequence_by_one(event, change):
    for name, value in change.items():
        setattr(event, name, value)
    assert publish(event).sequence == 1
    assert publish(EventPage.objects.get(pk=event.pk)).sequence == 1, "published again unchanged"


@pytest.mark.parametrize("change", [{"title": "Anders"}, {"summary": "Neu."}, {"slots": slots(title="Neu")}])
def test_wording_does_not_raise_the_sequence(event, change):
    for name, value in change.items():
        setattr(event, name, value)
    assert publish(event).sequence == 0


def test_drafts_do_not_raise_the_sequence_and_old_ones_do_not_lower_it(event):
    old = event.save_revision()
    event.location = "Rathaus"
    event.save_revision()
    assert EventPage.objects.get(pk=event.pk).sequence == 0
    event.save_revision().publish()
    old.publish()
    assert EventPage.objects.get(pk=event.pk).sequence == 2, "moved, and moved back"


def test_the_sequence_survives_withdrawal(event):
    event.location = "Rathaus"
    event = publish(event)
    event.unpublish()
    event = EventPage.objects.get(pk=event.pk)
    event.location = "Digital Hub"
    assert publish(event).sequence == 2


def test_a_draft_without_times_is_kept_and_previewed_but_not_published(section):
    page = EventPage(title="Bald", summary="Kommt.", live=False)
    section.add_child(instance=page)
    assert page.to_document().event is None
    with pytest.raises(ValidationError) as caught:
        page.save_revision().publish()
    assert {"starts", "ends"} <= set(caught.value.message_dict)


def test_an_event_ends_after_it_starts(event):
    event.ends = event.starts
    with pytest.raises(ValidationError):
        event.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        EventPage.objects.filter(pk=event.pk).update(ends=event.starts)


@pytest.mark.parametrize("year", [1, 1969, 2201, 9999])
def test_a_year_no_document_may_hold_is_refused_before_it_is_saved(event, year):
    event.starts = dt.datetime(year, 6, 1, 12, tzinfo=dt.UTC)
    with pytest.raises(ValidationError) as caught:
        event.clean()
    assert "starts" in caught.value.message_dict
    value = {"title": "x", "starts": event.starts, "ends": event.starts + dt.timedelta(hours=1)}
    with pytest.raises(StructBlockValidationError) as refused:
        SlotBlock().clean(SlotBlock().to_python(value))
    assert set(refused.value.block_errors) == {"starts", "ends"}
