"""The pages on which a coordination sets webhooks up and reads their log."""

from __future__ import annotations

import pytest

from hub.accounts.models import Role
from hub.env import env
from hub.site.webhooks import services
from hub.site.webhooks.models import Delivery, Webhook
from tests.factories.pages import add_body
from tests.factories.people import add_person, add_town

pytestmark = pytest.mark.django_db
URL = "https://intranet.example/hook"


@pytest.fixture
def koblenz():
    return add_body()


@pytest.fixture
def coordinator(client, koblenz):
    user = add_person("koordination@koblenz.example", koblenz, Role.COORDINATOR)
    client.force_login(user)
    return user


def add_webhook(body, **fields) -> Webhook:
    webhook = Webhook(body=body, name="Intranet", url=URL, **fields)
    services.begin(webhook)
    return webhook


def test_a_webhook_is_set_up_tried_out_and_deleted(client, koblenz, coordinator):
    assert "Es gibt noch keinen Webhook." in client.get("/mein/webhooks/").content.decode()
    data = {
        "body": koblenz.pk,
        "name": "Intranet",
        "url": URL,
        "scope": "own",
        "kinds": ["module"],
        "topics": ["ki"],
    }
    response = client.post("/mein/webhooks/neu/", data, follow=True)
    webhook = Webhook.objects.get()
    assert (webhook.publishers, webhook.kinds, webhook.topics) == ([koblenz.pk], ["module"], ["ki"])
    page = response.content.decode()
    assert webhook.secret.startswith("whsec_")
    assert webhook.secret in page
    page = client.post(f"/mein/webhooks/{webhook.pk}/probe/", follow=True).content.decode()
    assert "Probenachricht" in page
    assert Delivery.objects.get().event == "trial"
    client.post(f"/mein/webhooks/{webhook.pk}/loeschen/")
    assert not Webhook.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://intranet.example/hook", "muss mit https:// beginnen"),
        ("https://ich:geheim@intranet.example/", "Benutzernamen oder ein Kennwort"),
        ("kein Verweis", "gültige"),
        ("https://intranet.example:99999/hook", "Port gibt es nicht"),
        (f"{env.origin.replace('http://', 'https://')}/hook", "diese Instanz selbst"),
        ("", "ausgefüllt"),
    ],
)
def test_an_address_that_will_not_do_is_explained_and_what_was_typed_stays(
    client, koblenz, coordinator, url, said
):
    data = {"body": koblenz.pk, "name": "Mein Intranet", "url": url, "scope": "all"}
    page = client.post("/mein/webhooks/neu/", data).content.decode()
    assert said in page
    assert 'value="Mein Intranet"' in page
    assert not Webhook.objects.exists()


def test_it_is_changed_switched_off_and_on_and_its_secret_renewed(client, koblenz, coordinator):
    webhook = add_webhook(koblenz, publishers=[koblenz.pk])
    secret = webhook.secret
    assert 'value="own"' in client.get(f"/mein/webhooks/{webhook.pk}/aendern/").content.decode()
    client.post(f"/mein/webhooks/{webhook.pk}/aendern/", {"name": "Neu", "url": URL, "scope": "all"})
    for action in ("aus", "schluessel"):
        client.post(f"/mein/webhooks/{webhook.pk}/{action}/")
    webhook.refresh_from_db()
    assert (webhook.name, webhook.publishers, bool(webhook.off)) == ("Neu", [], True)
    assert webhook.secret != secret
    client.post(f"/mein/webhooks/{webhook.pk}/ein/")
    webhook.refresh_from_db()
    assert webhook.off == ""
    assert client.post(f"/mein/webhooks/{webhook.pk}/unsinn/").status_code == 404
    assert client.get(f"/mein/webhooks/{webhook.pk}/aus/").status_code == 405


def test_nobody_but_the_coordination_and_operators_sees_it(client, koblenz):
    webhook = add_webhook(koblenz)
    other = add_town()
    for email, body, role in (
        ("redaktion@koblenz.example", koblenz, Role.EDITOR),
        ("koordination@ludwigshafen.example", other, Role.COORDINATOR),
    ):
        client.force_login(add_person(email, body, role))
        assert client.get(f"/mein/webhooks/{webhook.pk}/").status_code == 404
        assert client.post(f"/mein/webhooks/{webhook.pk}/loeschen/").status_code == 404
    assert client.get("/mein/webhooks/").status_code == 200
    client.logout()
    assert client.get("/mein/webhooks/").status_code == 302


def test_the_log_costs_the_same_for_one_and_for_many(client, koblenz, coordinator, django_assert_num_queries):
    webhook = add_webhook(koblenz)
    services.try_out(webhook)
    client.get(f"/mein/webhooks/{webhook.pk}/")
    for number in (1, 30):
        for _ in range(number - 1):
            services.try_out(webhook)
        with django_assert_num_queries(8):
            client.get(f"/mein/webhooks/{webhook.pk}/")


def test_a_municipality_has_not_more_than_some(client, koblenz, coordinator):
    for _ in range(services.MOST_PER_BODY):
        add_webhook(koblenz)
    data = {"body": koblenz.pk, "name": "Noch einer", "url": URL, "scope": "all"}
    assert "schon 20 Webhooks" in client.post("/mein/webhooks/neu/", data).content.decode()
