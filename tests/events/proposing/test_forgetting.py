"""What of proposals is not kept."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from events.models import Host, Person, Session
from events.proposing import reviewing
from events.proposing.forgetting import forget_proposals, forget_unconfirmed_proposals
from events.registering.tasks import forget_unconfirmed_people
from tests.factories.events import add_participant, add_seat, add_session

State = Session.State


def age(days):
    Session.objects.update(created=timezone.now() - dt.timedelta(days=days))
    Person.objects.update(created=timezone.now() - dt.timedelta(days=days))


def test_what_nobody_confirmed_goes_after_a_week_with_those_who_did_nothing_else(desk, plan):
    stranger, guest = (add_participant(desk, name, confirmed=None) for name in ("Lou", "Robin"))
    add_seat(guest)
    for proposer in (stranger, guest):
        add_session(plan, state=State.UNCONFIRMED, proposer=proposer)
    kept = add_session(plan, "Bleibt", state=State.PROPOSED)
    age(6)
    assert forget_unconfirmed_proposals(timezone.now()) == 0
    age(8)
    forget_unconfirmed_people(0)
    assert list(Session.objects.all()) == [kept]
    assert not Person.objects.filter(pk=stranger.pk).exists()


def test_of_somebody_who_leaves_only_what_was_accepted_stays(plan, person):
    session, _other = (
        add_session(plan, title, state=State.PROPOSED, proposer=person, remark="Bitte früh", away=["a/b"])
        for title in ("Angenommen", "Offen")
    )
    Session.objects.update(away=[])
    reviewing.accept(session)
    forget_proposals(Session.objects.filter(proposer=person))
    person.delete()
    left = Session.objects.get()
    assert (left.title, left.remark, left.proposer) == ("Angenommen", "", None)
    assert not Host.objects.exists()
