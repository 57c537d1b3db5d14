"""What others say of a record, and its files, as the API tells them."""

from __future__ import annotations

from content.statements.queries import Adopter, Said, Statements, statements_of
from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.site.api.records import ANYBODY, name_body, read_document
from hub.site.api.schemas import (
    AdoptionStatement,
    CheckStatement,
    CoPublicationStatement,
    RecordFile,
    RecordFiles,
    RecordStatements,
)
from theme.bodies import BodyDirectory
from theme.templatetags.references import file_url


def describe_statements(entry: CatalogueEntry) -> RecordStatements:
    """Adoptions, checks and joint publications as they count. Two queries, one where nothing is said."""
    said = statements_of(entry, ANYBODY)
    bodies = BodyDirectory()
    groups = (said.adoptions, said.checks, said.co_publications)
    bodies.know(each.body for group in groups for each in group)
    return RecordStatements(
        record=entry.object_id,
        users=len(said.users),
        adoptions=[_adoption(each, bodies) for each in said.adoptions],
        checks=[_check(each, bodies) for each in said.checks],
        co_publications=_co_publications(said, bodies),
    )


def describe_files(entry: CatalogueEntry) -> RecordFiles:
    """The files to download; no query."""
    document = read_document(entry)
    files = [] if document is None else [(document, file) for file in document.files]
    return RecordFiles(
        record=entry.object_id,
        files=[
            RecordFile(
                url=f"{env.origin}{file_url(holder, file)}",
                name=file.name,
                title=file.title,
                media_type=file.media_type,
                size=file.size,
                digest=file.digest,
            )
            for holder, file in files
        ],
    )


def _adoption(adopter: Adopter, bodies: BodyDirectory) -> AdoptionStatement:
    return AdoptionStatement(
        id=adopter.entry.object_id,
        body=name_body(adopter.body, bodies),
        standing=adopter.standing,
        version=adopter.version or None,
        since=adopter.since,
        until=adopter.until,
        confirmed=adopter.confirmed,
        confirmed_until=adopter.confirmed_until,
        once_eur=adopter.costs_once,
        monthly_eur=adopter.costs_monthly,
        contact=adopter.contact,
        note=adopter.note or None,
        outdated=adopter.changed,
    )


def _check(said: Said, bodies: BodyDirectory) -> CheckStatement:
    return CheckStatement(
        id=said.entry.object_id,
        body=name_body(said.body, bodies),
        made=said.made,
        confirmed=said.confirmed,
        note=said.note or None,
        outdated=said.changed,
    )


def _co_publications(said: Statements, bodies: BodyDirectory) -> list[CoPublicationStatement]:
    return [
        CoPublicationStatement(body=name_body(each.body, bodies), state=each.state)
        for each in said.co_publications
    ]
