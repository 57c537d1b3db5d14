"""Fill the columns of 0003 from the documents that are already held.

The projection of today is asked rather than a copy of it kept here: documents stay readable for ever,
so it can be asked again, and a second copy could only differ. Columns it has gained since are left out.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

COLUMNS = ("co_publishers", "about", "related", "licence", "first_year_eur", "year", "confirmed", "card")
BATCH = 500


def fill(apps: Any, _schema: Any) -> None:
    """Work the columns out of each live entry that this version can read."""
    from hub.catalogue.entries import project
    from hub.documents import Document
    from hub.errors import UnreadableDocument

    entries = apps.get_model("catalogue", "CatalogueEntry").objects
    filled = []
    for entry in entries.exclude(body="").only("body").iterator(BATCH):
        try:
            columns = project(Document.from_bytes(entry.body))
        except UnreadableDocument:
            continue
        for name in COLUMNS:
            setattr(entry, name, columns[name])
        filled.append(entry)
        if len(filled) == BATCH:
            entries.bulk_update(filled, COLUMNS)
            filled.clear()
    entries.bulk_update(filled, COLUMNS)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_columns_for_reuse")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
