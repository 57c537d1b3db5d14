"""Trying to use the library of pictures and files, and the originals behind it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from tests.factories.pages import image_file
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World

TITLE = "Neuer Titel"


def _effect(response: Any, *, done: bool) -> str:
    refused = refusal(response)
    assert not done or refused in ("", "Start"), "refused, and yet it was done"
    return "ja" if done else refused or "nein"


@probe("Bild hochladen")
def upload_image(world: World, caller: str, case: Case) -> str:
    file = SimpleUploadedFile("neu.png", image_file("blue").read(), "image/png")
    data = {"title": TITLE, "file": file, "collection": world.collections[case.place].pk}
    response = world.people[caller].post(reverse("wagtailimages:add"), data)
    made = get_image_model().objects.filter(title=TITLE, collection=data["collection"]).exists()
    return _effect(response, done=made)


@probe("Datei hochladen")
def upload_file(world: World, caller: str, case: Case) -> str:
    file = SimpleUploadedFile("neu.txt", b"neu", "text/plain")
    data = {"title": TITLE, "file": file, "collection": world.collections[case.place].pk}
    response = world.people[caller].post(reverse("wagtaildocs:add"), data)
    made = get_document_model().objects.filter(title=TITLE, collection=data["collection"]).exists()
    return _effect(response, done=made)


@probe("fremdes Bild ändern")
def edit_image(world: World, caller: str, case: Case) -> str:
    image = world.images[case.place]
    data = {"title": TITLE, "file": "", "collection": image.collection_id}
    response = world.people[caller].post(reverse("wagtailimages:edit", args=[image.pk]), data)
    return _effect(response, done=get_image_model().objects.get(pk=image.pk).title == TITLE)


@probe("fremde Datei ändern")
def edit_file(world: World, caller: str, case: Case) -> str:
    file = world.files[case.place]
    data = {"title": TITLE, "file": "", "collection": file.collection_id}
    response = world.people[caller].post(reverse("wagtaildocs:edit", args=[file.pk]), data)
    return _effect(response, done=get_document_model().objects.get(pk=file.pk).title == TITLE)


@probe("eigenes Bild ändern")
def edit_own_image(world: World, caller: str, case: Case) -> str:
    get_image_model().objects.filter(pk=world.images[case.place].pk).update(
        uploaded_by_user=world.people[caller].user
    )
    return edit_image(world, caller, case)


@probe("eigene Datei ändern")
def edit_own_file(world: World, caller: str, case: Case) -> str:
    get_document_model().objects.filter(pk=world.files[case.place].pk).update(
        uploaded_by_user=world.people[caller].user
    )
    return edit_file(world, caller, case)


@probe("fremdes Bild löschen")
def delete_image(world: World, caller: str, case: Case) -> str:
    image = world.images[case.place]
    response = world.people[caller].post(reverse("wagtailimages:delete", args=[image.pk]))
    return _effect(response, done=not get_image_model().objects.filter(pk=image.pk).exists())


@probe("fremde Datei löschen")
def delete_file(world: World, caller: str, case: Case) -> str:
    file = world.files[case.place]
    response = world.people[caller].post(reverse("wagtaildocs:delete", args=[file.pk]))
    return _effect(response, done=not get_document_model().objects.filter(pk=file.pk).exists())


@probe("Bild in der Liste sehen")
def list_images(world: World, caller: str, case: Case) -> str:
    return _names(world, caller, reverse("wagtailimages:index"), world.images[case.place].title)


@probe("Datei in der Liste sehen")
def list_files(world: World, caller: str, case: Case) -> str:
    return _names(world, caller, reverse("wagtaildocs:index"), world.files[case.place].title)


@probe("Bild für eine Seite auswählen")
def choose_image(world: World, caller: str, case: Case) -> str:
    return _names(world, caller, reverse("wagtailimages_chooser:choose"), world.images[case.place].title)


@probe("Datei für eine Seite auswählen")
def choose_file(world: World, caller: str, case: Case) -> str:
    return _names(world, caller, reverse("wagtaildocs_chooser:choose"), world.files[case.place].title)


@probe("Original eines Bildes öffnen")
def open_original(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(world.images[case.place].file.url)
    return refusal(response) or granted(really=response.status_code == 200)


@probe("Original einer Datei öffnen")
def open_document(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(world.files[case.place].url)
    return refusal(response) or granted(really=response.status_code == 200)


def _names(world: World, caller: str, url: str, title: str) -> str:
    response = world.people[caller].get(url)
    return refusal(response) or granted(really=title in response.content.decode())
