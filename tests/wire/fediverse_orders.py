"""Orders to a hub beside the test that publishes for the Fediverse; its worker is a process of its own."""

from __future__ import annotations

from typing import Any

TITLE = "Sensoren auf Parkplätzen"


def publish_report(title: str = TITLE) -> str:
    """The own body publishes a report; returns the report's uuid."""
    from tests.factories.pages import add_report

    return str(add_report(_section(), title).translation_key)


def publish_event(title: str) -> str:
    """The own body announces a barcamp; returns its uuid."""
    from django.utils.dateparse import parse_datetime

    from events.models import EventPage

    page = EventPage(
        title=title,
        summary="Ein Tag Austausch.",
        starts=parse_datetime("2027-03-12T08:15:00+01:00"),
        ends=parse_datetime("2027-03-12T17:00:00+01:00"),
        location="Digital Hub",
        address="Taunusstraße 59, 55118 Mainz",
        topics=["ikz"],
        live=False,
    )
    _section().add_child(instance=page)
    page.save_revision().publish()
    return str(page.translation_key)


def retitle(uuid: str, title: str) -> None:
    """The report gets another title, and is published so; also when it had been withdrawn."""
    page = _page(uuid)
    page.title = title
    page.save_revision().publish()


def withdraw(uuid: str) -> None:
    """The report goes offline."""
    _page(uuid).unpublish()


def followers() -> list[dict[str, Any]]:
    """Who follows whom, and how far it was told."""
    from federation.activitypub.models import Follower

    fields = ("actor", "followed", "cursor", "older_signature", "error")
    return list(Follower.objects.order_by("pk").values(*fields))


def reports() -> list[dict[str, Any]]:
    """What was reported."""
    from federation.activitypub.models import Report

    return list(Report.objects.order_by("pk").values("actor", "objects_named", "content"))


def waiting() -> int:
    """How many messages of strangers wait."""
    from federation.activitypub.models import StrangerMessage

    return StrangerMessage.objects.count()


def _section() -> Any:
    from content.models import BodyPage
    from hub.env import env
    from hub.municipalities.models import Body
    from tests.factories.pages import add_section

    body = Body.objects.get(pk=env.body)
    return BodyPage.objects.filter(body=body).first() or add_section(env.slug, body)


def _page(uuid: str) -> Any:
    from content.models import CaseReportPage

    return CaseReportPage.objects.get(translation_key=uuid)


ORDERS = (publish_report, publish_event, retitle, withdraw, followers, reports, waiting)
