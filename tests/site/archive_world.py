"""A small hub with everything an archive holds, and emptying it, as if it were a new database."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale, Page, Site, Workflow

from content.models import TopicPage
from content.services import open_section
from content.statements.services import AdoptionFacts, adopt, check, co_publish
from events.models import Circle
from federation.models import InstanceKey
from hub.accounts.models import BodyRole, User
from hub.catalogue.models import CatalogueEntry, Change, Cursor, LogHead, Mark
from hub.catalogue.settling import settle
from hub.documents import Attachment, Text, digest_of
from hub.files.models import Examination, StoredFile
from hub.files.services import store
from hub.municipalities.models import Body
from hub.site.archive.exporting import export_archive
from hub.site.services import open_site
from tests.content.conftest import stream
from tests.factories.pages import add_module, add_report, add_section, image_file
from tests.factories.people import add_town
from tests.factories.statements import add_town_here, receive, received_document
from tests.wire.content import use_storage

CSV = b"platz;frei\n1;ja\n"
SLIDES = b"%PDF-1.7 made up"
"""A file that another hub has brought."""


def archive_into(target: Path, **options: Any) -> Path:
    """The archive of what there is; it must be whole."""
    done = export_archive(target, **options)
    assert done.faults == [], done.faults
    return target


def start_anew(settings: Any, folder: Path) -> None:
    """An empty database and an empty storage below ``folder``."""
    empty()
    use_storage(settings, folder)
    settings.MEDIA_ROOT = folder / "media"


def furnish() -> dict[str, CatalogueEntry]:
    """A hub with a report in two languages and all its links; its entries by a short name."""
    open_site()
    for tag in ("de", "en", "de-simple"):
        Locale.objects.get_or_create(language_code=tag)
    section = add_section(body=add_town("07111000", "Koblenz"))
    trier = add_town_here()
    collection = open_section(section).collection
    document = get_document_model().objects.create(
        title="Stellplätze", collection=collection, file=ContentFile(CSV, "stellplaetze.csv")
    )
    image = get_image_model().objects.create(title="Platz", collection=collection, file=image_file("green"))
    away = receive(
        received_document(
            title="Sensorpaket",
            publishers=("07111000",),
            texts={"de": Text(title="Sensorpaket", summary="Von nebenan.")},
            attachments=(_held_elsewhere(),),
        )
    )
    away.digest = digest_of(away.body.encode(), away.salt)
    away.save()
    module = add_module(section, "Handbuch", files=stream(("file", {"document": document.pk, "title": ""})))
    hidden = add_report(section, "Nur für Mitglieder", audience="members")
    gone = add_report(section, "Zurückgezogen")
    report = add_report(
        section,
        "Parken",
        picture=image,
        picture_alt="Ein grüner Platz",
        co_publishers=stream(("body", "07211000")),
        relations=stream(
            *(
                ("relation", {"type": "uses", "page": page.pk, "address": ""})
                for page in (module, hidden, gone)
            ),
            ("relation", {"type": "uses", "page": None, "address": away.object_id}),
            ("relation", {"type": "uses", "page": None, "address": "https://elsewhere.example/id/x"}),
        ),
        situation=stream(
            ("paragraph", f'<p>Siehe <a linktype="document" id="{document.pk}">Liste</a> &amp; '
             f'<a linktype="page" id="{module.pk}">Handbuch</a>, <b>fett</b>.</p><h3>Dann</h3>'
             "<ul><li>eins</li></ul>"),
            ("picture", {"image": image.pk, "alt": "Karte", "caption": "Abbildung"}),
            ("table", {"columns": [{"type": "text", "heading": "Jahr"}, {"type": "rich", "heading": "Wert"}],
                       "rows": [{"values": ["2026", "<p><b>12</b> &lt; 13</p>"]}], "caption": "Werte"}),
            ("quote", {"text": "Es lohnt sich.", "source": "Rat", "address": "https://rat.example/"}),
            ("code", "a < b\n  c"),
        ),
    )  # fmt: skip
    english = report.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    english.title, english.summary = "Parking", "What happened."
    english.save_revision().publish()
    topic = TopicPage(
        title="Hitze", slug="hitze", summary="Hitze in der Stadt.", code="hitze", locale=section.locale
    )
    Page.objects.get(pk=Site.objects.get().root_page_id).add_child(instance=topic)
    topic.save_revision().publish()
    settle()
    gone.unpublish()
    settle()
    entries = {
        name: CatalogueEntry.objects.get(uuid=page.translation_key)
        for name, page in {
            "report": report, "module": module, "hidden": hidden, "gone": gone, "topic": topic,
        }.items()
    }  # fmt: skip
    adopt(trier.editor, trier.body, entries["module"], AdoptionFacts(version="1.0", costs_once=1200))
    seen = entries["report"].digest
    check(trier.editor, trier.body, entries["report"], seen, note="Stimmt.")
    co_publish(trier.editor, trier.body, entries["report"], seen)
    settle()
    return entries | {"away": away}


def empty() -> None:
    """Remove everything an import brings, and the keys of the instance."""
    Site.objects.all().delete()
    Circle.objects.all().delete()
    for page in Page.objects.filter(depth=2):
        page.specific.delete()
    rest = (Workflow, User, Group, BodyRole, get_image_model(), get_document_model(), InstanceKey, StoredFile)
    for model in (*rest, Examination, CatalogueEntry, Change, LogHead, Mark, Cursor):
        model.objects.all().delete()
    for collection in Collection.objects.filter(depth=2):
        collection.delete()
    Body.objects.update(district=None, association=None, successor=None, dissolved=None)
    Body.objects.all().delete()


def _held_elsewhere() -> Attachment:
    stored = store(io.BytesIO(SLIDES), "application/pdf")
    StoredFile.objects.filter(pk=stored.pk).update(origin="http://koblenz.localhost:8002")
    return Attachment(
        url="http://koblenz.localhost:8002/dateien/x/y/folien.pdf",
        name="folien.pdf",
        media_type="application/pdf",
        size=len(SLIDES),
        digest=stored.digest,
    )
