"""Every address of the project stands in ``docs/permissions.md``; the admin opens nothing that does not."""

from __future__ import annotations

import re

import pytest

from tests.permissions.addresses import walk_addresses
from tests.permissions.probes import refusal
from tests.permissions.table import PEOPLE, read_addresses, read_list, read_tables
from tests.permissions.world import World

pytestmark = pytest.mark.django_db

OPEN, KEYED = "Offene Seiten", "Adressen mit eigenem Schlüssel"
STAFF = ("Autor/in", "Redaktion", "Koordination", "andere")

# What the editor asks for behind the scenes: dialogues, uploads, results of lists, catalogues of words.
TOOLS = frozenset(
    {
        "/admin/api/main/documents/",
        "/admin/api/main/images/",
        "/admin/api/main/pages/",
        "/admin/body_chooser/",
        "/admin/body_chooser/chosen-multiple/",
        "/admin/body_chooser/results/",
        "/admin/choose-anchor-link/",
        "/admin/choose-email-link/",
        "/admin/choose-external-link/",
        "/admin/choose-page/",
        "/admin/choose-page/chosen-multiple/",
        "/admin/choose-page/search/",
        "/admin/choose-phone-link/",
        "/admin/dismissibles/",
        "/admin/documents/add/",
        "/admin/documents/chooser/",
        "/admin/documents/chooser/chosen-multiple/",
        "/admin/documents/chooser/create/",
        "/admin/documents/chooser/results/",
        "/admin/documents/multiple/add/",
        "/admin/documents/results/",
        "/admin/embeds/chooser/",
        "/admin/embeds/chooser/upload/",
        "/admin/images/add/",
        "/admin/images/chooser/",
        "/admin/images/chooser/chosen-multiple/",
        "/admin/images/chooser/create/",
        "/admin/images/chooser/results/",
        "/admin/images/multiple/add/",
        "/admin/images/results/",
        "/admin/jsi18n/",
        "/admin/localize/jsi18n/",
        "/admin/pages/search/",
        "/admin/pages/search/results/",
        "/admin/reports/aging-pages/results/",
        "/admin/reports/locked/results/",
        "/admin/reports/site-history/results/",
        "/admin/reports/workflow/results/",
        "/admin/reports/workflow_tasks/results/",
        "/admin/sprite/",
        "/admin/tag-autocomplete/",
        "/admin/test404/",
        "/admin/workflows/task_chooser/",
        "/admin/workflows/task_chooser/create/",
        "/admin/workflows/task_chooser/results/",
    }
)
FOR_EVERYBODY = frozenset({"/admin/jsi18n/", "/admin/sprite/"})
"""Pictures and words of the admin itself, which its sign-in page would need."""

FAILS = "/admin/failwhale/"
"""Fails on purpose for whoever may use the admin, to try error pages."""

PLAIN = [address.path for address in walk_addresses() if address.in_admin and address.is_plain]
PROBED = [path for path in dict.fromkeys(PLAIN) if path not in {FAILS, *read_addresses(read_tables())}]


def test_every_address_of_the_project_is_in_a_table_or_a_list() -> None:
    said = read_addresses(read_tables()) | set(read_list(OPEN)) | set(read_list(KEYED))
    ours = {address.path for address in walk_addresses() if not address.in_admin or address.is_ours}
    # One permission for all pages of the directory; its chooser is one of the tools.
    below = {path for path in ours if path.startswith(("/admin/bodies/", "/admin/body_chooser/"))}
    assert ours - below - said == set()


def test_no_table_and_no_list_names_an_address_that_is_gone() -> None:
    said = read_addresses(read_tables()) | set(read_list(OPEN)) | set(read_list(KEYED))
    assert said - {address.path for address in walk_addresses()} == set()


def test_no_address_stands_in_a_table_and_a_list() -> None:
    lists = read_list(OPEN) + read_list(KEYED)
    assert len(lists) == len(set(lists))
    assert read_addresses(read_tables()) & set(lists) == set()


@pytest.mark.parametrize("address", read_list(OPEN))
def test_open_pages_refuse_nobody(world: World, address: str) -> None:
    response = world.people["Gast"].get(address)
    assert not refusal(response) or address == "/konto/logout/"
    assert response.status_code in (200, 301, 302)


@pytest.mark.parametrize("address", read_list(KEYED))
@pytest.mark.parametrize("caller", ["Gast", "Konto"])
def test_keyed_pages_name_nobody_without_their_key(world: World, address: str, caller: str) -> None:
    path = re.sub(r"<(\w+)>", lambda match: "1" if match[1].endswith(("id", "pk")) else "unbekannt", address)
    response = world.people[caller].get(path)
    assert response.status_code < 500
    for person in (*world.people.values(), *world.hubs.values()):
        if person.user is not None and person.name != caller and person.user.email:
            assert person.user.email not in response.content.decode(errors="replace")


@pytest.mark.parametrize("path", PROBED)
def test_the_admin_opens_nothing_the_tables_do_not_say(world: World, path: str) -> None:
    opened = {name for name in PEOPLE if world.people[name].get(path).status_code == 200} - {"Betrieb"}
    if path in FOR_EVERYBODY:
        assert "Gast" in opened
    elif path in TOOLS:
        assert opened <= set(STAFF)
    else:
        assert opened == set()


def test_the_list_of_tools_holds_nothing_that_is_gone_or_closed(world: World) -> None:
    assert set(PLAIN) >= TOOLS
    closed = {path for path in TOOLS if refusal(world.people["Redaktion"].get(path))}
    assert closed == set()
