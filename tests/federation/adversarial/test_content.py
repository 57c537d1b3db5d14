"""Content: what a received document says can do nothing where it is shown, and its files can do nothing.

One document holds an attack in every field an origin fills in; it arrives as any other, and is looked at on
its page, as PDF, Markdown and data, in lists, feeds, the API and the card for embedding.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from defusedxml.ElementTree import fromstring
from django.core.cache import caches
from django.test import Client
from django.utils.http import content_disposition_header
from pypdf import PdfReader

from federation import attachments, tasks
from federation.activitypub.models import Follower, Report
from federation.addresses import file_of
from federation.models import Peer, Quarantined
from hub.catalogue.consumers import run_consumers
from hub.catalogue.models import CatalogueEntry
from hub.documents import Attachment, Document
from hub.documents.direction import TURNING
from hub.files.models import FileState, StoredFile
from tests.factories.messages import write_letter
from tests.federation.adversarial.conftest import Served
from tests.federation.messages.letters import send as send_letter
from tests.theme.entries import add_bodies
from tests.wire.clamd import EICAR, NAME, serve_scanner, use_scanner
from tests.wire.content import files_in
from tests.wire.foreign import ForeignHub
from tests.wire.server import Response
from tests.wire.stranger import Stranger

pytestmark = pytest.mark.django_db

ELSEWHERE = "https://tracker.example"
PDF = b"%PDF-1.7\n" + b"x" * 1000
GERMAN = {"accept-language": "de"}

SCRIPT = [
    "<script>alert(1)</script>",
    f'<script src="{ELSEWHERE}/x.js"></script>',
    '"><img src=x onerror=alert(1)>',
    '<p onclick="alert(1)" onmouseover=alert(1)>x</p>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "{{ 1 }}{% debug %}</script><script>alert(1)//",
    '<form action="/"><button formaction="javascript:alert(1)">x</button></form>',
    '<object data="data:text/html,<script>alert(1)</script>"></object><embed src="/x">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "</title></head><body onload=alert(1)>",
]
JAVASCRIPT = [
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jAvA\tscript:alert(1)">x</a>',
    '<a href="java&#x0a;script&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    "[x](javascript:alert(1)) <javascript:alert(1)> [x]: javascript:alert(1)",
]
SVG = [
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)></svg>#x"/></svg>',
    '<svg><foreignObject><iframe src="javascript:alert(1)"></iframe></foreignObject></svg>',
    "<svg><style><!--</style><img src=x onerror=alert(1)>--></svg>",
    '<svg><animate onbegin=alert(1) attributeName="x"/></svg>',
]
MATHML = [
    '<math href="javascript:alert(1)">x</math>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>',
]
CSS = [
    "<style>body{display:none}</style>",
    '<p style="position:fixed;inset:0;background:url(https://tracker.example/x)">x</p>',
    f'<link rel="stylesheet" href="{ELSEWHERE}/x.css">',
    f'<style>@import "{ELSEWHERE}/x.css";</style>',
    '<p class="site-header kern-btn" id="inhalt">x</p>',
    f'<base href="{ELSEWHERE}/"><meta http-equiv="refresh" content="0;url={ELSEWHERE}">',
]
TRACKING = [
    f'<img src="{ELSEWHERE}/x.gif" width="1" height="1">',
    f'<picture><source srcset="{ELSEWHERE}/x.webp"><img srcset="{ELSEWHERE}/x.gif"></picture>',
    f'<video poster="{ELSEWHERE}/x.jpg" src="{ELSEWHERE}/x.mp4"></video><audio src="{ELSEWHERE}/x">',
    f'<a href="https://example.org/" ping="{ELSEWHERE}/ping">x</a>',
    f'<table background="{ELSEWHERE}/x.gif"><tr><td background="{ELSEWHERE}/y.gif">x</td></tr></table>',
    f"![]({ELSEWHERE}/x.gif) ![x][y]\n\n[y]: {ELSEWHERE}/x.gif",
    f'<input type="image" src="{ELSEWHERE}/x.gif"><bgsound src="{ELSEWHERE}/x.wav">',
]
LOADING = {"src", "srcset", "poster", "ping", "background", "data", "action", "formaction", "srcdoc", "cite"}
ALLOWED = ("http://", "https://", "mailto:", "tel:", "/", "#", "?", "data:image/")


@pytest.fixture(autouse=True)
def own_shelf(settings: Any) -> Iterator[None]:
    """PDFs of this test alone."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "adversarial"}
    settings.CACHES = {**settings.CACHES, "rendered": memory}
    caches["rendered"].clear()
    yield
    caches["rendered"].clear()


