"""Orders to a hub beside the test that is of another version: publish, correct, withdraw, exchange, tell."""

from __future__ import annotations

from typing import Any


def publish_all(slug: str) -> dict[str, str]:
    """The own body publishes reports, a module and an event; returns their ids."""
    from hub.catalogue.settling import settle
    from hub.env import env
    from hub.municipalities.models import Body
    from tests.factories.pages import add_module, add_report, add_section
    from tests.wire.fediverse_orders import publish_event

    section = add_section(slug, Body.objects.get(pk=env.body))
    titles = {"report": "Bericht", "trial": "Versuch mit Sensoren", "endorsement": "Empfehlung der Stadt"}
    keys = {name: str(add_report(section, title).translation_key) for name, title in titles.items()}
    keys["module"] = str(add_module(section, "Baustein").translation_key)
    keys["event"] = publish_event("Termin")
    settle()
    return {name: f"{env.origin}/id/{key}" for name, key in keys.items()}


def correct_page(object_id: str, title: str) -> None:
    """The own page gets another title."""
    from hub.catalogue.settling import settle

    page = _page(object_id)
    page.title = page.draft_title = title
    page.save_revision().publish()
    settle()


def withdraw_page(object_id: str) -> None:
    """The own page goes offline."""
    from hub.catalogue.settling import settle

    _page(object_id).unpublish()
    settle()


def trade() -> None:
    """Settle, push to every peer, pull from every peer."""
    from federation.delivery import push
    from federation.models import Peer
    from federation.pull import pull
    from hub.catalogue.settling import settle

    settle()
    for peer in Peer.objects.all():
        push(peer)
        pull(peer)


def compare_all() -> dict[str, tuple[str, int]]:
    """Compare with every peer; how it ended and how many entries had to be mended, by short name."""
    from federation.comparing.comparing import compare
    from federation.models import Peer

    results = {peer.slug: compare(peer) for peer in Peer.objects.all()}
    return {slug: (str(result.outcome), result.mended) for slug, result in results.items()}


def held_of(origin: str) -> dict[str, Any]:
    """What is here of an origin: its entries with their state, its buckets, what is in quarantine."""
    from federation.comparing.buckets import buckets
    from federation.models import Peer, Quarantined
    from hub.catalogue.models import CatalogueEntry
    from hub.documents import digest_of

    entries = {
        entry.object_id: {
            "state": entry.state,
            "revision": entry.revision,
            "digest": entry.digest,
            "fits": entry.state != "live" or digest_of(entry.body.encode(), entry.salt) == entry.digest,
            "body": entry.body,
            "title": entry.title,
            "kind": entry.kind,
        }
        for entry in CatalogueEntry.objects.filter(origin=origin)
    }
    return {
        "entries": entries,
        "buckets": buckets(origin),
        "quarantined": list(Quarantined.objects.values_list("object_id", "reason")),
        "errors": list(Peer.objects.exclude(last_error="").values_list("slug", "last_error")),
    }


def lose_entry(object_id: str) -> None:
    """The row of an entry is gone, as after a fault of the disk."""
    from hub.catalogue.models import CatalogueEntry

    CatalogueEntry.objects.filter(object_id=object_id).delete()


def publish_large(slug: str, megabytes: float) -> str:
    """The own body publishes a report of about that size; returns its id."""
    from hub.catalogue.settling import settle
    from hub.env import env
    from hub.municipalities.models import Body
    from tests.factories.pages import add_report, add_section

    section = add_section(f"{slug}-gross", Body.objects.get(pk=env.body))
    words = "Wörter über Sensoren. " * 2000
    paragraphs = [f"<p>{words}</p>"] * round(megabytes * 1_000_000 / (2 * len(words.encode())))
    page = add_report(section, "Groß", goal=[("paragraph", each) for each in paragraphs])
    settle()
    return f"{env.origin}/id/{page.translation_key}"


def run_command(name: str, arguments: list[str]) -> str:
    """What a management command prints."""
    import io

    from django.core.management import call_command

    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def _page(object_id: str) -> Any:
    from wagtail.models import Page

    return Page.objects.get(translation_key=object_id.rpartition("/")[2], alias_of=None).specific


ORDERS = (
    publish_all, correct_page, withdraw_page, trade, compare_all, held_of, lose_entry, publish_large,
    run_command,
)  # fmt: skip
