"""An archive of many records: seconds, megabytes and memory, beside a plain dump of the same documents.

The records are copies of the demo's own with ids of their own, in a scratch database that is dropped
afterwards. Seconds and memory are those of a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path

from fixtures.network.hubs import PROJECT
from fixtures.network.running import Network
from tests.load.scratch import ask_in_scratch
from tests.load.table import Row

RECORDS = 5_000
FEW = 500
SCRATCH = "bench_archive"
MEGABYTE = 1_000_000
CITY = "mainz"


def measure_archive(network: Network) -> list[Row]:
    """Export few and many records, each from a scratch database and in a process of its own."""
    found: dict[int, dict[str, float]] = {}
    for records in (FEW, RECORDS):
        with tempfile.TemporaryDirectory() as folder:
            found[records] = ask_in_scratch(
                network,
                SCRATCH,
                "tests.load.archive",
                str(records),
                f"{folder}/archiv",
                city=CITY,
                HUB_DATA_DIR=f"{folder}/data",
            )
    return _rows(found)


def _rows(found: dict[int, dict[str, float]]) -> list[Row]:
    many, few = found[RECORDS], found[FEW]
    plain = f"plain dump of the JSON, {RECORDS:,} records"
    memory = f"archive, peak memory, {FEW:,} records"
    return [
        Row(plain, many["dump"], "s"),
        Row(f"archive, {RECORDS:,} records", many["seconds"], "s", plain, many["seconds"] / many["dump"]),
        Row(f"archive, {RECORDS:,} records, files", many["files"], "files"),
        Row(f"archive, {RECORDS:,} records, size", many["bytes"] / MEGABYTE, "MB"),
        Row(memory, few["memory"] / MEGABYTE, "MB"),
        Row(
            f"archive, peak memory, {RECORDS:,} records", many["memory"] / MEGABYTE, "MB", memory,
            many["memory"] / few["memory"],
        ),
    ]  # fmt: skip


def main() -> None:
    """Fill the database of the environment, dump it, archive it, and print the figures as JSON."""
    import django

    django.setup()
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    from hub.catalogue.models import CatalogueEntry
    from hub.site.archive.exporting import export_archive

    records, target = int(sys.argv[1]), Path(sys.argv[2])
    _fill(records)
    began = time.perf_counter()
    with Path(f"{target}.jsonl").open("w") as dump:
        dump.writelines(
            f"{body}\n" for body in CatalogueEntry.objects.values_list("body", flat=True).iterator()
        )
    dumped = time.perf_counter()
    done = export_archive(target)
    seconds = time.perf_counter() - dumped
    if done.faults or done.own < records:
        raise SystemExit(f"the archive has {done.own} records and faults: {done.faults[:3]}")
    sizes = [path.stat().st_size for path in target.rglob("*") if path.is_file()]
    figures = {
        "dump": dumped - began,
        "seconds": seconds,
        "files": len(sizes),
        "bytes": sum(sizes),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    print(json.dumps(figures))


def _fill(records: int) -> None:
    """Copies of the demo's reports and modules, each with an id of its own, without pages."""
    from django.core.management import call_command

    from hub.catalogue import entries, log
    from hub.catalogue.models import CatalogueEntry
    from hub.catalogue.settling import settle
    from hub.documents import digest_of

    call_command("load_demo", CITY, stdout=open(os.devnull, "w"))  # noqa: SIM115
    settle()
    models = list(CatalogueEntry.objects.filter(kind__in=("case_report", "module")))
    for number in range(records):
        model = models[number % len(models)]
        key = uuid.uuid4()
        document = model.document.model_copy(update={"id": f"{model.origin}/id/{key}"})
        body = document.to_bytes()
        entry = CatalogueEntry(
            object_id=document.id, uuid=key, origin=model.origin, first_published=model.first_published
        )
        digest = digest_of(body, "")
        entries.fill(entry, document, body.decode(), digest, "", 1, model.changed, log.next_position())
        entry.save()


if __name__ == "__main__":
    os.chdir(PROJECT)
    main()