def attacked(hub: ForeignHub, attack: str, address: str = "") -> Document:
    """A document of the hub with ``attack`` in every text, and ``address`` wherever an address belongs."""
    raw = hub.document().model_dump(mode="json")
    block = {"anchor": "b1", "html": f"<p>{attack}</p>{attack}", "text": attack, "caption": attack}
    wording = {"title": attack, "summary": attack, "checked_by": attack}
    section = {
        "anchor": "s",
        "heading": attack,
        "blocks": [block, {**block, "anchor": "b2", "kind": "picture"}],
    }
    raw |= {
        "texts": {"de": {**wording, "sections": [section]}},
        "contact": {"role": attack, "email": attack, "phone": attack},
        "costs": {"once_eur": 1, "note": attack},
        "case": {"software": [attack], "interfaces": attack, "legal_basis": attack, "maturity": "operation"},
        "module": {"module_type": "other", "version": attack, "repository": address, "licence": attack[:9]},
        "event": {
            "starts": "2030-01-01T09:00:00Z", "ends": "2030-01-01T10:00:00Z", "location": attack,
            "address": attack, "online_url": address, "registration_url": address,
        },
        "recording": {"url": address, "format": attack},
        "dataset": {"area": attack, "distributions": [{"title": attack, "url": address, "format": attack}]},
        "attachments": [
            {"url": address, "name": attack, "title": attack, "media_type": attack[:100], "size": 9,
             "digest": "sha256:" + "ab" * 32}
        ],
    }  # fmt: skip
    return Document.model_validate(raw)


def receive(client: Client, hub: ForeignHub, document: Document) -> CatalogueEntry:
    """The document as it was pushed, in the bytes of its origin, with everything that is done with it."""
    add_bodies()
    body = json.dumps(document.model_dump(mode="json"), ensure_ascii=False)
    assert hub.push(client, hub.publish_body(document.id, body)).status_code == 202
    assert list(Quarantined.objects.values_list("reason", flat=True)) == []
    entry = CatalogueEntry.objects.get(object_id=document.id)
    run_consumers(attachments.CONSUMER)
    return entry


def assert_harmless_page(html: str) -> None:
    """What a browser makes of it runs nothing, loads nothing from elsewhere and leads nowhere odd."""
    page = BeautifulSoup(html, "html.parser")
    for script in page.find_all("script"):
        is_data = script.get("type") == "application/ld+json" and "<" not in script.get_text()
        assert is_data or str(script.get("src", "")).startswith("/")
    assert not page.find(["iframe", "object", "embed", "math", "style", "base", "bgsound", "foreignobject"])
    assert not page.find("meta", attrs={"http-equiv": re.compile("refresh", re.IGNORECASE)})
    for tag in page.find_all(True):
        for name, value in tag.attrs.items():
            said = " ".join(value) if isinstance(value, list) else str(value)
            assert not name.startswith("on"), f"{tag.name} {name}"
            if name in {"href", "xlink:href", *LOADING}:
                assert said.strip().lower().startswith(ALLOWED), f"{tag.name} {name}={said}"
            if name in LOADING or (tag.name, name) == ("link", "href"):
                assert "tracker.example" not in said, f"{tag.name} {name}={said}"
    main = page.find("main") or page
    assert not main.find(style=True)
    assert not main.select("p.site-header, p#inhalt")


