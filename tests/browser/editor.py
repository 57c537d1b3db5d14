"""What a digital officer does in the editor, by keyboard and mouse."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from fixtures.network.hubs import Hub


def sign_in(page: Page, hub: Hub, role: str = "redaktion") -> None:
    """Sign in at the hub's own account pages and arrive in the editor."""
    page.goto(f"{hub.origin}/admin/")
    page.get_by_label("E-Mail").fill(f"{role}@{hub.slug}.demo.invalid")
    page.get_by_label("Kennwort", exact=True).fill(f"demo-wissenshub-{hub.slug}")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page).to_have_url(f"{hub.origin}/admin/")


def section_id(page: Page, hub: Hub) -> str:
    """The page id of the section this editor writes in."""
    page.goto(f"{hub.origin}/admin/pages/")
    found = re.search(r"/admin/pages/(\d+)/", page.url)
    assert found, page.url
    return found.group(1)


def type_into(page: Page, field: str, text: str) -> None:
    """Replace the wording of a question's first text block; wait until the form holds it."""
    section = page.locator(f"#panel-child-text-{field}-section")
    section.locator("[contenteditable=true]").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    # The rich text editor hands its content to the form a moment after the last key.
    expect(section.locator("input[type=hidden][name$='-value']").first).to_have_value(re.compile(text[:40]))


def type_date(page: Page, field: str, text: str) -> None:
    """Type into a date field by keyboard and leave it; the field holds what was typed."""
    box = page.locator(f"[name={field}]")
    box.click()
    box.fill("")
    box.press_sequentially(text)
    box.press("Tab")
    expect(box).to_have_value(text)


def open_tab(page: Page, name: str) -> None:
    """Show another tab of the editor."""
    page.get_by_role("tab", name=re.compile(name)).click()


def choose_related_page(page: Page, relation: str, title: str) -> None:
    """Add a relation to a page of this hub by the chooser."""
    section = page.locator("section[id$='-relations-section']").last
    section.get_by_title("Einen Block einfügen").first.click()
    section.locator("select[name$='-type']").first.select_option(relation)
    section.get_by_role("button", name=re.compile("Seite auswählen|Wählen Sie eine Seite")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=q]").fill(title)
    dialog.get_by_role("link", name=title).first.click()
    expect(dialog).to_have_count(0)


def publish_button(page: Page) -> Locator:
    """The button that publishes, in the opened menu of actions."""
    page.get_by_role("button", name="Mehr Aktionen").click()
    return page.get_by_role("button", name="Veröffentlichen", exact=True)


def publish(page: Page) -> None:
    """Publish what is in the editor."""
    publish_button(page).click()
    expect(
        page.get_by_text(re.compile("wurde veröffentlicht|wurde erstellt und veröffentlicht")).first
    ).to_be_visible()


def page_id_of(page: Page, title: str) -> str:
    """The id of the page with ``title`` in the list the editor arrives at after publishing."""
    address = page.get_by_role("link", name=title).first.get_attribute("href") or ""
    found = re.search(r"/admin/pages/(\d+)/", address)
    assert found, address
    return found.group(1)


def unpublish(page: Page, hub: Hub, page_id: str) -> None:
    """Take a page offline by its confirmation page."""
    page.goto(f"{hub.origin}/admin/pages/{page_id}/unpublish/")
    page.get_by_role("button", name=re.compile("depublizieren|Ja", re.I)).first.click()
    page.wait_for_load_state()
