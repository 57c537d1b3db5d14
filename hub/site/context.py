"""What every template knows about the instance. Never the whole environment: it holds secrets."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from django.http import HttpRequest

from hub.env import env


@dataclass(frozen=True)
class Instance:
    """The public facts of this instance: ``body`` is the key (AGS) of who runs it, ``mail`` their address."""

    name: str
    slug: str
    origin: str
    body: str
    mail: str


INSTANCE = Instance(
    name=env.name, slug=env.slug, origin=env.origin, body=env.body, mail=parseaddr(env.mail_from)[1]
)


def instance(request: HttpRequest) -> dict[str, Instance]:
    """Context processor: ``instance``."""
    return {"instance": INSTANCE}