def assert_harmless_markdown(text: str) -> None:
    """Read as Markdown, it has no markup, no pictures and no odd links of its own."""
    body = text.split("\n---\n", 1)[1]
    plain = re.sub(r"\\.", "", re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", body))  # escaped, or code
    plain = re.sub(r"<(https?|mailto):[^\s<>]+>", "", plain)  # links as CommonMark writes them
    assert not re.search(r"<[a-z/!]", plain, re.IGNORECASE), plain
    assert not re.search(r"\[[^\]]*\]\(\s*<?\s*(javascript|data|vbscript):", plain, re.IGNORECASE)
    assert not re.search(rf"!\[[^]]*\]\(\s*<?{ELSEWHERE}", plain)
    assert not re.search(r"^\s*\[[^]]+\]:", plain, re.MULTILINE)


def assert_harmless_pdf(data: bytes) -> None:
    """No actions but links of the web, and nothing inside that opens or runs."""
    reader = PdfReader(io.BytesIO(data))
    root = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(root.get("/Names", {}))
    for page in reader.pages:
        for reference in page.get("/Annots", []):
            action = reference.get_object().get("/A", {})
            assert action.get("/S", "/URI") in {"/URI", "/GoTo"}
            assert str(action.get("/URI", "https://")).startswith(("http://", "https://", "mailto:", "tel:"))


def assert_harmless_everywhere(client: Client, entry: CatalogueEntry) -> None:
    """Every way in which a received document is shown."""
    address = entry.get_absolute_url()
    for page in (address, "/wissen/", f"/id/{entry.uuid}/karte/", "/termine/"):
        response = client.get(page, headers=GERMAN, follow=True)
        assert response.status_code == 200, page
        policy = response["Content-Security-Policy"]
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert_harmless_page(response.content.decode())
    markdown = client.get(f"/id/{entry.uuid}.md", headers=GERMAN, follow=True)
    assert markdown["Content-Type"].startswith("text/markdown")
    assert_harmless_markdown(markdown.content.decode())
    pdf = client.get(f"/id/{entry.uuid}.pdf", headers=GERMAN, follow=True)
    assert pdf.status_code == 200
    assert_harmless_pdf(pdf.content)
    data = client.get(f"/id/{entry.uuid}.json", follow=True)
    assert (data["Content-Type"], data["X-Content-Type-Options"]) == ("application/json", "nosniff")
    assert "sandbox" in data["Content-Security-Policy"]
    fromstring(client.get("/feeds/wissen.atom").content)  # raises for entities and what is not well-formed
    for feed in (
        "/feeds/wissen.json",
        "/api/v1/records",
        f"/api/v1/records/{entry.uuid}",
        "/feeds/wissen.atom",
    ):
        told = client.get(feed)
        assert told.status_code == 200, feed
        assert "html" not in told["Content-Type"]
        assert told["X-Content-Type-Options"] == "nosniff"
        assert "content_html" not in told.content.decode()


@pytest.mark.parametrize("number", range(len(SCRIPT)))
def test_script(client: Client, koblenz: ForeignHub, peer: Peer, number: int) -> None:
    entry = receive(client, koblenz, attacked(koblenz, SCRIPT[number]))
    assert_harmless_everywhere(client, entry)


@pytest.mark.parametrize("number", range(len(JAVASCRIPT)))
def test_javascript_addresses(client: Client, koblenz: ForeignHub, peer: Peer, number: int) -> None:
    addresses = ("javascript:alert(1)", " JaVaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x")
    address = addresses[number % len(addresses)]
    entry = receive(client, koblenz, attacked(koblenz, JAVASCRIPT[number], address))
    assert_harmless_everywhere(client, entry)


@pytest.mark.parametrize("kind", ["module", "event", "recording", "dataset", "report", "motion", "hologram"])
@pytest.mark.parametrize("address", ["javascript:alert(1)", "\x01javascript:alert(1)", "//tracker.example/x"])
def test_javascript_addresses_in_every_kind(
    client: Client, koblenz: ForeignHub, peer: Peer, kind: str, address: str
) -> None:
    document = attacked(koblenz, JAVASCRIPT[0], address).model_copy(update={"kind": kind})
    entry = receive(client, koblenz, document)
    response = client.get(entry.get_absolute_url(), headers=GERMAN)
    assert response.status_code == 200
    html = response.content.decode()
    assert_harmless_page(html)
    assert 'href="//tracker.example' not in html


@pytest.mark.parametrize("number", range(len(SVG)))
def test_svg(client: Client, koblenz: ForeignHub, peer: Peer, number: int) -> None:
    entry = receive(client, koblenz, attacked(koblenz, SVG[number]))
    assert_harmless_everywhere(client, entry)


@pytest.mark.parametrize("number", range(len(MATHML)))
def test_mathml(client: Client, koblenz: ForeignHub, peer: Peer, number: int) -> None:
    entry = receive(client, koblenz, attacked(koblenz, MATHML[number]))
    assert_harmless_everywhere(client, entry)


@pytest.mark.parametrize("number", range(len(CSS)))
def test_css(client: Client, koblenz: ForeignHub, peer: Peer, number: int) -> None:
    entry = receive(client, koblenz, attacked(koblenz, CSS[number]))
    assert_harmless_everywhere(client, entry)


@pytest.mark.parametrize("number", range(len(TRACKING)))
def test_tracking_images(client: Client, koblenz: ForeignHub, peer: Peer, number: int, no_calls: Any) -> None:
    """Neither the reader's browser nor this instance, which prints it, calls anybody."""
    entry = receive(client, koblenz, attacked(koblenz, TRACKING[number], f"{ELSEWHERE}/x"))
    assert_harmless_everywhere(client, entry)
    assert no_calls() == []


@pytest.mark.parametrize("sign", TURNING)
def test_rtl_override(client: Client, koblenz: ForeignHub, peer: Peer, sign: str) -> None:
    """A title, a name, a place in which reading turns about would turn the words of this page, too."""
    attack = f"Rechnung {sign}fdp.exe"
    document = attacked(koblenz, "x").model_dump(mode="json")
    document = json.loads(json.dumps(document).replace('"x"', json.dumps(attack)))
    document["texts"]["de"]["sections"][0]["blocks"] = []
    document["costs"] = document["case"] = None
    add_bodies()
    koblenz.push(client, koblenz.publish_body(document["id"], json.dumps(document, ensure_ascii=False)))
    entry = CatalogueEntry.objects.get(object_id=document["id"])
    assert entry.title == "Rechnung fdp.exe"
    assert sign in entry.body  # as it was signed
    for shown in (
        entry.get_absolute_url(), "/wissen/", "/feeds/wissen.atom", "/feeds/wissen.json", "/api/v1/records",
        f"/id/{entry.uuid}.md", f"/id/{entry.uuid}/karte/",
    ):  # fmt: skip
        response = client.get(shown, headers=GERMAN, follow=True)
        text = response.content.decode()
        assert "fdp.exe" in text, shown
        assert sign not in text, shown
        assert json.dumps(sign)[1:-1] not in text, shown


def test_rtl_override_keeps_the_marks_that_arabic_and_hebrew_need(
    client: Client, koblenz: ForeignHub, peer: Peer
) -> None:
    title = "Antrag \u200fطلب\u200e 7"
    entry = receive(client, koblenz, koblenz.document(title))
    assert entry.title == title


def test_rtl_override_in_a_letter_a_follower_and_a_report(
    client: Client, koblenz: ForeignHub, peer: Peer, entry: CatalogueEntry, anna: Stranger, examine: Any
) -> None:
    letter = write_letter(koblenz, entry, text="Gut\u202egnubierhcseB")
    assert send_letter(client, koblenz, letter).status_code == 400
    anna.document["name"] = "Anna \u202eannA"
    anna.post(client, anna.follow())
    anna.post(client, {**anna.flag(entry.object_id), "content": "Das\u2066 ist \u202efalsch"})
    examine()
    assert Follower.objects.get().name == "Anna annA"
    assert Report.objects.get().content == "Das ist falsch"


def receive_file(
    client: Client, hub: Any, sent: bytes, announced: bytes | None = None, **facts: Any
) -> tuple[CatalogueEntry, str]:
    """A document whose file is ``announced`` and of which ``sent`` arrives, and the address of that."""
    announced = sent if announced is None else announced
    digest = "sha256:" + hashlib.sha256(announced).hexdigest()
    usual = {"url": "", "name": "Leitfaden.pdf", "media_type": "application/pdf", "size": len(announced)}
    attachment = Attachment(**{**usual, "digest": digest, **facts})
    document = hub.document(attachments=(attachment,))
    for path in (
        f"/dateien/{document.uuid}/{digest[7:]}/file",
        urlsplit(file_of(hub.origin, document.uuid, digest, attachment.name)).path,
    ):
        hub.files[path] = Response(sent)
    entry = receive(client, hub, document)
    tasks.fetch_files(hub.slug)
    return entry, f"/dateien/{document.uuid}/{digest[7:]}/x"


NAMES = {
    "../../../etc/passwd": ".._.._.._etc_passwd",
    "..\\..\\boot.ini": ".._.._boot.ini",
    "/etc/shadow": "_etc_shadow",
    "..": "file",
    "....//....//x": "....__....__x",
    "%2e%2e%2fetc%2fpasswd": "%2e%2e%2fetc%2fpasswd",
}
RESERVED = {
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "LPT1.tar.gz": "_LPT1.tar.gz",
    "com¹": "_com¹",
    "aux": "_aux",
}


@pytest.mark.parametrize("name", NAMES)
def test_dots_and_slashes_in_file_names(client: Client, served: Served, tmp_path: Path, name: str) -> None:
    """``../``: the file lies by its content, and is saved under a name that leads nowhere."""
    _entry, address = receive_file(client, served[0], PDF, name=name)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"] == content_disposition_header(True, NAMES[name])
    stored = [file for file in files_in(tmp_path) if not file.endswith(".lock")]
    assert len(stored) == 1
    assert stored[0].startswith("sha256/")


def test_nul_in_file_names(client: Client, koblenz: ForeignHub, peer: Peer) -> None:
    fields = koblenz.document().model_dump(mode="json")
    digest = "sha256:" + "0" * 64
    fields["attachments"] = [
        {"url": "", "name": "a\0.pdf", "media_type": "application/pdf", "size": 1, "digest": digest}
    ]
    koblenz.push(client, koblenz.publish_body(fields["id"], json.dumps(fields)))
    run_consumers(attachments.CONSUMER)
    assert "NUL" in Quarantined.objects.get().reason
    assert not StoredFile.objects.exists()
    assert client.get(f"/dateien/{fields['id'][-36:]}/{'0' * 64}/a%00.pdf").status_code == 404


@pytest.mark.parametrize("name", RESERVED)
def test_reserved_file_names(client: Client, served: Served, name: str) -> None:
    _entry, address = receive_file(client, served[0], PDF, name=name)
    assert client.get(address)["Content-Disposition"] == content_disposition_header(True, RESERVED[name])


@pytest.mark.parametrize("name", ["x; rm -rf ~", "$(reboot).pdf", "`id`.pdf", "a' b.pdf", "-rf.pdf"])
def test_file_names_in_the_command_that_is_shown(client: Client, served: Served, name: str) -> None:
    """Readers copy the command that works out the checksum: a name is one word of it and no more."""
    entry, _address = receive_file(client, served[0], PDF, name=name)
    page = BeautifulSoup(client.get(entry.get_absolute_url(), headers=GERMAN).content, "html.parser")
    command = next(kbd.get_text() for kbd in page.find_all("kbd") if "sha256sum" in kbd.get_text())
    word = name if name[0] != "-" else f"./{name}"  # else it would be an option
    assert shlex.split(command) == ["sha256sum", word]


def assert_withheld(client: Client, tmp_path: Path, entry: CatalogueEntry, address: str) -> str:
    """The item is shown, its file is not here; returns why."""
    assert client.get(entry.get_absolute_url()).status_code == 200
    assert client.get(address).status_code == 503
    assert files_in(tmp_path) == []
    record = StoredFile.objects.get()
    assert record.state == FileState.WITHHELD
    return record.reason


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"<!doctype html><script>alert(1)</script>", "application/pdf"),
        (b"<!doctype html><script>alert(1)</script>", "image/png"),
        (b"MZ" + b"\0" * 500, "application/pdf"),
        (b"\x7fELF" + b"\0" * 500, "text/csv"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "application/pdf; x=y"),
        (b"<!doctype html><script>alert(1)</script>", "text/plain"),
    ],
)
def test_media_type_mismatch(
    client: Client, served: Served, tmp_path: Path, data: bytes, media_type: str
) -> None:
    entry, address = receive_file(client, served[0], data, media_type=media_type)
    assert "instead of" in assert_withheld(client, tmp_path, entry, address)


