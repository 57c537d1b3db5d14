"""Documents in other forms: what stands in them, at which addresses, and for whom."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from django.test import Client
from pypdf import PdfReader

from hub.catalogue.models import CatalogueEntry, State
from hub.documents import Attachment, Audience, Block, Document, Section, Text, Viewer
from hub.files.models import StoredFile
from hub.files.services import store
from hub.site.exports import printing
from hub.site.exports.pictures import StoredPictures
from hub.site.exports.rendering import as_markdown, paper_html
from tests.factories.people import add_operator
from tests.theme.entries import KOBLENZ, add_bodies, add_entry, make_document
from theme import pdf

pytestmark = pytest.mark.django_db

PATH = "/koblenz/sensorik/"
FORMS = {"pdf": "application/pdf", "md": "text/markdown; charset=utf-8", "json": "application/json"}
MARKUP = (
    "<p>Erst <strong>messen</strong>, dann <a href='https://example.org/a'>lesen</a>.</p>"
    "<ol><li>eins<ul><li>tief</li></ul></li><li>zwei</li></ol><pre><code>a &lt; b | c</code></pre>"
    "<table><thead><tr><th>Jahr</th><th>Wert</th></tr></thead>"
    "<tbody><tr><td>2026</td><td>1 | 2</td></tr></tbody></table>"
)


def test_a_page_with_umlauts_in_its_address_has_its_forms(client: Client) -> None:
    entry = add_entry(path="/koblenz/gr%C3%BCn/")
    answer = client.get("/koblenz/gr%C3%BCn.md")
    assert (answer.status_code, answer["Content-Type"]) == (200, FORMS["md"])
    CatalogueEntry.objects.filter(pk=entry.pk).update(state=State.WITHDRAWN, body="")
    assert client.get("/koblenz/gr%C3%BCn.md").status_code == 410


@pytest.fixture(autouse=True)
def own_shelf(settings: Any) -> None:
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "exports"}
    settings.CACHES = {**settings.CACHES, "rendered": memory}
    printing.caches["rendered"].clear()


@pytest.fixture
def client() -> Client:
    add_bodies()
    return Client(headers={"accept-language": "de"})


@pytest.fixture
def entry(client: Client) -> CatalogueEntry:
    return add_entry(make_document(html=MARKUP), path=PATH)


@contextmanager
def elsewhere(lock: Any) -> Iterator[None]:
    """Held by another thread."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


def wordings(**titles: str) -> dict[str, Text]:
    return {tag.replace("_", "-"): Text(title=title, summary="Kurz.") for tag, title in titles.items()}


def head_of(markdown: str) -> dict[str, Any]:
    return yaml.safe_load(markdown.split("---\n")[1])


