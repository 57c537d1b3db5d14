"""Trying to upload large files, and to touch those somebody else is uploading."""

from __future__ import annotations

import base64

from content.uploading.models import Upload
from hub.accounts.models import User
from tests.permissions.library import _effect
from tests.permissions.probes import probe
from tests.permissions.table import Case
from tests.permissions.world import World

NAME = "Fachverfahren.zip"


@probe("große Datei hochladen")
def upload_large(world: World, caller: str, case: Case) -> str:
    coded = {"filename": NAME, "collection": str(world.collections[case.place].pk)}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in coded.items())
    person = world.people[caller]
    person.get("/admin/hochladen/")
    response = person.client.post(
        "/admin/hochladen/",
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": metadata},
        content_type="application/octet-stream",
    )
    begun = Upload.objects.filter(name=NAME, collection=world.collections[case.place])
    return _effect(response, done=begun.exists())


@probe("eigenes Hochladen verwerfen")
def give_up_own(world: World, caller: str, case: Case) -> str:
    return _give_up(world, caller, world.people[caller].user)


@probe("fremdes Hochladen verwerfen")
def give_up_foreign(world: World, caller: str, case: Case) -> str:
    return _give_up(world, caller, None)


def _give_up(world: World, caller: str, owner: User | None) -> str:
    owner = owner or User.objects.create_user("wer-anders@hub.demo.invalid")
    upload = Upload.objects.create(owner=owner, name=NAME, size=5)
    response = world.people[caller].post(f"/admin/hochladen/{upload.pk}/")
    gone = not Upload.objects.filter(pk=upload.pk).exists()
    return "ja" if gone else _effect(response, done=False)