def test_checksum_mismatch(client: Client, served: Served, tmp_path: Path) -> None:
    entry, address = receive_file(client, served[0], PDF[:-1] + b"y", PDF)
    assert "checksum" in assert_withheld(client, tmp_path, entry, address)


@pytest.mark.parametrize("sent", [PDF[:-1], PDF + b"x", b""])
def test_size_mismatch(client: Client, served: Served, tmp_path: Path, sent: bytes) -> None:
    entry, address = receive_file(client, served[0], sent, PDF)
    assert "bytes" in assert_withheld(client, tmp_path, entry, address)


def test_eicar(client: Client, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_scanner() as scanner:
        use_scanner(monkeypatch, scanner.address)
        entry, address = receive_file(client, served[0], EICAR, name="Leitfaden.txt", media_type="text/plain")
    assert StoredFile.objects.get().state == FileState.REFUSED
    assert files_in(tmp_path) == []
    refusal = client.get(address, headers={**GERMAN, "accept": "text/html"})
    assert refusal.status_code == 403
    assert f"herausgegeben ({NAME})" in refusal.content.decode()
    assert not attachments.due_peers().exists()
    page = client.get(entry.get_absolute_url(), headers=GERMAN).content.decode()
    assert "der Virenscanner hat etwas darin gefunden" in page
