"""What this instance's answers are made by, and what becomes of a question: said once, for every reader.

The page „So funktioniert es“, the entry for registers of AI systems and the report for data protection
officers hold the same facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hub.env import env
from search.answers import embedding, generation
from search.answers.log import KEPT, TEXT_KEPT

VERSION = "1"
"""Of the register entry's form."""


@dataclass(frozen=True)
class Fact:
    """One fact, in the reader's language; ``key`` is its name for programs."""

    key: str
    label: str
    value: str


@dataclass(frozen=True)
class System:
    """How questions are answered here. ``model`` and ``host`` are empty where no language model is used."""

    model: str
    host: str
    facts: tuple[Fact, ...]

    @property
    def generates(self) -> bool:
        """Whether a language model phrases answers."""
        return bool(self.model)

    def as_register(self) -> dict[str, str]:
        """The entry for a register of AI systems: facts by key."""
        return {"version": VERSION, **{fact.key: fact.value for fact in self.facts}}


def describe_system() -> System:
    """The system as it is set up now."""
    model = generation.model()
    name, host = (model.name, model.host) if model else ("", "")
    facts = (*_about(), *_made_by(name, host), *_data(host), *_limits(name))
    return System(name, host, facts)


def _about() -> Iterator[Fact]:
    title = _("Questions to the documents of the hub, %(name)s") % {"name": env.name}
    yield Fact("name", _("System"), title)
    yield Fact("operator", _("Operated by"), f"{env.name}, {env.origin}")
    yield Fact(
        "purpose",
        _("Purpose"),
        _("Helps staff of municipalities and the public to find what the hub's documents say on a question."),
    )
    yield Fact(
        "people",
        _("Who is concerned"),
        _("Whoever asks. No decisions about people are made or prepared."),
    )


def _made_by(model: str, host: str) -> Iterator[Fact]:
    if model:
        names = {"model": model, "host": host}
        mode = _("The language model %(model)s at %(host)s phrases answers from verbatim passages.") % names
        risk = _(
            "AI system that people interact with and that generates text (Article 50 of Regulation (EU) "
            "2024/1689): told before the first input, generated text is marked visibly and for machines."
        )
    else:
        mode = _("No language model. Verbatim passages are found and shown, nothing is phrased.")
        risk = _(
            "No text is generated. Which passages count as found follows written rules; the entry is made as "
            "a precaution, and the notice before the first input says so."
        )
    yield Fact("mode", _("How answers are made"), mode)
    yield Fact("classification", _("AI Act"), risk)
    yield Fact("retrieval", _("How passages are found"), _retrieval())


def _retrieval() -> str:
    made_by = embedding.describe()
    told = _(
        "By words with inflection, compounds and synonyms, by parts of words, and by vectors (%(method)s)."
    )
    made = told % {"method": " ".join(filter(None, [made_by.method, made_by.model]))}
    if made_by.host:
        made += " " + _("The vectors are computed at %(host)s.") % {"host": made_by.host}
    return made


def _data(host: str) -> Iterator[Fact]:
    yield Fact(
        "sources",
        _("Sources"),
        _(
            "Only documents of this hub and of approved hubs that the person who asks may read at that "
            "moment, and files attached to them. No comments, no web pages, no training data of ours."
        ),
    )
    yield Fact("transfers", _("What leaves this site"), " ".join(_transfers(host)))
    kept = _(
        "For %(days)s days: time, guest or member, verdict, addresses of the passages shown, state of the "
        "sources, name of the model, duration, and whether it helped. No name, no address of a computer."
    ) % {"days": KEPT.days}
    yield Fact("log", _("What is logged"), kept)
    text = _("Only if the person who asks wants it, and for %(days)s days.") % {"days": TEXT_KEPT.days}
    yield Fact("question_text", _("Is the question kept?"), text)


def _transfers(host: str) -> Iterator[str]:
    if host and env.answers_members:
        yield _(
            "The question, up to three asked before it and passages of public documents and of those for "
            "members go to %(host)s."
        ) % {"host": host}
    elif host:
        yield _(
            "The question, up to three asked before it and passages of public documents go to %(host)s."
        ) % {"host": host}
    if vectors := embedding.describe().host:
        yield _("To compute vectors, the question and texts of documents go to %(host)s.") % {"host": vectors}
    elif not host:
        yield _("Nothing: neither question nor passages.")
    if host or vectors:
        yield _("No names, no addresses of computers.")


def _limits(model: str) -> Iterator[Fact]:
    if model:
        checks = _(
            "Each sentence needs a quotation that stands in the passage character for character, numbers "
            "included. What cannot be proved is left out; if nothing remains, nothing is said."
        )
    else:
        checks = _("Each quotation is compared with its document character for character before it is shown.")
    yield Fact("safeguards", _("Safeguards"), checks)
    yield Fact(
        "limits",
        _("Limits"),
        _("A passage can be out of date or miss the question. Read it where it stands before you decide."),
    )
    yield Fact(
        "contact",
        _("A person who helps"),
        f"{env.origin}/kommunen/{env.body}/",
    )