@pytest.mark.parametrize("form", FORMS)
def test_each_form_stands_at_the_address_of_the_page(
    client: Client, entry: CatalogueEntry, form: str
) -> None:
    response = client.get(f"/koblenz/sensorik.{form}")
    assert response.status_code == 200
    assert response["Content-Type"] == FORMS[form]
    assert response["Link"] == '<http://mainz.localhost:8001/koblenz/sensorik/>; rel="canonical"'
    assert response["Content-Language"] == "de"
    assert response["Content-Disposition"] == f'inline; filename="sensorik.{form}"'
    checksum = base64.b64encode(hashlib.sha256(response.content).digest()).decode()
    assert response["Repr-Digest"] == f"sha-256=:{checksum}:"
    assert response["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("form", FORMS)
def test_the_permanent_address_leads_there_and_keeps_the_language(
    client: Client, entry: CatalogueEntry, form: str
) -> None:
    response = client.get(f"/id/{entry.uuid}.{form}?sprache=de")
    query = "" if form == "json" else "?sprache=de"
    assert (response.status_code, response["Location"]) == (302, f"/koblenz/sensorik.{form}{query}")


@pytest.mark.parametrize("form", FORMS)
def test_a_received_document_has_the_forms_too(client: Client, form: str) -> None:
    document = make_document("Aus Trier", origin="http://trier.localhost:8004")
    entry = add_entry(document, source="trier")
    assert client.get(f"/von/trier/{entry.uuid}/aus-trier.{form}").status_code == 200
    for old in (f"/von/trier/{entry.uuid}.{form}", f"/von/trier/{entry.uuid}/alt.{form}"):
        assert client.get(old)["Location"] == f"/von/trier/{entry.uuid}/aus-trier.{form}"
    assert client.get(f"/von/mainz/{entry.uuid}/aus-trier.{form}").status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_what_has_not_changed_is_not_sent_again(client: Client, entry: CatalogueEntry, form: str) -> None:
    address = f"/koblenz/sensorik.{form}"
    tag = client.get(address)["ETag"]
    again = client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    CatalogueEntry.objects.all().delete()
    add_entry(make_document("Anders"), path=PATH)
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_a_pdf_that_is_known_is_not_made_for_the_question(
    client: Client, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get("/koblenz/sensorik.pdf")["ETag"]
    printing.caches["rendered"].clear()
    monkeypatch.setattr(printing, "make_pdf", lambda *_: pytest.fail("it was made"))
    assert client.get("/koblenz/sensorik.pdf", headers={"if-none-match": tag}).status_code == 304


def test_a_pdf_is_made_once_as_long_as_it_shows_the_same(
    client: Client, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(printing, "make_pdf", lambda html, _pictures: made.append(html) or b"%PDF")
    for _ in range(3):
        assert client.get("/koblenz/sensorik.pdf").content == b"%PDF"
    assert len(made) == 1
    CatalogueEntry.objects.filter(pk=entry.pk).update(revision=2)
    client.get("/koblenz/sensorik.pdf")
    assert len(made) == 2


def test_json_is_the_document_as_it_is_stored(client: Client, entry: CatalogueEntry) -> None:
    response = client.get("/koblenz/sensorik.json")
    assert response.content == entry.body.encode()
    assert Document.from_bytes(response.content).id == entry.object_id


def test_the_head_of_markdown_says_what_it_is(client: Client, entry: CatalogueEntry) -> None:
    head = head_of(client.get("/koblenz/sensorik.md").content.decode())
    assert head == {
        "id": entry.object_id,
        "title": "Parkraumsensorik",
        "kind": "case_report",
        "publishers": [{"key": KOBLENZ, "name": "Koblenz"}],
        "topics": ["mobilitaet"],
        "language": "de",
        "revision": 1,
        "digest": entry.digest,
        "published": entry.first_published.isoformat(),
        "changed": entry.changed.isoformat(),
        "address": entry.object_id,
    }


def test_markdown_keeps_lists_links_code_and_tables(client: Client, entry: CatalogueEntry) -> None:
    text = client.get("/koblenz/sensorik.md").content.decode()
    for part in (
        "# Parkraumsensorik",
        "## Ziel",
        "Erst **messen**, dann [lesen](https://example.org/a).",
        "1. eins\n   - tief\n2. zwei",
        "```\na < b | c\n```",
        "| Jahr | Wert |\n| --- | --- |\n| 2026 | 1 \\| 2 |",
        "- **Kosten einmalig:** 96.400\xa0€ (0,84\xa0€ je Einwohner)",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "\\<script>alert(1)\\</script>"),
        ("# keine Überschrift", "\\# keine Überschrift"),
        ("- keine Liste", "\\- keine Liste"),
        ("12. kein Punkt", "12\\. kein Punkt"),
        ("*nicht* _kursiv_", "\\*nicht\\* \\_kursiv\\_"),
        ("[kein](http://x) Verweis", "\\[kein](http://x) Verweis"),
        ("C:\\neu und `Code`", "C:\\\\neu und \\`Code\\`"),
        ("&amp;lt;b&gt;", "\\&lt;b>"),
    ],
)
def test_what_somebody_typed_stays_text_in_markdown(client: Client, typed: str, written: str) -> None:
    entry = add_entry(make_document(html=f"<p>{typed}</p>"))
    assert f"\n\n{written}\n" in as_markdown(entry, Viewer.anonymous())


def test_a_wording_is_had_by_naming_its_language(client: Client) -> None:
    add_entry(make_document(texts=wordings(de="Deutsch", en="English", de_simple="Einfach")), path=PATH)
    for tag, title, page in (("en", "English", "Page\xa01"), ("de-simple", "Einfach", "Seite\xa01")):
        text = client.get(f"/koblenz/sensorik.md?sprache={tag}")
        assert (text["Content-Language"], head_of(text.content.decode())["title"]) == (tag, title)
        pdf = PdfReader(io.BytesIO(client.get(f"/koblenz/sensorik.pdf?sprache={tag}").content))
        assert (pdf.metadata or {})["/Title"] == title
        assert page in pdf.pages[0].extract_text()
    assert client.get("/koblenz/sensorik.md?sprache=xx")["Content-Language"] == "de"
    assert client.get("/koblenz/sensorik.json")["Content-Language"] == "de, de-simple, en"


def test_paper_holds_nothing_that_only_a_screen_can_use(client: Client, entry: CatalogueEntry) -> None:
    html = paper_html(entry, Viewer.anonymous())
    for control in ("<form", "<button", "<input", "<script", "<nav", "kern-", 'href="/', "heading-link"):
        assert control not in html, control
    assert "Parkraumsensorik. Erfahrungsbericht, Stand 1 vom 1. November 2026." in html


def test_paper_names_no_document_the_reader_may_not_read(client: Client) -> None:
    hidden = add_entry(make_document("Geheimes", audience=Audience.MEMBERS, topics=()))
    link = f'<p>Siehe <a href="{hidden.object_id}">dort</a>.</p>'
    entry = add_entry(make_document("Offen", html=link))
    assert "Geheimes" not in paper_html(entry, Viewer.anonymous())
    assert hidden.object_id not in paper_html(entry, Viewer.anonymous())
    assert f"/id/{hidden.uuid}" in paper_html(entry, Viewer.member())


def test_an_unknown_kind_is_printed_with_its_wording(client: Client) -> None:
    entry = add_entry(make_document(kind="hologramm", case=None, costs=None))
    assert "Suchzeit senken." in paper_html(entry, Viewer.anonymous())


def test_a_document_of_a_newer_schema_is_had_as_data_alone(client: Client) -> None:
    entry = add_entry(path=PATH)
    body = json.loads(entry.body) | {"schema_version": "wissenshub/9.0"}
    CatalogueEntry.objects.filter(pk=entry.pk).update(body=json.dumps(body))
    assert client.get("/koblenz/sensorik.json").json()["schema_version"] == "wissenshub/9.0"
    for address in ("/koblenz/sensorik.pdf", "/koblenz/sensorik.md", f"/id/{entry.uuid}.ris"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
@pytest.mark.parametrize("form", [*FORMS, "ris"])
def test_what_is_not_public_is_not_there_for_guests(client: Client, audience: Audience, form: str) -> None:
    entry = add_entry(make_document(audience=audience), path=PATH)
    assert client.get(f"/id/{entry.uuid}.{form}").status_code == 404
    if form != "ris":
        assert client.get(f"/koblenz/sensorik.{form}").status_code == 404


def test_what_members_get_is_kept_by_no_shared_cache(client: Client, entry: CatalogueEntry) -> None:
    client.force_login(add_operator())
    response = client.get("/koblenz/sensorik.md")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("form", FORMS)
def test_a_withdrawn_document_is_gone_in_all_forms(client: Client, entry: CatalogueEntry, form: str) -> None:
    CatalogueEntry.objects.update(state=State.WITHDRAWN)
    assert client.get(f"/koblenz/sensorik.{form}").status_code == 410
    assert client.get(f"/id/{entry.uuid}.{form}").status_code == 410


@pytest.mark.parametrize(
    "address", ["/nirgends.pdf", "/koblenz/sensorik.txt", "/koblenz/sensorik/.md", "/a/b/c.json", "/id/x.pdf"]
)
def test_other_addresses_are_nobodys_as_before(client: Client, entry: CatalogueEntry, address: str) -> None:
    assert client.get(address).status_code == 404


def test_forms_are_only_read(client: Client, entry: CatalogueEntry) -> None:
    assert client.post("/koblenz/sensorik.pdf").status_code == 405


def test_who_comes_while_too_many_wait_is_asked_to_come_again(client: Client, entry: CatalogueEntry) -> None:
    for _ in range(pdf.ADMITTED):
        pdf._admitted.acquire()
    try:
        response = client.get("/koblenz/sensorik.pdf")
    finally:
        for _ in range(pdf.ADMITTED):
            pdf._admitted.release()
    assert (response.status_code, response["Retry-After"]) == (503, "20")
    assert "Das PDF braucht einen Moment" in response.content.decode()
    assert client.get("/koblenz/sensorik.pdf").status_code == 200


def test_one_pdf_is_made_at_a_time_and_nobody_waits_for_ever(
    client: Client, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "PATIENCE_SECONDS", 0.05)
    with elsewhere(pdf._press):
        assert client.get("/koblenz/sensorik.pdf").status_code == 503
    assert client.get("/koblenz/sensorik.pdf").status_code == 200


def test_a_pdf_that_is_too_large_is_not_kept(
    client: Client, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "LARGEST_KEPT", 10)
    tag = client.get("/koblenz/sensorik.pdf")["ETag"].strip('"')
    assert printing.caches["rendered"].get(tag) is None
    monkeypatch.undo()
    client.get("/koblenz/sensorik.pdf")
    assert printing.caches["rendered"].get(tag)


def test_nobody_waits_for_a_pdf_of_hundreds_of_sheets(
    client: Client, entry: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "LARGEST_PAGE", 100)
    assert client.get("/koblenz/sensorik.pdf").status_code == 503


def test_the_citation_stands_on_the_page_and_is_a_file_too(client: Client) -> None:
    entry = add_entry()
    text = client.get(f"/id/{entry.uuid}").content.decode()
    assert "Koblenz (2026): Parkraumsensorik. Erfahrungsbericht, Stand 1 vom 1. November 2026." in text
    assert "@misc{koblenz2026parkraumsensorik," in text
    ris = client.get(f"/id/{entry.uuid}.ris")
    assert ris["Content-Type"] == "application/x-research-info-systems; charset=utf-8"
    lines = ris.content.decode().split("\r\n")
    assert lines[0] == "TY  - GEN"
    assert {"AU  - Koblenz", "TI  - Parkraumsensorik", f"UR  - {entry.object_id}"} <= set(lines)


@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize(("form", "queries"), {"json": 1, "md": 7, "pdf": 6}.items())
def test_a_form_costs_as_much_for_one_section_as_for_twelve(
    client: Client, django_assert_num_queries: Any, form: str, queries: int, number: int
) -> None:
    block = Block(anchor="b", html="<p>Text.</p>", text="Text.")
    parts = tuple(Section(anchor=f"s{n}", heading=f"Teil {n}", blocks=(block,)) for n in range(number))
    add_entry(make_document(texts={"de": Text(title="Lang", sections=parts)}), path=PATH)
    client.get(f"/koblenz/sensorik.{form}")
    with django_assert_num_queries(queries):
        assert client.get(f"/koblenz/sensorik.{form}").status_code == 200


def test_code_with_a_fence_in_it_stays_within_its_own(client: Client) -> None:
    add_entry(make_document(html="<pre><code>```\n&lt;script&gt;\n````</code></pre>"), path=PATH)
    assert "\n`````\n```\n<script>\n````\n`````\n" in client.get("/koblenz/sensorik.md").content.decode()


@pytest.mark.parametrize(
    ("drawing", "is_drawn"),
    [
        ('<rect width="1" height="1"/>', True),
        ("<script>1</script>", False),
        ('<image href="https://x.example/a.png"/>', False),
        ("<g id='a'><use href='#a'/></g>", False),
    ],
)
@pytest.mark.parametrize("origin", ["", "http://trier.localhost:8004"])
def test_a_drawing_that_may_do_harm_is_left_out_of_paper(
    client: Client, drawing: str, is_drawn: bool, origin: str
) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg">{drawing}</svg>'.encode()
    stored = store(io.BytesIO(data), "image/svg+xml")
    StoredFile.objects.filter(pk=stored.pk).update(origin=origin)
    attachment = Attachment(
        url="https://a.example/a.svg",
        digest=stored.digest,
        name="a.svg",
        media_type="image/svg+xml",
        size=len(data),
        title="A",
        role="picture",
    )
    made = make_document(attachments=(attachment,), **({"origin": origin} if origin else {}))
    entry = add_entry(made, **({"source": "trier"} if origin else {"path": PATH}))
    find = StoredPictures([entry])
    found = find(f"/dateien/{entry.uuid}/{stored.digest.partition(':')[2]}/a.svg")
    assert (found is not None, find.missing) == (is_drawn, False)
