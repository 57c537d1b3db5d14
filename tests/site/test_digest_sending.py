"""The digest's mails: to whom and when, what stands in them, and what a mail server's trouble does."""

from __future__ import annotations

import datetime as dt
import re
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from hub.catalogue.models import CatalogueEntry, Change, ChangeType
from hub.documents import Adoption, Audience, Event, Module, Recurrence, Release, Statement, Text
from hub.env import env
from hub.site import mailing, tasks
from hub.site.digest.models import Subscription
from hub.site.digest.sending import send_digests
from hub.site.mailing import is_for_good
from tests.factories.people import add_town
from tests.theme.entries import add_bodies, add_entry, make_document
from theme.topics import read_vocabulary

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 9, 6, 30, tzinfo=dt.UTC)
TUESDAY, NEXT_MONDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=7)
DECEMBER = dt.datetime(2026, 12, 1, 6, 30, tzinfo=dt.UTC)
BEFORE = dt.datetime(2026, 11, 4, 9, 0, tzinfo=dt.UTC)
TRIER = "07211000"


@pytest.fixture(autouse=True)
def bodies() -> None:
    add_bodies()


def subscribe(name: str = "a", **fields: Any) -> Subscription:
    values = {"asked": BEFORE, "confirmed": BEFORE, "sent_until": BEFORE, **fields}
    return Subscription.objects.create(email=f"{name}@wittlich.example", **values)


def recipients() -> list[str]:
    return sorted(message.to[0].partition("@")[0] for message in mail.outbox)


def html_of(message: Any) -> str:
    ((content, media_type),) = message.alternatives
    assert media_type == "text/html"
    return str(content)


def log_change(entry: CatalogueEntry, position: int, day: str = "2026-10-01") -> None:
    """A publication of the entry in the log, at that position."""
    Change.objects.create(
        position=position, origin=entry.origin, epoch=1, seq=position, hash="h", revision=1,
        object_id=entry.object_id, type=ChangeType.PUBLISH, object_digest="d",
        created=dt.datetime.fromisoformat(f"{day}T10:00+00:00"),
    )  # fmt: skip


def add_event(title: str, starts: dt.datetime, rule: str = "", **fields: Any) -> CatalogueEntry:
    event = Event(
        starts=starts,
        ends=starts + dt.timedelta(hours=2),
        location="Rathaus",
        recurrence=Recurrence(rule=rule) if rule else None,
    )
    return add_entry(make_document(title, kind="event", event=event, case=None, costs=None), **fields)


def test_a_digest_says_what_is_new_with_town_costs_and_who_answers() -> None:
    held = subscribe()
    entry = add_entry(make_document("Parkraumsensorik & mehr"))
    assert send_digests(MONDAY) == 1
    (message,) = mail.outbox
    assert message.subject == "Wissenshub Mainz: neu ist „Parkraumsensorik & mehr“"
    url = f"{env.origin}/id/{entry.uuid}"
    assert (
        "MOBILITÄT\n\n* Parkraumsensorik & mehr\n  Erfahrungsbericht – Koblenz\n  Kurz.\n"
        "  Kosten im ersten Jahr: 110.560\xa0€\n"
        f"  Wer antwortet: Verkehrsplanung, verkehr@koblenz.demo.invalid\n  {url}\n"
    ) in message.body
    html = html_of(message)
    assert '<html lang="de">' in html
    assert "<h2>Mobilität</h2>" in html
    assert f'<h3><a href="{url}">Parkraumsensorik &amp; mehr</a></h3>' in html
    held.refresh_from_db()
    assert (held.sent_until, held.told) == (MONDAY, entry.position)


def test_the_mail_loads_nothing_and_counts_nothing() -> None:
    subscribe()
    add_entry()
    send_digests(MONDAY)
    html = html_of(mail.outbox[0])
    assert not any(word in html for word in ("<img", "<script", "<link", "url(", "@import", "src="))
    assert "prefers-color-scheme: dark" in html


def test_each_mail_can_be_ended_with_one_click() -> None:
    subscribe()
    add_entry()
    send_digests(MONDAY)
    (message,) = mail.outbox
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert link.startswith(f"{env.origin}/rundbrief/abmelden/")
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.body
    assert link in html_of(message)
    assert f"{env.origin}/rundbrief/einstellungen/" in message.body
    assert "a@wittlich.example" not in message.body + html_of(message)


def test_nothing_new_sends_nothing_and_the_week_is_seen_to() -> None:
    entry = add_entry()
    held = subscribe(told=entry.position)
    assert send_digests(MONDAY) == 0
    held.refresh_from_db()
    assert held.sent_until == MONDAY
    assert not mail.outbox


