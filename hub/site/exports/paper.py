"""A rendered document made ready to be printed or read as text: what only a screen can use is taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import Tag

FOR_THE_SCREEN = (
    "script, style, template, nav, form, button, input, textarea, select, video, audio, iframe, [hidden], "
    "body link, svg.mark, .kern-btn, .kern-icon, .heading-link, .to-top, .release-link, .related, "
    ".contact-ask, .event-actions, .adapt-link, .statement-offer, .statements .section-head a, "
    "details.transcript > summary, .files summary .beginning, .files details > p > a[download], .to-chapters"
)
"""What nobody can use on paper: controls, and links that only lead about on the page."""

EMPTIED = "p, ul, ol, section, figure, details"
HEADING = re.compile("^h[1-6]$")
SHORT_TABLE = 14
"""Rows up to which a table stays on one sheet, together with its caption."""

ADDRESSED = "#fakt-repository a, #fakt-software-links a"
"""Links out of the hub whose address is written out on paper."""

LABELLED_BY_PLACE = "relation-type"


def read_page(html: str, origin: str) -> BeautifulSoup:
    """The page for paper: no controls, addresses that lead somewhere from anywhere, headings in steps."""
    page = BeautifulSoup(html, "html.parser")
    for control in page.select(FOR_THE_SCREEN):
        holder = control.parent
        control.decompose()
        _drop_if_empty(holder)
    for label in page.find_all("label"):
        label.unwrap()
    _open_details(page)
    _set_apart(page)
    step_headings(page)
    _lead_links(page, origin)
    return page


def step_headings(page: BeautifulSoup) -> None:
    """No heading is more than a step below the one it stands under (PDF/UA-1, 7.4.2)."""
    above: list[int] = []
    for heading in page.find_all(HEADING):
        level = int(heading.name[1])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        heading.name = f"h{len(above)}"


def lay_out(page: BeautifulSoup) -> None:
    """Facts as tables, which have headers; drawings with a look, which no style sheet gives them."""
    _write_addresses(page)
    _lay_out_facts(page)
    for table in page.find_all("table"):
        if len(table.find_all("tr")) <= SHORT_TABLE:
            table["class"] = " ".join([*_classes(table), "short"])
    for bar in page.select("svg rect.bars-bar"):
        bar["fill"] = "#555"
    for line in page.select("svg line.bars-zero"):
        line["stroke"] = "#000"
    for text in page.select(".bars svg text"):
        text.attrs |= {"text-anchor": "middle", "font-size": "12", "font-family": "Fira Sans"}


def _write_addresses(page: BeautifulSoup) -> None:
    """Who holds the sheet in hand can follow no link: the address stands below its name."""
    for link in page.select(ADDRESSED):
        if (address := str(link.get("href", ""))) != link.get_text(strip=True):
            written = page.new_tag("span", attrs={"class": "address"})
            written.string = address
            link.insert_after(written)


def _lay_out_facts(page: BeautifulSoup) -> None:
    """Figures stand side by side, other facts below each other."""
    for facts in page.find_all("dl"):
        pairs = list(_pairs(facts))
        if not pairs:
            facts.decompose()
            continue
        beside = "figures" in _classes(facts) and len(pairs) <= 4
        table = page.new_tag("table", attrs={"class": "figures" if beside else "facts"})
        if beside:
            _fill_beside(page, table, pairs)
        else:
            _fill_below(page, table, pairs)
        facts.replace_with(table)


def _fill_beside(page: BeautifulSoup, table: Tag, pairs: list[tuple[Tag, list[Tag]]]) -> None:
    head, body = page.new_tag("tr"), page.new_tag("tr")
    for term, values in pairs:
        head.append(_cell(page, "th", [term], scope="col"))
        body.append(_cell(page, "td", values))
    for name, row in (("thead", head), ("tbody", body)):
        part = page.new_tag(name)
        part.append(row)
        table.append(part)


def _fill_below(page: BeautifulSoup, table: Tag, pairs: list[tuple[Tag, list[Tag]]]) -> None:
    body = page.new_tag("tbody")
    for term, values in pairs:
        row = page.new_tag("tr")
        row.append(_cell(page, "th", [term], scope="row"))
        row.append(_cell(page, "td", values))
        body.append(row)
    table.append(body)


def _cell(page: BeautifulSoup, name: str, parts: list[Tag], **attributes: str) -> Tag:
    cell = page.new_tag(name, attrs=attributes)
    for part in parts:
        place = part.extract()
        if name == "td":
            place.name = "p"
            cell.append(place)
        else:
            cell.extend(list(place.contents))
    return cell


def _pairs(facts: Tag) -> Iterator[tuple[Tag, list[Tag]]]:
    """Terms with their values, wrapped in groups or not."""
    for term in facts.find_all("dt"):
        values = []
        for each in term.find_next_siblings():
            if each.name != "dd":
                break
            values.append(each)
        yield term, values


def _open_details(page: BeautifulSoup) -> None:
    """On paper everything is open; what was a summary stays as a line, or as the heading it holds."""
    for summary in page.find_all("summary"):
        if summary.find(HEADING):
            summary.name = "div"
        else:
            summary.name = "p"
    for details in page.find_all("details"):
        details.name = "div"
        details.attrs.pop("open", None)


def _set_apart(page: BeautifulSoup) -> None:
    """A label that stands apart by its look alone is set apart by a sign, for text has no look."""
    for label in page.select(f".{LABELLED_BY_PLACE}"):
        if label.find_next_sibling():
            label.append(": ")
        elif label.find_previous_sibling():
            label.insert(0, ", ")


def _lead_links(page: BeautifulSoup, origin: str) -> None:
    targets = {str(each["id"]) for each in page.find_all(id=True)}
    for link in page.find_all("a"):
        address = str(link.get("href", ""))
        link.attrs.pop("download", None)
        if address.startswith("#"):
            if address[1:] not in targets:
                link.unwrap()
        elif address.startswith("/") and not address.startswith("//"):
            link["href"] = origin + address
    for sheet in page.select('link[href^="/"]'):
        sheet["href"] = origin + str(sheet["href"])
    for picture in page.find_all("img"):
        picture.attrs.pop("width", None)
        picture.attrs.pop("height", None)
        address = str(picture.get("src", ""))
        if address.startswith("/"):
            picture["src"] = origin + address
    for figure in page.select("figure > a:has(> img:only-child)"):
        figure.unwrap()


def _drop_if_empty(holder: Tag | None) -> None:
    if holder is None or holder.parent is None or holder.name not in EMPTIED.split(", "):
        return
    if not holder.get_text(strip=True) and not holder.find(["img", "svg", "table"]):
        above = holder.parent
        holder.decompose()
        _drop_if_empty(above)


def _classes(tag: Tag) -> list[str]:
    found: str | list[str] = tag.get("class") or []
    return found.split() if isinstance(found, str) else list(found)
