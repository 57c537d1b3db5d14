from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from fido2.webauthn import PublicKeyCredentialDescriptor, PublicKeyCredentialType

from hub.accounts.adapter import FactorAdapter
from hub.accounts.models import Role
from hub.accounts.second_factor import has_second_factor
from hub.errors import ConfigurationError
from tests.factories.pages import add_body
from tests.factories.people import (
    PASSWORD,
    add_app,
    add_operator,
    add_person,
    code_of,
    request_by,
    sign_in,
    start_app,
)

pytestmark = pytest.mark.django_db

SETUP = "/konto/2fa/?next="


@pytest.fixture
def body():
    return add_body()


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def key_on(page: str) -> str:
    """The key of the app as the page shows it: in groups of four."""
    found = re.search(r"<code>((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})</code>", page)
    assert found
    return found.group(1)


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/konto/anfragen/", "/konto/team/07315000/"])
def test_who_needs_a_second_factor_and_has_none_is_led_to_its_setup(client: Client, required, path):
    client.force_login(add_operator())
    response = client.get(f"{path}?p=2")
    assert (response.status_code, response["Location"]) == (302, SETUP + quote(f"{path}?p=2", safe=""))
    page = client.get(response["Location"]).content.decode()
    assert "Ihre Rolle braucht einen zweiten Faktor" in page
    assert "Passkey einrichten" in page


@pytest.mark.parametrize("path", ["/", "/konto/2fa/", "/konto/email/", "/konto/sessions/", "/suche/"])
def test_everything_else_stays_open(client: Client, required, path):
    client.force_login(add_operator())
    assert "/konto/2fa/" not in client.get(path).get("Location", "")


@pytest.mark.parametrize(("role", "stopped"), [(r, r in {Role.EDITOR, Role.COORDINATOR}) for r in Role])
def test_editors_and_coordinators_need_one_members_and_authors_do_not(
    client: Client, required, body, role, stopped
):
    client.force_login(add_person("a@mainz.example", body, role))
    assert client.get("/konto/team/")["Location"].startswith(SETUP) if stopped else True
    assert client.get("/admin/").get("Location", "").startswith(SETUP) is stopped


def test_an_instance_may_leave_it_to_its_people(client: Client):
    client.force_login(add_operator())
    assert client.get("/admin/").status_code == 200


def test_nobody_who_is_signed_out_is_told_about_it(client: Client, required):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"


def test_a_factor_asked_for_by_the_citys_own_sign_in_counts(client: Client, required):
    client.force_login(add_operator())
    session = client.session
    session["second_factor_by_provider"] = True
    session.save()
    assert client.get("/admin/").status_code == 200