def test_a_week_and_a_month_bring_one_digest_each() -> None:
    subscribe("woche")
    subscribe("monat", rhythm="monthly")
    subscribe("offen", confirmed=None, sent_until=None)
    add_entry()
    assert [send_digests(now) for now in (BEFORE, MONDAY, MONDAY, TUESDAY)] == [0, 1, 0, 0]
    add_entry(make_document("Neu"))
    assert send_digests(NEXT_MONDAY) == 1
    assert send_digests(DECEMBER) == 1
    assert recipients() == ["monat", "woche", "woche"]
    assert "Parkraumsensorik" in mail.outbox[-1].body
    assert "Neu" in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ({}, ["Energie Trier", "KI Koblenz", "KI Trier"]),
        ({"topics": ["ki"]}, ["KI Koblenz", "KI Trier"]),
        ({"regions": [TRIER]}, ["Energie Trier", "KI Trier"]),
        ({"topics": ["ki"], "regions": [TRIER]}, ["KI Trier"]),
        ({"kinds": ["module"]}, ["Energie Trier"]),
        ({"topics": ["recht"]}, []),
    ],
)
def test_it_tells_what_was_chosen(choice: dict[str, Any], told: list[str]) -> None:
    subscribe(**choice)
    add_entry(make_document("KI Koblenz", topics=("ki",)))
    add_entry(make_document("KI Trier", topics=("ki",), publishers=(TRIER,)))
    add_entry(make_document("Energie Trier", topics=("energie",), publishers=(TRIER,), kind="module"))
    send_digests(MONDAY)
    body = mail.outbox[0].body if mail.outbox else ""
    titles = ("Energie Trier", "KI Koblenz", "KI Trier")
    assert [title for title in titles if f"* {title}" in body] == told


def test_a_district_stands_for_its_municipalities_and_a_joint_publisher_counts() -> None:
    district = add_town("07231", "Landkreis Bernkastel-Wittlich", kind="district")
    add_town("07231134", "Wittlich", kind="town", district=district)
    subscribe(regions=["07231"])
    add_entry(make_document("Aus Wittlich", publishers=("07231134",)))
    joint = add_entry(make_document("Gemeinsam", co_publishers=("07231134",)))
    said = Statement(about=joint.object_id, digest=joint.digest, made=BEFORE.date(), confirmed=BEFORE.date())
    add_entry(make_document("Ja", kind="co_publication", publishers=("07231134",), statement=said, case=None))
    add_entry(make_document("Aus Koblenz"))
    send_digests(MONDAY)
    body = mail.outbox[0].body
    assert "* Aus Wittlich" in body
    assert "Koblenz, Wittlich" in body
    assert "Aus Koblenz" not in body
    assert f"{env.origin}/wissen/?region=07231" in body


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.INSTANCE])
def test_what_is_not_public_is_never_told(audience: Audience) -> None:
    subscribe()
    add_entry(make_document("Vertraulich", audience=audience))
    add_entry(make_document("Versteckt"), hidden=True)
    add_entry(make_document("Zurückgezogen"), state="withdrawn")
    add_entry(make_document("Abgelaufen", expires=dt.date(2020, 1, 1)))
    assert send_digests(MONDAY) == 0


def test_what_was_merely_corrected_is_not_new() -> None:
    entry = add_entry()
    log_change(entry, entry.position)
    subscribe(told=entry.position)
    CatalogueEntry.objects.filter(pk=entry.pk).update(position=entry.position + 100_000)
    assert send_digests(MONDAY) == 0


@pytest.mark.parametrize(("released", "sent"), [("2026-11-05", 1), ("2026-10-01", 0)])
def test_a_new_version_is_news_and_a_correction_of_an_old_one_is_not(released: str, sent: int) -> None:
    day = dt.date.fromisoformat(released)
    module = Module(version="2.1", released=day, releases=(Release(version="2.1", released=day),))
    entry = add_entry(make_document("Sensorpaket", kind="module", module=module, case=None))
    log_change(entry, 900_000, "2026-10-01")
    log_change(entry, 900_010, "2026-11-05")
    CatalogueEntry.objects.filter(pk=entry.pk).update(position=900_010)
    subscribe(told=900_005)
    assert send_digests(MONDAY) == sent
    if sent:
        assert "* Sensorpaket\n  Baustein, neue Version 2.1 – Koblenz" in mail.outbox[0].body


