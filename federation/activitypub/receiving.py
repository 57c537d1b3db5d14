"""What verified strangers bring about: they follow, stop following, and report."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.utils import timezone

from federation.activitypub import addresses, sending
from federation.activitypub.actors import publishing_bodies
from federation.activitypub.models import Follower, Report
from federation.activitypub.remote_actors import RemoteActor, origin_of
from hub.accounts import mails
from hub.accounts.roles import operators
from hub.documents.direction import keep_direction
from hub.env import env
from hub.errors import RefusedMessage

logger = structlog.get_logger("federation")

MAX_OBJECTS = 50
MAX_CONTENT = 5_000
MAIL_PAUSE = dt.timedelta(hours=1)
OPEN_OF_AN_ACTOR = 5
OPEN_OF_A_SERVER = 20
"""Reports that may wait to be settled; more are dropped."""
KEPT = dt.timedelta(days=365)
"""For how long a settled report is kept."""


def receive(actor: RemoteActor, activity: Mapping[str, Any]) -> None:
    """Do what ``activity`` says, which ``actor`` has sent. Raises :class:`RefusedMessage`."""
    TYPES[activity["type"]](actor, activity)


def id_of(value: object) -> str:
    """The id of what is named by it or stands there whole; empty if it has none."""
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else ""


def _follow(actor: RemoteActor, activity: Mapping[str, Any]) -> None:
    """A new follower gets what is published from now on. One that is known gets the answer again."""
    followed = _followed(activity.get("object"))
    follower, new = Follower.objects.update_or_create(
        actor=actor.id,
        followed=followed,
        defaults={"inbox": actor.inbox, "host": urlsplit(actor.id).netloc, "name": actor.name},
        create_defaults={
            "inbox": actor.inbox,
            "host": urlsplit(actor.id).netloc,
            "name": actor.name,
            "cursor": sending.newest_activity(),
        },
    )
    sending.accept(follower, dict(activity))
    if new:
        logger.info("followed", actor=actor.id, followed=followed)


def _followed(value: object) -> str:
    """The key of a body that publishes here, or empty for the instance."""
    followed = addresses.followed_of(id_of(value))
    if followed is None or (followed and not publishing_bodies().filter(key=followed).exists()):
        raise RefusedMessage(f"{id_of(value)[:500]} is nobody to follow here")
    return followed


def _undo(actor: RemoteActor, activity: Mapping[str, Any]) -> None:
    """The follow that is taken back has to stand there whole; what was never followed is left as it is."""
    follow = activity.get("object")
    if not isinstance(follow, Mapping) or follow.get("type") != "Follow":
        raise RefusedMessage("only a Follow that stands there whole can be taken back")
    if id_of(follow.get("actor")) != actor.id:
        raise RefusedMessage(f"{actor.id} takes back what another has done")
    followed = addresses.followed_of(id_of(follow.get("object")))
    if followed is None:
        raise RefusedMessage(f"{id_of(follow.get('object'))[:500]} is nobody to follow here")
    deleted, _ = Follower.objects.filter(actor=actor.id, followed=followed).delete()
    logger.info("unfollowed", actor=actor.id, followed=followed, known=bool(deleted))


def _flag(actor: RemoteActor, activity: Mapping[str, Any]) -> None:
    """Keep a report about something here and tell the operators, by mail once an hour at most.

    One more than may be open is refused, so that nobody buries the others.
    """
    named = activity.get("object")
    ids = [id_of(each) for each in (named if isinstance(named, list) else [named])]
    own = [each for each in ids if each.startswith(env.origin + "/") and len(each) <= 500][:MAX_OBJECTS]
    if not own:
        raise RefusedMessage("it reports nothing of this instance")
    _check_room(actor)
    content = activity.get("content")
    told = Report.objects.filter(received__gt=timezone.now() - MAIL_PAUSE).exists()
    report, new = Report.objects.get_or_create(
        activity=activity["id"],
        defaults={
            "actor": actor.id,
            "objects_named": own,
            "content": keep_direction(content)[:MAX_CONTENT] if isinstance(content, str) else "",
        },
    )
    if new and not told:
        url = mails.whole_url("federation_reports")
        mails.post_to_deciders("federation_report", operators(), report=report, url=url)


def _check_room(actor: RemoteActor) -> None:
    waiting = Report.objects.filter(settled=None)
    if waiting.filter(actor=actor.id).count() >= OPEN_OF_AN_ACTOR:
        raise RefusedMessage(f"{OPEN_OF_AN_ACTOR} reports of {actor.id} are open already")
    origin = origin_of(actor.id)
    of_server = waiting.filter(actor__regex=rf"^{re.escape(origin)}([/?#]|$)")
    if of_server.count() >= OPEN_OF_A_SERVER:
        raise RefusedMessage(f"{OPEN_OF_A_SERVER} reports from {origin} are open already")


def forget_old_reports() -> None:
    """Delete reports that were settled a year ago."""
    Report.objects.filter(settled__lt=timezone.now() - KEPT).delete()


TYPES: Mapping[str, Callable[[RemoteActor, Mapping[str, Any]], None]] = {
    "Follow": _follow,
    "Undo": _undo,
    "Flag": _flag,
}
