"""Whom the Fediverse can follow: this instance, and each body that publishes on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, QuerySet
from django.templatetags.static import static
from django.utils.translation import gettext as _

from federation.activitypub import addresses
from federation.activitypub.contexts import ACTOR
from federation.activitypub.models import Activity, Follower
from federation.identity import Identity, own_identity
from hub.catalogue.models import CatalogueEntry
from hub.documents import Audience
from hub.env import env
from hub.municipalities.models import Body

ICON = "theme/icon.svg"


def publishing_bodies() -> QuerySet[Body]:
    """The bodies that have published here for everybody; also those that have withdrawn it all since.

    An actor stays, or nobody could check who withdrew its documents.
    """
    named = {"publishers__contains": Func(OuterRef("key"), template="ARRAY[%(expressions)s]::varchar[]")}
    public = CatalogueEntry.objects.filter(source="", audience=Audience.PUBLIC, **named)
    announced = Activity.objects.filter(**named)
    followed = Follower.objects.filter(followed=OuterRef("key"))
    return Body.objects.filter(Q(Exists(public)) | Q(Exists(announced)) | Q(Exists(followed)))


def instance_actor() -> dict[str, Any]:
    """The instance: an ``Application`` with both public keys (FEP-521a for the Multikey)."""
    name = _("Knowledge hub %(name)s") % {"name": env.name}
    summary = _("What the municipalities of this knowledge hub publish: reports, building blocks, events.")
    return _actor("", "Application", env.slug, name, summary, env.origin + "/")


def body_actor(body: Body) -> dict[str, Any]:
    """A body: an ``Organization`` that signs with the instance's keys under ids of its own."""
    summary = _("What %(body)s publishes in the knowledge hub %(name)s.") % {
        "body": body.name,
        "name": env.name,
    }
    page = f"{env.origin}/kommunen/{body.key}/"
    return _actor(body.key, "Organization", addresses.user_of(body), body.name, summary, page)


def _actor(followed: str, kind: str, user: str, name: str, summary: str, page: str) -> dict[str, Any]:
    identity: Identity = own_identity()
    address = addresses.actor(followed)
    return {
        "@context": ACTOR,
        "id": address,
        "type": kind,
        "preferredUsername": user,
        "name": name,
        "summary": f"<p>{summary}</p>",
        "url": page,
        "icon": {"type": "Image", "mediaType": "image/svg+xml", "url": env.origin + static(ICON)},
        "inbox": addresses.inbox(followed),
        "outbox": addresses.outbox(followed),
        "followers": addresses.followers(followed),
        "endpoints": {"sharedInbox": addresses.inbox("")},
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "publicKey": {
            "id": addresses.signature_key(followed),
            "owner": address,
            "publicKeyPem": identity.rsa_pem,
        },
        "assertionMethod": [
            {
                "id": addresses.proof_key(followed),
                "type": "Multikey",
                "controller": address,
                "publicKeyMultibase": identity.ed25519,
            }
        ],
    }
