"""Builds the world the tables speak of, as people build it, and lets catalogue, search and answers follow."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page

from content.models import BodyPage
from content.services import open_section
from events.models import EventPage
from federation.peers import approve
from hub.accounts.models import BodyDomain, Invitation, JoinRequest, Role
from hub.accounts.roles import set_role
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.catalogue.settling import settle
from hub.documents import Attachment, Audience, Block, Document, Event, Module, Section, Text
from hub.env import env
from hub.files.models import StoredFile
from hub.files.services import store
from hub.municipalities.models import Body
from hub.site.services import open_site
from tests.factories.pages import add_body, add_module, add_report, add_section, image_file
from tests.permissions.callers import DOMAIN, add_account, make_hubs, make_people
from tests.permissions.table import AUDIENCES, KINDS
from tests.permissions.world import CODES, COMMON, LEVELS, Item, World
from tests.wire.foreign import KOBLENZ, ForeignHub

SYLLABLES = (
    "bra", "dok", "fim", "gur", "hel", "jos", "kaw", "lum", "mip", "nev", "pon", "quid", "rus", "sel", "tov",
    "vax", "wem", "xil", "yor", "zab",
)  # fmt: skip
STARTS = dt.datetime(2027, 3, 12, 8, tzinfo=dt.UTC)
TRIER = "07211000"


def words() -> Iterator[str]:
    """Words no dictionary has, each unlike the others, so that no typo leads from one to another."""
    for n in range(400):
        one, two, three = n % 20, (7 * n + n // 20 + 3) % 20, (11 * n + 3 * (n // 20) + 5) % 20
        yield (SYLLABLES[one] + SYLLABLES[two] + SYLLABLES[three]).capitalize()


def build_world() -> World:
    """Create everything as people create it, and let catalogue, search and answers follow."""
    own, other = add_body(env.body, "Ahausen"), add_body(TRIER, "Behausen")
    received = add_body(KOBLENZ, "Zehausen")
    home = open_site()
    names, wordings = {"A": own, "B": other}, words()
    sections = {}
    for place, body in names.items():
        word = next(wordings)
        sections[place] = add_section(f"{word.lower()}", body)
    libraries = {place: open_section(page).collection for place, page in sections.items()}
    peer = ForeignHub()
    approve(peer.identity(bodies=[KOBLENZ, *(f"c-{level}" for level in LEVELS.values())]))
    people = make_people(own, other, peer)
    world = World(home, {**names, "C": received}, sections, libraries, people, make_hubs(peer), peer)
    for place, body in names.items():
        _add_people(world, place, body)
        _fill_section(world, place, wordings)
        _begin_drafts(world, place, wordings)
    _receive(world, wordings)
    for place in names:  # last, so that they stand on the first page of every list
        _fill_library(world, place)
    settle()
    run_consumers()
    _find_addresses(world)
    for caller in ("Gast", "Heimat", "Betrieb"):
        people[caller].get("/fragen/")  # example questions are found once and kept
    return world


def _fill_section(world: World, place: str, wordings: Iterator[str]) -> None:
    section = world.sections[place]
    owner = world.people["Redaktion" if place == "A" else "andere"].user
    for content, level in LEVELS.items():
        for kind in KINDS:
            word = next(wordings)
            if kind == "Kommune" and level is Audience.PUBLIC:
                word, page = section.title, section
                _republish(world, place, word)
            else:
                page = _write(world, kind, place, level, word)
            Page.objects.filter(pk=page.pk).update(owner=owner)
            inner = f"Nur in der Datei von {word}".encode()
            world.items[kind, place, content] = Item(
                kind, place, content, word, f"thema-{word.lower()}", page.translation_key, "", "", inner, page
            )


def _add_people(world: World, place: str, body: Body) -> None:
    """A colleague who writes, somebody who asks to join, and somebody who is invited."""
    small = place.lower()
    world.colleagues[place] = add_account(f"kollegium-{small}@{DOMAIN}", first_name=f"Kollegium {place}")
    set_role(world.colleagues[place], body, Role.AUTHOR)
    asker = add_account(f"bewerbung-{small}@{DOMAIN}", first_name=f"Bewerbung {place}")
    world.requests[place] = JoinRequest.objects.create(user=asker, body=body, role=Role.AUTHOR, domain=DOMAIN)
    expires = timezone.now() + dt.timedelta(days=7)
    world.invitations[place] = Invitation.objects.create(
        email=f"einladung-{small}@{DOMAIN}", body=body, role=Role.AUTHOR, expires=expires
    )
    BodyDomain.objects.create(domain=f"{small}.{DOMAIN}", body=body)


def _begin_drafts(world: World, place: str, wordings: Iterator[str]) -> None:
    """One draft of each kind, begun by a colleague; its title is two words."""
    colleague = world.colleagues[place]
    for kind in KINDS:
        one, two = next(wordings), next(wordings)
        page = _write(world, kind, place, Audience.PUBLIC, one, title=f"{one} {two}", live=False)
        Page.objects.filter(pk=page.pk).update(owner=colleague)
        world.drafts[kind, place] = Page.objects.get(pk=page.pk)


def _fill_library(world: World, place: str) -> None:
    collection = world.collections[place]
    world.images[place] = get_image_model().objects.create(
        title=f"Bild {place}", file=image_file("red"), collection=collection
    )
    world.files[place] = _library_file(collection, f"Adressliste {place}", b"a;b\n" + place.encode())


def _write(
    world: World, kind: str, place: str, level: Audience, word: str, *, title: str = "", live: bool = True
) -> Page:
    """A page with a file of its own, published unless it is a draft."""
    section, fields = world.sections[place], _fields(world, place, word, level)
    fields["title"] = title or f"{COMMON} {word}"
    if kind == "Bericht":
        fields["goal"] = [("paragraph", f"<p>{COMMON} {word} hilft. {word} kostet 500 Euro im Monat.</p>")]
        return add_report(section, fields.pop("title"), live=live, **fields)
    text = _sections(word)
    if kind == "Baustein":
        facts = {"module_type": "software", "sections": text}
        return add_module(section, fields.pop("title"), live=live, **facts, **fields)
    if kind == "Termin":
        fields |= {"starts": STARTS, "ends": STARTS + dt.timedelta(hours=8), "sections": text}
        return _add(section, EventPage(**fields), live=live)
    number = Body.objects.count()  # names of bodies are public, so they hold no word
    body = add_body(f"amt-{number}", f"Amt {number}")
    return _add(world.home, BodyPage(body=body, text=text, **fields), live=live)


def _add(parent: Page, page: Page, *, live: bool) -> Page:
    page.live = False
    parent.add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return page


def _sections(word: str) -> list[tuple[str, Any]]:
    content = [("paragraph", f"<p>{COMMON} {word} hilft.</p>")]
    return [("section", {"heading": "Was es ist", "content": content})]


def _republish(world: World, place: str, word: str) -> None:
    """Give the section what other items have."""
    section = world.sections[place]
    for name, value in _fields(world, place, word, Audience.PUBLIC).items():
        setattr(section, name, value)
    section.text = _sections(word)
    section.save_revision().publish()


def _fields(world: World, place: str, word: str, level: Audience) -> dict[str, Any]:
    file = _library_file(world.collections[place], f"Datei {word}", f"Nur in der Datei von {word}".encode())
    return {
        "slug": word.lower(),
        "summary": f"{COMMON} {word} in Kürze.",
        "topics": [f"thema-{word.lower()}"],
        "audience": level,
        "files": [("file", {"document": file, "title": f"Datei {word}"})],
    }


def _library_file(collection: Collection, title: str, data: bytes) -> Any:
    name = title.lower().replace(" ", "-") + ".txt"
    return get_document_model().objects.create(
        title=title, file=ContentFile(data, name), collection=collection
    )


def _receive(world: World, wordings: Iterator[str]) -> None:
    """What the peer sends: each kind, for everybody and for members."""
    for content in AUDIENCES[:2]:
        for kind in KINDS:
            word, level = next(wordings), LEVELS[content]
            inner = f"Nur in der Datei von {word}".encode()
            document = _received_document(world.peer, kind, level, word, inner)
            digest = store(io.BytesIO(inner), "text/plain").digest
            StoredFile.objects.filter(digest=digest).update(origin=world.peer.origin)
            answer = world.hubs["Peer"].push(world.peer, world.peer.publish(document))
            assert answer.status_code == 202, answer.content
            key = uuid.UUID(document.uuid)
            item = Item(kind, "C", content, word, f"thema-{word.lower()}", key, "", "", inner)
            world.items[kind, "C", content] = item


def _received_document(hub: ForeignHub, kind: str, level: Audience, word: str, inner: bytes) -> Document:
    wording = f"{COMMON} {word} hilft. {word} kostet 500 Euro im Monat."
    block = Block(anchor="was-1", html=f"<p>{wording}</p>", text=wording)
    part = Section(anchor="was", heading="Was es ist", blocks=(block,))
    text = Text(title=f"{COMMON} {word}", summary=f"{COMMON} {word} in Kürze.", sections=(part,))
    digest = "sha256:" + hashlib.sha256(inner).hexdigest()
    file = Attachment(url="", name=f"{word}.txt", media_type="text/plain", size=len(inner), digest=digest)
    facts: dict[str, Any] = {}
    if kind == "Termin":
        facts = {"event": Event(starts=STARTS, ends=STARTS + dt.timedelta(hours=8))}
    if kind == "Baustein":
        facts = {"module": Module(module_type="software")}
    publisher = KOBLENZ
    if kind == "Kommune":
        publisher = add_body(f"c-{level}", f"Amt für {level}").key
    return hub.document(
        kind=CODES[kind],
        audience=level,
        texts={"de": text},
        topics=(f"thema-{word.lower()}",),
        publishers=(publisher,),
        attachments=(file,),
        **facts,
    )


def _find_addresses(world: World) -> None:
    """Where each item and its file stand."""
    for key, item in world.items.items():
        entry = CatalogueEntry.objects.get(uuid=item.uuid)
        (file,) = entry.document.attachments or (None,)
        address = f"/dateien/{item.uuid}/{file.digest[7:]}/{file.name}" if file else ""
        world.items[key] = replace(item, url=entry.get_absolute_url(), file_url=address)
