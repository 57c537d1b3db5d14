"""A hub with one body page, and what goes on its pages."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image as Raster
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site

from content.models import BodyPage
from content.services import open_section
from hub.accounts.models import Role, User
from hub.municipalities.models import Body
from hub.site.models import HomePage
from tests.factories.people import add_person
from tests.wire.content import use_storage

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" width="10" height="10">'
    b'<rect width="5" height="5"/></svg>'
)


@pytest.fixture(autouse=True)
def files_of_this_test(tmp_path, settings):
    """Uploads go to a directory of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def body(db):
    return Body.objects.get_or_create(key="07111000", defaults={"name": "Koblenz", "kind": Body.Kind.CITY})[0]


@pytest.fixture
def home(db):
    german, _ = Locale.objects.get_or_create(language_code="de")
    root = Page.get_first_root_node()
    page = root.add_child(instance=HomePage(title="Start", slug="start", locale=german))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": page})
    return page


@pytest.fixture
def section(home, body):
    page = BodyPage(title="Koblenz", slug="koblenz", body=body, summary="Über Koblenz.", locale=home.locale)
    return home.add_child(instance=page)


@pytest.fixture
def svg(db):
    image = get_image_model()(title="Diagramm", file=ContentFile(SVG, name="diagramm.svg"))
    image.save()
    return image


@pytest.fixture
def photo(db):
    buffer = io.BytesIO()
    Raster.new("RGB", (1600, 800), "#4159D8").save(buffer, "PNG")
    image = get_image_model()(title="Foto", file=ContentFile(buffer.getvalue(), name="foto.png"))
    image.save()
    return image


@pytest.fixture
def table_file(db):
    document = get_document_model()(title="Liste", file=ContentFile(b"a;b\n1;2\n", name="liste.csv"))
    document.save()
    return document


def stream(*blocks: tuple[str, object]) -> str:
    """The stored form of a StreamField."""
    return json.dumps(
        [{"type": kind, "value": value, "id": f"0-{n}"} for n, (kind, value) in enumerate(blocks)]
    )


def paragraph(html: str) -> str:
    return stream(("paragraph", html))


@pytest.fixture
def content(tmp_path: Path, settings: Any) -> Path:
    """A folder of the test's own that holds files by their content."""
    return use_storage(settings, tmp_path / "content")


@pytest.fixture
def author(section: Any, body: Any, content: Path) -> User:
    """Somebody who may add files to the library of a body."""
    open_section(section)
    return add_person("autorin@koblenz.example", body, Role.AUTHOR)