def test_what_another_hub_sends_late_is_new_here() -> None:
    held = add_entry()
    subscribe(told=held.position)
    old = BEFORE - dt.timedelta(days=300)
    add_entry(
        make_document("Spät", origin="https://trier.example"),
        source="trier",
        changed=old,
        first_published=old,
    )
    assert send_digests(MONDAY) == 1
    assert "* Spät" in mail.outbox[0].body


def test_events_to_come_are_told_beside_what_is_new() -> None:
    from django.utils import timezone

    soon = timezone.now().replace(microsecond=0)
    known = add_event("Bekannt", soon + dt.timedelta(days=5))
    add_event("Fern", soon + dt.timedelta(days=200))
    log_change(known, known.position)
    subscribe(told=CatalogueEntry.objects.order_by("-position")[0].position)
    assert send_digests(soon) == 0, "nothing is new"
    Subscription.objects.update(sent_until=BEFORE)
    add_event("Frisch", soon + dt.timedelta(days=100))
    add_event("Vorbei", soon - dt.timedelta(days=2))
    assert send_digests(soon) == 1
    body = mail.outbox[0].body
    assert mail.outbox[0].subject.endswith("neu ist „Frisch“")
    assert body.index("TERMINE") < body.index("* Bekannt") < body.index("* Frisch")
    assert "Rathaus" in body
    assert "Fern" not in body
    assert "Vorbei" not in body


def test_a_series_is_told_with_its_next_date() -> None:
    weekly = "FREQ=WEEKLY;INTERVAL={};BYDAY=MO;COUNT=20"
    begun = MONDAY - dt.timedelta(weeks=9)
    near, far = (add_event(title, begun, weekly.format(n)) for title, n in (("Nah", 2), ("Fern", 20)))
    for entry in (near, far):
        log_change(entry, entry.position)
    told = CatalogueEntry.objects.order_by("-position")[0].position
    subscribe(told=told)
    add_event("Morgen", TUESDAY)
    assert send_digests(MONDAY) == 1
    body = mail.outbox[0].body
    assert body.index("* Morgen") < body.index("* Nah") < body.index("Mo, 16. November 2026, 08:30–10:30 Uhr")
    assert "Fern" not in body


def test_who_has_begun_to_use_something_is_told() -> None:
    module = add_entry(make_document("Sensorpaket", kind="module", case=None))
    subscribe("trier", told=module.position, regions=[TRIER])
    subscribe("mainz", told=module.position, regions=["07315000"])
    today = dt.datetime.now(tz=dt.UTC).date()
    said = Statement(about=module.object_id, digest=module.digest, made=today, confirmed=today)
    facts = {"statement": said, "adoption": Adoption(), "case": None}
    add_entry(make_document("Nachnutzung", kind="adoption", publishers=(TRIER,), **facts))
    assert send_digests(MONDAY) == 1
    assert recipients() == ["trier"]
    assert "NEU IN DER NACHNUTZUNG\n\n* Sensorpaket (Koblenz)\n  Genutzt von: Trier\n" in mail.outbox[0].body


def test_at_most_thirty_are_told_of_each_topic_one_before_the_second() -> None:
    subscribe()
    codes = list(read_vocabulary().names)[:8]
    for code in codes:
        for number in range(6):
            add_entry(make_document(f"Baustein {code} {number}", kind="module", topics=(code,), case=None))
    send_digests(MONDAY)
    body = mail.outbox[0].body
    told = [body.count(f"* Baustein {code} ") for code in codes]
    assert (told, sum(told)) == ([4, 4, 4, 4, 4, 4, 3, 3], 30)
    assert "18 weitere im Wissenshub:" in body


def test_case_reports_come_first_within_a_topic() -> None:
    subscribe()
    add_entry(make_document("Bericht", topics=("ki",)))
    for number in range(6):
        add_entry(make_document(f"Baustein {number}", kind="module", topics=("ki",), case=None))
    send_digests(MONDAY)
    titles = re.findall(r"^\* (.*)$", mail.outbox[0].body, re.MULTILINE)
    assert titles == ["Bericht", "Baustein 5", "Baustein 4", "Baustein 3", "Baustein 2"]


def test_at_most_five_of_a_topic_are_told_and_the_list_has_the_rest() -> None:
    subscribe(topics=["ki"], kinds=["module"])
    for number in range(32):
        add_entry(make_document(f"Baustein {number:02}", kind="module", topics=("ki",), case=None))
    send_digests(MONDAY)
    (message,) = mail.outbox
    assert message.body.count("* Baustein") == 5
    assert "27 weitere im Wissenshub:" in message.body
    assert f"{env.origin}/wissen/?thema=ki&art=module" in message.body
    assert message.subject == "Wissenshub Mainz: „Baustein 31“ und 31 weitere Neuigkeiten"


