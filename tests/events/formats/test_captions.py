"""Captions are read strictly: what is wrong is said with its line and what to do."""

from __future__ import annotations

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from events.formats.captions import MOST_BYTES, Captions, Cue, read_captions, write_vtt
from events.formats.transcripts import transcript_of_captions, transcript_of_text
from hub.errors import UnreadableUpload

SRT = """1
00:00:01,000 --> 00:00:04,500
Guten Tag.

2
00:00:05,000 --> 00:00:08,000
Heute: <i>Bäume</i> & <font color="red">Bänke</font>
"""
VTT = """WEBVTT - Sprechstunde

NOTE von Hand geprüft

einleitung
00:01.000 --> 00:04.500 line:0
<v Kim>Guten Tag.

00:05.000 --> 01:00:08.000
Zweiter Satz.
"""


def refusal(text: str | bytes, name: str = "a.srt") -> str:
    data = text.encode() if isinstance(text, str) else text
    with translation.override("de"), pytest.raises(UnreadableUpload) as refused:
        read_captions(data, name)
    return str(refused.value)


def test_srt_becomes_webvtt():
    captions = read_captions(SRT.encode(), "treffen.SRT")
    assert captions == Captions(
        (Cue(1000, 4500, "Guten Tag."), Cue(5000, 8000, "Heute: Bäume & Bänke")),
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.500\nGuten Tag.\n\n"
        "00:00:05.000 --> 00:00:08.000\nHeute: <i>Bäume</i> &amp; Bänke\n",
    )
    assert captions.minutes == 1


def test_webvtt_stays_as_it_is():
    captions = read_captions(b"\xef\xbb\xbf" + VTT.replace("\n", "\r\n").encode(), "treffen.vtt")
    assert captions.vtt == VTT
    assert captions.cues == (Cue(1000, 4500, "Guten Tag."), Cue(5000, 3608000, "Zweiter Satz."))


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("1\n00:00:01,000 -> 00:00:02,000\nA\n", "a.srt", "Zeile 2: Zwischen den beiden Zeiten steht „-->“"),
        ("1\n00:00:01,000 –> 00:00:02,000\nA\n", "a.srt", "Zeile 2: Zwischen den beiden Zeiten steht „-->“"),
        (
            SRT + "\n3\n00:00:04,000 --> 00:00:09,000\nB\n",
            "a.srt",
            "Zeile 10: Diese Zeit (00:00:04.000) liegt vor",
        ),
        ("1\n00:00:05,000 --> 00:00:02,000\nA\n", "a.srt", "Zeile 2: Dieser Untertitel endet (00:00:02.000)"),
        ("1\n00:00:75,000 --> 00:01:92,000\nA\n", "a.srt", "Minuten und Sekunden gehen bis 59"),
        ("1\n0:1 --> 0:2\nA\n", "a.srt", "Zeile 2: „0:1“ ist keine Zeit"),
        ("1\n00:00:01,000 -->\nA\n", "a.srt", "Zeile 2: „“ ist keine Zeit"),
        (
            "WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nA\n",
            "a.vtt",
            "Zeile 3: In WebVTT steht vor den Tausendsteln",
        ),
        (
            "1\n00:00:01,000 --> 00:00:02,000\nA\n",
            "a.vtt",
            "Zeile 1: Eine Datei, die auf .vtt endet, beginnt mit",
        ),
        (VTT, "a.srt", "Zeile 1: Das ist WebVTT, nicht SRT"),
        (
            "WEBVTT\n00:01.000 --> 00:02.000\nA\n",
            "a.vtt",
            "Zeile 2: Vor diesem Untertitel fehlt eine leere Zeile",
        ),
        (SRT.replace("\n\n", "\n"), "a.srt", "Zeile 4: Vor diesem Untertitel fehlt eine leere Zeile"),
        ("Guten Tag.\nHeute geht es um Bäume.\n", "a.srt", "Zeile 1: Hier fehlen die Zeiten"),
        ("WEBVTT\n\nNOTE nichts\n", "a.vtt", "kein einziger Untertitel"),
        ("Guten Tag.", "gespräch.txt", "kopieren Sie ihn in das Feld „Transkript“"),
        (" \n", "a.srt", "Die Datei ist leer"),
        (b"PK\x03\x04word/document.xml", "a.docx", "Das ist eine Word-Datei"),
        (b"PK\x03\x04word/document.xml", "a.vtt", "Das ist eine Word-Datei"),
        (b"%PDF-1.7", "a.srt", "ein PDF"),
        (SRT.encode("latin-1"), "a.srt", "Zeile 7: Das ist kein Text in UTF-8"),
        (SRT.encode("utf-16"), "a.srt", "kein Text in UTF-8"),
        (b"1\x00", "a.srt", "kein Text in UTF-8"),
        (b"x" * (MOST_BYTES + 1), "a.srt", "größer als 2 Megabyte"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, name, said):
    assert said in refusal(text, name)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=40)
lines = texts.map(lambda text: text.replace("-->", "").strip()).filter(bool)


@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 9_000), lines), min_size=1, max_size=8))
def test_what_is_written_is_read_again(rows):
    starts, cues = 0, []
    for pause, length, text in rows:
        starts += pause
        cues.append(Cue(starts, starts + length, text.replace("&", "+").replace("<", "(").replace("{", "(")))
    assert read_captions(write_vtt(cues).encode(), "a.vtt").cues == tuple(cues)


def test_a_transcript_has_chapters_and_paragraphs_and_nothing_twice():
    cues = [
        Cue(1000, 4000, "Guten Tag."),
        Cue(4000, 6000, "Guten Tag.\nWir beginnen."),
        Cue(20_000, 22_000, "Nach einer <Pause>."),
        Cue(301_000, 302_000, "Nächster Teil."),
    ]
    first, second = transcript_of_captions(cues)
    assert first["value"]["heading"] == "0:01"
    [paragraph] = first["value"]["content"]
    assert paragraph["value"] == "<p>Guten Tag. Wir beginnen.</p><p>Nach einer &lt;Pause&gt;.</p>"
    assert (second["value"]["heading"], len(second["value"]["content"])) == ("5:01", 1)


def test_text_becomes_chapters_too():
    plain = transcript_of_text("Guten Tag.\n\nWir beginnen.")
    assert [each["value"]["heading"] for each in plain] == ["Wortlaut"]
    cut = transcript_of_text("## Anfang\n\nGuten Tag.\n\n## Fragen\n\nKeine.")
    assert [each["value"]["heading"] for each in cut] == ["Anfang", "Fragen"]