def test_what_is_sent_is_refused_with_a_way_to_send_it_again(client: Client, required):
    client.force_login(add_operator())
    response = client.post("/admin/pages/1/edit/", {"title": "Lange geschrieben"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "in einem anderen Tab" in page
    assert "laden Sie diese Seite neu" in page


def test_signing_out_of_the_editor_needs_no_factor(client: Client, required):
    client.force_login(add_operator())
    assert client.post("/admin/logout/").status_code == 302


def test_the_way_to_the_setup_has_a_fixed_price(client: Client, required, body, django_assert_num_queries):
    client.force_login(add_person("a@mainz.example", body, Role.EDITOR))
    client.get("/admin/")
    # Session, account, roles, factors; then the session is saved, which keeps where to return to.
    with django_assert_num_queries(4 + 3):
        client.get("/admin/")


def test_a_page_outside_pays_nothing_for_it(client: Client, settings, django_assert_num_queries):
    client.force_login(add_operator())
    counts = []
    for needed in (True, False):
        settings.SECOND_FACTOR_REQUIRED = needed
        with django_assert_num_queries(2):  # session and account
            counts.append(client.get("/konto/logout/").status_code)
    assert counts == [200, 200]


def test_the_setup_returns_to_where_one_was_on_the_way(client: Client, required, commits_at_once):
    sign_in(client, add_operator().email)
    client.get("/admin/pages/")
    assert start_app(client) == "/konto/2fa/recovery-codes/"
    page = client.get("/konto/2fa/recovery-codes/").content.decode()
    assert 'href="/admin/pages/"' in page
    assert len(re.findall(r"<li><code>\d{4} \d{4}</code></li>", page)) == 10
    assert re.search(r'href="/admin/pages/"[^>]*><span[^>]*>Ich habe die Codes gesichert<', page)
    assert client.get("/admin/").status_code == 200
    assert 'href="/admin/pages/"' not in client.get("/konto/2fa/").content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_setting_up_a_factor_is_told_by_mail(client: Client):
    sign_in(client, add_operator().email)
    start_app(client)
    assert mail.outbox[-1].subject == "Wissenshub Mainz: Authentifizierungs-App eingerichtet"
    assert "Von: diesem Server (Unbekanntes Gerät)" in mail.outbox[-1].body
    assert "http://mainz.localhost:8001/konto/password/reset/" in mail.outbox[-1].body


def test_a_wrong_first_code_sets_nothing_up_and_keeps_the_key(client: Client):
    sign_in(client, add_operator().email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    key = key_on(client.get("/konto/2fa/totp/activate/").content.decode())
    page = client.post("/konto/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert "Der Code stimmt nicht" in page
    assert key_on(page) == key
    assert f'data-copy="{key.replace(" ", "")}"' in page
    assert not Authenticator.objects.exists()


def test_the_picture_for_the_app_is_inline_and_names_the_instance(client: Client):
    sign_in(client, add_operator().email)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    page = client.get("/konto/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert "issuer=Wissenshub%20Mainz" in page


def test_the_codes_can_be_saved_as_text(client: Client):
    sign_in(client, add_operator().email)
    start_app(client)
    response = client.get("/konto/2fa/recovery-codes/download/")
    assert response["Content-Type"].startswith("text/plain")
    assert response["Content-Disposition"] == 'attachment; filename="wiederherstellungscodes.txt"'
    text = response.content.decode()
    assert "Wiederherstellungscodes für den Wissenshub Mainz" in text
    assert len(re.findall(r"^\d{4} \d{4}$", text, re.M)) == 10


def test_who_has_kept_the_codes_goes_on_to_the_overview(client: Client):
    sign_in(client, add_operator().email)
    start_app(client)
    page = client.get("/konto/2fa/recovery-codes/").content.decode()
    assert re.search(r'href="/konto/2fa/"[^>]*><span[^>]*>Ich habe die Codes gesichert<', page)


def test_signing_in_asks_for_the_code_and_takes_each_once(client: Client):
    user = add_operator()
    code = code_of(add_app(user))
    assert sign_in(client, user.email)["Location"] == "/konto/2fa/authenticate/"
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.post("/konto/2fa/authenticate/", {"code": code})["Location"] == "/mein/"
    other = Client()
    sign_in(other, user.email)
    assert "Der Code stimmt nicht" in other.post("/konto/2fa/authenticate/", {"code": code}).content.decode()


def test_a_used_code_stays_used_for_as_long_as_it_is_valid(client: Client):
    user = add_operator()
    code = code_of(add_app(user))
    sign_in(client, user.email)
    client.post("/konto/2fa/authenticate/", {"code": code})
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP).wrap()
    cache.delete(app._get_used_cache_key(code))  # allauth forgets it after 30 seconds
    other = Client()
    sign_in(other, user.email)
    page = other.post("/konto/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"}).content.decode()
    assert "Der Code stimmt nicht" in page


def test_a_recovery_code_takes_the_place_of_the_app_once(client: Client):
    user = add_operator()
    add_app(user)
    recovery = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    code = recovery.wrap().get_unused_codes()[0]
    for browser, expected in ((client, 302), (Client(), 200)):
        sign_in(browser, user.email)
        typed = f"{code[:4]} {code[4:]}"  # as the page shows it
        assert browser.post("/konto/2fa/authenticate/", {"code": typed}).status_code == expected


@pytest.mark.parametrize(
    ("used", "sentence"),
    [
        (0, "Wiederherstellungscode wurde benutzt, 9 sind übrig."),
        (8, "Wiederherstellungscode wurde benutzt, 1 ist übrig."),
        (9, "Ihr letzter Wiederherstellungscode wurde benutzt."),
    ],
)
def test_a_used_recovery_code_is_told_by_mail_with_what_is_left(client: Client, used, sentence):
    user = add_operator()
    add_app(user)
    recovery = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    recovery.data["used_mask"] = 2**used - 1
    recovery.save()
    sign_in(client, user.email)
    client.post("/konto/2fa/authenticate/", {"code": recovery.wrap().get_unused_codes()[0]})
    message = mail.outbox[-1]
    assert message.to == [user.email]
    assert "Ein Wiederherstellungscode wurde benutzt" in message.subject
    assert sentence in message.body


def test_the_code_of_an_app_is_no_news(client: Client):
    user = add_operator()
    code = code_of(add_app(user))
    sign_in(client, user.email)
    client.post("/konto/2fa/authenticate/", {"code": code})
    assert not mail.outbox


def test_a_passkey_is_offered_at_the_second_step_to_those_who_have_one(client: Client, monkeypatch):
    user = add_operator()
    add_app(user)
    sign_in(client, user.email)
    page = client.get("/konto/2fa/authenticate/").content.decode()
    assert "Noch ein Schritt: Code eingeben</h1>" in page
    assert "Passkey verwenden" not in page
    held = PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=b"1")
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [held])
    assert "Passkey verwenden" in client.get("/konto/2fa/authenticate/").content.decode()


def test_secrets_lie_encrypted_and_survive_a_new_key_with_a_fallback(settings):
    secret = add_app(add_operator())
    held = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in held
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of more than fifty characters, all known 0"
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        FactorAdapter().decrypt(held)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert FactorAdapter().decrypt(held) == secret


def test_who_removes_the_last_factor_is_stopped_afterwards(client: Client, required, commits_at_once):
    sign_in(client, add_operator().email)
    start_app(client)
    assert client.get("/admin/").status_code == 200
    page = client.get("/konto/2fa/totp/deactivate/").content.decode()
    assert "müssen Sie danach gleich einen neuen einrichten" in page
    assert client.post("/konto/2fa/totp/deactivate/")["Location"] == "/konto/2fa/"
    assert client.get("/admin/")["Location"].startswith(SETUP)


def test_codes_alone_are_no_second_factor():
    user = add_operator()
    add_app(user)
    assert has_second_factor(user)
    Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    assert not has_second_factor(user)


def test_passkeys_carry_the_name_of_the_instance(client: Client):
    user = add_operator()
    with context.request_context(request_by(client)):
        adapter = FactorAdapter()
        assert adapter.get_public_key_credential_rp_entity()["name"] == "Wissenshub Mainz"
        assert adapter.generate_authenticator_name(user, Authenticator.Type.WEBAUTHN) == "Passkey"