def test_districts_and_single_municipalities_lead_to_a_list_each() -> None:
    district = add_town("07231", "Landkreis Bernkastel-Wittlich", kind="district")
    add_town("07231134", "Wittlich", kind="town", district=district)
    subscribe(regions=[TRIER, "07231134"])
    add_entry(make_document(publishers=(TRIER,)))
    send_digests(MONDAY)
    assert f"{env.origin}/wissen/?region={TRIER}\n" in mail.outbox[0].body
    assert f"{env.origin}/wissen/?kommune=07231134\n" in mail.outbox[0].body


def test_a_topic_that_was_asked_for_heads_what_has_several() -> None:
    subscribe(topics=["recht"])
    add_entry(make_document(topics=("ki", "recht")))
    add_entry(make_document("Ohne", topics=()))
    send_digests(MONDAY)
    assert "RECHT UND DATENSCHUTZ" in mail.outbox[0].body
    assert "KÜNSTLICHE" not in mail.outbox[0].body


def test_a_title_with_line_breaks_or_markup_stays_a_title() -> None:
    subscribe()
    text = Text(title="Eins\r\nBcc: x@wittlich.example", summary="<b>fett</b>\n\nzwei")
    add_entry(make_document(texts={"de": text}))
    assert send_digests(MONDAY) == 1
    (message,) = mail.outbox
    assert message.subject.endswith("neu ist „Eins Bcc: x@wittlich.example“")
    assert "\nBcc" not in message.message().as_string()
    assert "&lt;b&gt;fett&lt;/b&gt; zwei" in html_of(message)


def test_a_long_title_is_cut_in_the_subject_alone() -> None:
    subscribe()
    title = "Parkraumsensorik " * 6
    add_entry(make_document(title.strip()))
    send_digests(MONDAY)
    assert mail.outbox[0].subject.endswith("…“")
    assert len(mail.outbox[0].subject) < 90
    assert title.strip() in mail.outbox[0].body


def test_unknown_costs_are_said_where_they_are_asked_for_and_left_out_elsewhere() -> None:
    subscribe()
    add_entry(make_document("Bericht", costs=None, contact=None))
    add_entry(make_document("Meldung", kind="news", costs=None, contact=None, case=None))
    add_entry(make_document("Baustein", kind="module", costs=None, contact=None, case=None))
    send_digests(MONDAY)
    body = mail.outbox[0].body
    assert body.count("Kosten im ersten Jahr: unbekannt") == 1
    assert "Wer antwortet" not in body


def test_the_language_is_that_of_the_subscription() -> None:
    subscribe("de")
    subscribe("en", language="en")
    add_entry()
    assert send_digests(MONDAY) == 2
    subjects = {message.to[0][:2]: message.subject for message in mail.outbox}
    assert subjects == {
        "de": "Wissenshub Mainz: neu ist „Parkraumsensorik“",
        "en": "Wissenshub Mainz: new is “Parkraumsensorik”",
    }
    english = next(message for message in mail.outbox if message.to[0].startswith("en"))
    assert "MOBILITY" in english.body
    assert '<html lang="en">' in html_of(english)


class Down(EmailBackend):
    """A mail server that hangs up, and counts how often it was asked."""

    asked = 0

    def send_messages(self, messages: Any) -> int:
        type(self).asked += len(list(messages))
        raise SMTPServerDisconnected("Connection unexpectedly closed")


class Refusing(EmailBackend):
    """A mail server that refuses one address, with a reply that the test sets."""

    reply: tuple[int, bytes] = (550, b"5.1.1 User unknown")

    def send_messages(self, messages: Any) -> int:
        messages = list(messages)
        for message in messages:
            if message.to == ["kaputt@wittlich.example"]:
                raise SMTPRecipientsRefused({message.to[0]: self.reply})
        return super().send_messages(messages)


def test_a_mail_server_that_is_down_is_not_asked_for_everybody_and_nobody_is_left_out(settings: Any) -> None:
    for name in "abcde":
        subscribe(name)
    add_entry()
    backend, Down.asked = settings.EMAIL_BACKEND, 0
    settings.EMAIL_BACKEND = f"{__name__}.Down"
    assert send_digests(MONDAY) == 0
    assert Down.asked == mailing.MOST_FAILURES
    settings.EMAIL_BACKEND = backend
    assert send_digests(MONDAY + dt.timedelta(hours=1)) == 5
    assert recipients() == list("abcde")


def test_a_refused_address_stops_no_other_and_goes_after_the_third_digest(settings: Any) -> None:
    subscribe("kaputt")
    subscribe("gut")
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    for week in range(3):
        now = MONDAY + dt.timedelta(days=7 * week)
        add_entry(make_document(f"Woche {week}"))
        assert [send_digests(now), send_digests(now + dt.timedelta(hours=1))] == [1, 0]
        refused = Subscription.objects.filter(email__startswith="kaputt").values_list("refused", flat=True)
        assert [len(days) for days in refused] == ([week + 1] if week < 2 else [])


def test_a_mailbox_that_comes_back_gets_what_it_missed_and_starts_anew(settings: Any) -> None:
    held = subscribe("kaputt")
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Refusing"
    add_entry(make_document("Verpasst"))
    send_digests(MONDAY)
    settings.EMAIL_BACKEND = backend
    assert send_digests(NEXT_MONDAY) == 1
    assert "* Verpasst" in mail.outbox[0].body
    held.refresh_from_db()
    assert held.refused == []


def test_a_week_without_news_does_not_make_refusals_forgotten() -> None:
    held = subscribe(refused=[BEFORE.date()])
    assert send_digests(MONDAY) == 0
    held.refresh_from_db()
    assert (held.sent_until, held.refused) == (MONDAY, [BEFORE.date()])


@pytest.mark.parametrize(
    ("code", "words", "lasting"),
    [
        (550, b"5.1.1 User unknown", True),
        (550, b"5.2.1 Mailbox disabled", True),
        (550, b"No such user", True),
        (553, "Mailbox name not allowed", True),
        (550, b"5.7.1 Relaying denied", False),
        (554, b"Relay access denied", False),
        (450, b"4.2.1 Try later", False),
        (452, b"Too many recipients", False),
    ],
)
def test_only_what_is_said_of_the_mailbox_counts_against_it(code: int, words: Any, lasting: bool) -> None:
    assert is_for_good(SMTPRecipientsRefused({"a@wittlich.example": (code, words)})) is lasting


def test_a_server_that_refuses_us_costs_nobody_the_subscription(settings: Any, monkeypatch: Any) -> None:
    subscribe("kaputt")
    monkeypatch.setattr(Refusing, "reply", (550, b"5.7.1 Relaying denied"))
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    add_entry()
    for week in range(4):
        assert send_digests(MONDAY + dt.timedelta(days=7 * week)) == 0
    assert Subscription.objects.get().refused == []


def test_a_mail_whose_words_are_refused_is_tried_again(settings: Any, monkeypatch: Any) -> None:
    held = subscribe()
    add_entry()

    def refuse(self: Any, messages: Any) -> int:
        raise SMTPDataError(554, b"5.6.0 rejected")

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert send_digests(MONDAY) == 0
    held.refresh_from_db()
    assert held.sent_until == BEFORE
    assert send_digests(TUESDAY) == 1


def test_a_crash_between_mail_and_note_repeats_that_mail_with_the_same_id(monkeypatch: Any) -> None:
    subscribe("a")
    subscribe("b")
    add_entry()
    deliver = EmailBackend.send_messages

    def crash(self: Any, messages: Any) -> int:
        deliver(self, messages)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", crash)
        with pytest.raises(KeyboardInterrupt):
            send_digests(MONDAY)
    assert send_digests(MONDAY) == 2
    ids = [(message.to[0][:1], message.extra_headers["Message-ID"]) for message in mail.outbox]
    assert sorted(name for name, _id in ids) in (["a", "a", "b"], ["a", "b", "b"])
    assert len(set(ids)) == 2


def test_who_unsubscribes_while_digests_are_sent_gets_none(monkeypatch: Any) -> None:
    subscribe("a", sent_until=BEFORE - dt.timedelta(days=1))
    subscribe("b")
    add_entry()
    deliver = EmailBackend.send_messages

    def end_other(self: Any, messages: Any) -> int:
        Subscription.objects.filter(email__startswith="b").delete()
        return deliver(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", end_other)
    assert send_digests(MONDAY) == 1
    assert recipients() == ["a"]


def test_the_job_by_the_clock_sends_them() -> None:
    subscribe()
    add_entry()
    tasks.send_due_digests(0)
    assert recipients() == ["a"]


@pytest.mark.parametrize("number", [1, 3])
def test_each_subscription_costs_the_same_few_queries(django_assert_num_queries: Any, number: int) -> None:
    for each in range(number):
        subscribe(f"a{each}", topics=["mobilitaet"], regions=["07111000"])
        add_entry(make_document(f"Bericht {each}"))
    with django_assert_num_queries(8 + 4 * number):  # with the savepoints of a test, two without
        assert send_digests(MONDAY) == number
